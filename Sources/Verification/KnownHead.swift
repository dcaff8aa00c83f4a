import Archive
import Evidence
import Ledger
import Seal

/// A signed tree head from wherever somebody has it, and what else that place knows of the log.
package struct KnownHead {
    package let place: String
    package let checkpoint: Checkpoint
    let note: SignedNote
    /// Of the log's signer, where the place names it.
    let key: PublicKey?
    /// Hashes of the entries, of at least `checkpoint.size`; empty where the place holds a head only.
    let leaves: [Digest32]

    /// `path`: a checkpoint file, a folder that a log is published in as tiles (such as a revision's), a ledger's or programme's folder, or an
    /// archive, which must be intact.
    package init(_ path: String) throws {
        if ArchiveFormat(path: path) != nil {
            try self.init(archive: path)
        } else if let ledger = [path, path + "/ledger"].first(where: { LedgerFile.exists(in: $0) }) {
            try self.init(ledger: ledger, path)
        } else if SmallFile.exists(path + "/checkpoint"), SmallFile.exists(path + "/tile") {
            try self.init(tiles: path)
        } else if SmallFile.exists(path + "/proof/checkpoint.txt") {
            let facts = try JSON.parse(try SmallFile.read(path + "/revision.json"))
            try self.init(path, try SmallFile.read(path + "/proof/checkpoint.txt"), try facts["public_key"]?.text.map { try PublicKey(sshLine: $0) }, [])
        } else {
            try self.init(path, try SmallFile.read(path), nil, [])
        }
    }

    private init(_ place: String, _ note: [UInt8], _ key: PublicKey?, _ leaves: [Digest32]) throws {
        self.place = place
        self.note = try SignedNote(note)
        checkpoint = try Checkpoint(text: self.note.text)
        self.key = key
        self.leaves = leaves
    }

    private init(ledger folder: String, _ place: String) throws {
        let ledger = try LedgerFile(in: folder, writing: false)
        guard let newest = try ledger.checkpoints().last else { throw LedgerError.damaged(nil, reason: "the ledger was never signed") }
        var leaves: [Digest32] = []
        try ledger.forEachEntry { _, bytes in leaves.append(TreeHash.leaf(bytes)) }
        try self.init(place, newest.note, try PublicKey(sshLine: ledger.genesis.publicKey), leaves)
    }

    /// Tiles that do not form the root of the checkpoint beside them are damaged: no word of the signer's, and no fork.
    private init(tiles folder: String) throws {
        let key = folder + "/proof/verifier-key.txt"
        let line = SmallFile.exists(key) ? String(decoding: try SmallFile.read(key).prefix { $0 != 10 }, as: UTF8.self) : nil
        let note = try SmallFile.read(folder + "/checkpoint")
        let head = try Checkpoint(text: try SignedNote(note).text)
        let leaves = try LogTiles.leaves(size: head.size) { path in
            SmallFile.exists("\(folder)/\(path)") ? try SmallFile.read("\(folder)/\(path)") : nil
        }
        guard let leaves, MerkleTree.root(leaves) == head.root else {
            throw ArchiveError.flawed(path: folder, reason: "its tiles do not form the root that its checkpoint signs")
        }
        try self.init(folder, note, try line.map { try VerifierKey($0).key }, leaves)
    }

    private init(archive path: String) throws {
        let names = (checkpoint: "data/checkpoint", key: "data/verifier_key", entries: "data/ledger/entries.jsonl")
        let report = try ArchiveVerifier.verify(path, keep: [names.checkpoint, names.key, names.entries])
        if let flaw = report.findings.first { throw ArchiveError.flawed(path: path, reason: flaw.description) }
        guard let note = report.kept[names.checkpoint], let entries = report.kept[names.entries], let key = report.kept[names.key] else {
            throw ArchiveError.flawed(path: path, reason: "it holds no checkpoint, entries or key")
        }
        let line = String(decoding: key.split(separator: 10).first ?? [], as: UTF8.self)
        try self.init(path, note, try VerifierKey(line).key, entries.split(separator: 10).map { TreeHash.leaf(Array($0)) })
    }
}
