import Evidence
import Glibc
import SQLite
import Seal

/// Opens checkpoints of one log under one key.
package struct CheckpointVerifier: Sendable {
    package let key: VerifierKey
    package init(origin: String, key: PublicKey) throws(SealError) { self.key = try VerifierKey(name: origin, key: key) }

    /// Nil unless the note is exactly what the key's owner signs for this log, to the last byte.
    package func open(_ note: [UInt8]) -> SignedHead? {
        guard let signed = try? SignedNote(note), signed.bytes == note, signed.lines.count == 1,
            let head = try? Checkpoint(note: signed, origin: key.name, trusted: [key])
        else { return nil }
        return SignedHead(size: head.size, root: head.root)
    }
}

/// The last head that a key signed, kept apart from the ledger: who rolls the ledger back does not roll this back.
package struct SignerState {
    package let path: String
    package init(path: String) { self.path = path }

    /// Nil if nothing was ever signed. Throws if the file is there and cannot be believed.
    package func read(_ verifier: CheckpointVerifier) throws(LedgerError) -> SignedHead? {
        // A folder that may not be looked into is no proof that nothing was signed.
        if access(path, F_OK) != 0, errno == ENOENT { return nil }
        let bytes = try readFile(path)
        guard let head = verifier.open(bytes) else { throw .unreadable(path: path, reason: "not a checkpoint that this key signed for this ledger") }
        return head
    }

    /// Written whole under another name, synced, and renamed over the old one.
    func write(_ note: [UInt8]) throws(LedgerError) {
        let building = path + ".new"
        let descriptor = open(building, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .inputOutput(path: building, reason: reason(errno)) }
        let written = note.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let isSynced = written == note.count && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isSynced, rename(building, path) == 0 else { throw .inputOutput(path: path, reason: reason(code)) }
        try syncFolder(String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)))
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

/// Signs tree heads. Order: entries are committed, then signed, then the signer's state moves on, then the checkpoint is stored; each step can be repeated.
package struct Sealer {
    private let ledger: LedgerFile
    private let key: SigningKey
    private let state: SignerState
    package let verifier: CheckpointVerifier

    package init(_ ledger: LedgerFile, key: SigningKey, state: SignerState) throws {
        self.ledger = ledger
        self.key = key
        self.state = state
        verifier = try CheckpointVerifier(origin: ledger.genesis.origin, key: key.publicKey)
    }

    /// Signs the ledger as it stands and gives the note. Refuses a head that does not extend the last one this signer signed, and records that
    /// are not on the disk as their entries say.
    ///
    /// Everything is read through a connection of its own, which has no page in memory yet: a bit that flipped between commit and signature
    /// would otherwise be signed, and the log could never be mended.
    package func seal() throws -> (head: SignedHead, note: [UInt8]) {
        let known = try [state.read(verifier), newestStored()].compactMap { $0 }
        let ledger = try LedgerFile(in: ledger.folder, writing: false)
        try reread(ledger, from: known.map(\.size).max() ?? 0)
        var tree = CompactRange(begin: 0)
        var roots: [Int: Digest32] = [:]
        try ledger.forEachEntry { seq, bytes in
            guard seq == tree.end else { throw LedgerError.damaged(nil, reason: "entry \(tree.end) is missing") }
            bytes.withUnsafeBytes { tree.append(TreeHash.leaf($0)) }
            if known.contains(where: { $0.size == tree.end }) { roots[tree.end] = tree.root() }
        }
        for last in known {
            guard last.size <= tree.end else { throw LedgerError.rolledBack(signedSize: last.size, foundSize: tree.end) }
            guard roots[last.size] == last.root else { throw LedgerError.forked(size: last.size) }
        }
        let head = SignedHead(size: tree.end, root: tree.root())
        let note = try Checkpoint(origin: ledger.genesis.origin, size: head.size, root: head.root).note(key: key).bytes
        try state.write(note)
        try self.ledger.storeCheckpoint(size: head.size, note: note)
        return (head, note)
    }

    /// The records of each pull that no signature covers yet, and of each that a record was erased from since.
    private func reread(_ ledger: LedgerFile, from signed: Int) throws {
        var pulls: Set<Int> = []
        try ledger.forEachEntry(from: signed) { seq, bytes in
            switch LedgerEntry(bytes) {
            case .pull?: pulls.insert(seq)
            case .erasure(let erasure)?: pulls.insert(erasure.artifact.entry)
            case .genesis?, .run?, .seal?, nil: break
            }
        }
        for pull in pulls.sorted() { try ledger.requireRoot(of: pull) }
    }

    /// The ledger's own memory of what was signed, for a signer whose state was lost with its machine.
    private func newestStored() throws -> SignedHead? {
        guard let newest = try ledger.checkpoints().last else { return nil }
        guard let head = verifier.open(newest.note) else {
            throw LedgerError.damaged(nil, reason: "the checkpoint of size \(newest.size) does not verify")
        }
        return head
    }
}
