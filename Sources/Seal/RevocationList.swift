import Evidence

/// Keys that are not to be believed, as OpenSSH's key revocation list (PROTOCOL.krl, version 1): what `ssh-keygen -Y verify -r` reads.
///
/// A list knows no times: a key in it is refused whatever it signed and whenever.
package struct RevocationList: Sendable, Hashable {
    package let keys: Set<PublicKey>
    /// SHA-256 of key blobs, where a list that somebody else wrote has these instead.
    private let hashes: Set<[UInt8]>

    private static let magic = Array("SSHKRL\n\0".utf8)
    private static let version: UInt32 = 1
    private enum Section { static let certificates: UInt8 = 1, keys: UInt8 = 2, sha256: UInt8 = 5 }

    package init(keys: Set<PublicKey>) {
        self.keys = keys
        hashes = []
    }

    package func contains(_ key: PublicKey) -> Bool { keys.contains(key) || hashes.contains(SHA256Stream.digest(of: key.sshBlob).bytes) }

    /// `number`: grows with each change. `made`: to the second. The keys stand in the order of their bytes.
    package func bytes(number: UInt64, made: Instant, comment: String) -> [UInt8] {
        var list = SSHWriter()
        list.raw(RevocationList.magic)
        list.number(RevocationList.version)
        list.long(number)
        list.long(UInt64(max(0, SSHTime.floor(made).nanoseconds / 1_000_000_000)))
        list.long(0)
        list.string([])
        list.string(comment.utf8)
        guard !keys.isEmpty else { return list.bytes }
        var section = SSHWriter()
        for blob in keys.map(\.sshBlob).sorted(by: { $0.lexicographicallyPrecedes($1) }) { section.string(blob) }
        list.raw([Section.keys])
        list.string(section.bytes)
        return list.bytes
    }

    /// Keys of other types than Ed25519 and certificates are no concern of ours and skipped; what cannot be skipped safely is refused.
    package init(_ bytes: [UInt8]) throws(SealError) {
        var reader = SSHReader(bytes)
        guard reader.raw(8) == RevocationList.magic, reader.number() == RevocationList.version, reader.raw(24) != nil, reader.string() != nil,
            reader.string() != nil
        else { throw .malformed(.revocationList, "not a list of version 1") }
        var keys: Set<PublicKey> = []
        var hashes: Set<[UInt8]> = []
        while !reader.isAtEnd {
            guard let type = reader.raw(1)?.first, let data = reader.string() else { throw .malformed(.revocationList, "a section is cut short") }
            var section = SSHReader(data)
            switch type {
            case Section.certificates: continue
            case Section.keys:
                while !section.isAtEnd {
                    guard let blob = section.string() else { throw .malformed(.revocationList, "a key is cut short") }
                    if let key = try? PublicKey(sshBlob: blob) { keys.insert(key) }
                }
            case Section.sha256:
                while !section.isAtEnd {
                    guard let hash = section.string(), hash.count == 32 else { throw .malformed(.revocationList, "a SHA-256 is cut short") }
                    hashes.insert(hash)
                }
            default: throw .malformed(.revocationList, "section \(type) is not read here; write the list from key files: ssh-keygen -k -f LIST KEY.pub")
            }
        }
        self.keys = keys
        self.hashes = hashes
    }
}
