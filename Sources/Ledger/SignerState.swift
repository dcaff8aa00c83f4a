import Glibc

/// The last head that was signed, kept apart from the ledger: who rolls the ledger back does not roll this back.
///
/// One for the log, not one for each key: when the ledger is handed over, there is no moment at which one key's memory has moved and the other's
/// has not.
package struct SignerState {
    package let path: String
    package init(path: String) { self.path = path }

    /// Nil if nothing was ever signed. Throws if the file is there and cannot be believed.
    package func read(_ verifier: CheckpointVerifier) throws(LedgerError) -> SignedHead? {
        guard let bytes = try bytes() else { return nil }
        return try head(bytes, verifier)
    }

    func head(_ bytes: [UInt8], _ verifier: CheckpointVerifier) throws(LedgerError) -> SignedHead {
        guard let head = verifier.open(bytes) else {
            throw .memoryUnreadable(path: path)
        }
        return head
    }

    /// As it lies there.
    func bytes() throws(LedgerError) -> [UInt8]? {
        // A folder that may not be looked into is no proof that nothing was signed.
        if access(path, F_OK) != 0, errno == ENOENT { return nil }
        return try readFile(path)
    }

    /// Compare and swap: moves on from `old`, nil for none, to `new`, or throws `signedMeanwhile` because somebody else did.
    ///
    /// The folder is locked meanwhile, since two copies of a ledger have two locks and one of these. Written whole under another name, synced,
    /// and renamed over the old one: a crash leaves one of the two, whole.
    func swap(from old: [UInt8]?, to new: [UInt8]) throws(LedgerError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw .inputOutput(path: folder, reason: reason(errno)) }
        defer { close(lock) }
        guard flock(lock, LOCK_EX) == 0 else { throw .inputOutput(path: folder, reason: reason(errno)) }
        guard try bytes() == old else { throw .signedMeanwhile(path: path) }
        try write(new)
        try syncFolder(folder)
    }

    private func write(_ note: [UInt8]) throws(LedgerError) {
        let building = path + ".new"
        let descriptor = open(building, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .inputOutput(path: building, reason: reason(errno)) }
        let written = note.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let isSynced = written == note.count && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isSynced, rename(building, path) == 0 else { throw .inputOutput(path: path, reason: reason(code)) }
    }
}

func readFile(_ path: String) throws(LedgerError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .inputOutput(path: path, reason: reason(errno)) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var count = 0
    while true {
        let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count) }
        guard got >= 0 else { throw .inputOutput(path: path, reason: reason(errno)) }
        if got == 0 { return Array(bytes[..<count]) }
        count += got
        if count == bytes.count { bytes += [UInt8](repeating: 0, count: bytes.count) }
    }
}
