import Evidence
import Seal

/// The files of a log's keys, as a portal and an archive bring them below `keys/`: for ssh-keygen, and for whoever trusts an earlier key.
package struct KeyFiles {
    package struct File: Sendable {
        package let name: String
        package let bytes: [UInt8]
    }
    /// Sorted by name.
    package let files: [File]
    package static let allowedSigners = "allowed_signers"
    package static let revoked = "revoked.krl"

    package static func entryName(_ entry: Int) -> String { "e\(entry).entry.txt" }
    package static func proofName(_ entry: Int) -> String { "e\(entry).proof.txt" }

    /// `head`: the signed head that is published, with its note; `history` covers the entries below it.
    package init(_ ledger: LedgerFile, history: KeyHistory, head: (size: Int, note: [UInt8]), namespaces: [String]) throws {
        let origin = ledger.genesis.origin
        let lines = history.tenures.map { tenure in
            AllowedSigner(principal: origin, namespaces: namespaces, validAfter: tenure.from, validBefore: tenure.end?.at, key: tenure.key).line + "\n"
        }
        var files = [File(name: KeyFiles.allowedSigners, bytes: Array(lines.joined().utf8))]
        let revocations = history.tenures.compactMap(\.revocation)
        if let last = revocations.map(\.at).max() {
            let list = RevocationList(keys: Set(revocations.map(\.key)))
            files.append(
                File(name: KeyFiles.revoked, bytes: list.bytes(number: UInt64(revocations.count), made: last, comment: "keys revoked by \(origin)")))
        }
        files += try KeyFiles.proofs(ledger, history, head)
        self.files = files.sorted { $0.name < $1.name }
    }

    /// The genesis under the head that is published, each change under the head that ends with it: that one is the word of the key before.
    private static func proofs(_ ledger: LedgerFile, _ history: KeyHistory, _ head: (size: Int, note: [UInt8])) throws -> [File] {
        var leaves: [Digest32] = []
        try ledger.forEachEntry { seq, bytes in if seq < head.size { leaves.append(TreeHash.leaf(bytes)) } }
        let notes = Dictionary(try ledger.checkpoints().map { ($0.size, $0.note) }) { first, _ in first }
        var files: [File] = []
        for entry in [0] + history.changes {
            let size = entry == 0 ? head.size : entry + 1
            guard let note = entry == 0 ? head.note : notes[size], let bytes = try ledger.entryBytes(entry) else { throw LedgerError.unvouched(entry: entry) }
            let path = TreeLevels(Array(leaves[..<size])).inclusionPath(entry)
            files.append(File(name: entryName(entry), bytes: bytes))
            files.append(File(name: proofName(entry), bytes: TlogProof(index: entry, path: path, checkpoint: try SignedNote(note)).bytes))
        }
        return files
    }
}
