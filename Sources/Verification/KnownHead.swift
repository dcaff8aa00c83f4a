import Archive
import Evidence
import Ledger
import Seal

/// A signed tree head from wherever somebody has it, and what else that place knows of the log.
package struct KnownHead {
    package let place: String
    package let checkpoint: Checkpoint
    let note: SignedNote
    package var noteBytes: [UInt8] { note.bytes }
    /// The log's keys, where the place names them, as far as each is vouched for by the one before.
    let keys: KeyHistory?
    /// Hashes of the entries, of at least `checkpoint.size`; empty where the place holds a head only.
    let leaves: [Digest32]

    /// `path`: a checkpoint file, a folder that a log is published in as tiles (such as a revision's), a ledger's or programme's folder, or an
    /// archive, which must be intact.
    package init(_ path: String) throws {
        do { try self.init(reading: path) } catch let error as SealError {
            throw ArchiveError.flawed(path: path, reason: "\(error)")
        } catch let error as JSONError {
            throw ArchiveError.flawed(path: path, reason: "its revision.json is no JSON: \(error.reason)")
        }
    }

    private init(reading path: String) throws {
        if ArchiveFormat(path: path) != nil {
            try self.init(archive: path)
        } else if let ledger = [path, path + "/ledger"].first(where: { LedgerFile.exists(in: $0) }) {
            try self.init(ledger: ledger, path)
        } else if SmallFile.exists(path + "/checkpoint"), SmallFile.exists(path + "/tile") {
            try self.init(tiles: path)
        } else if SmallFile.exists(path + "/proof/checkpoint.txt") {
            let facts = try JSON.parse(try SmallFile.read(path + "/revision.json"))
            let chain = try KeyChain(SmallFile.all(in: path + "/keys"))
            let named = try facts["public_key"]?.text.map { KeyHistory(first: try PublicKey(sshLine: $0), at: .distantPast) }
            try self.init(path, try SmallFile.read(path + "/proof/checkpoint.txt"), chain?.history ?? named, [])
        } else {
            try self.init(path, try SmallFile.read(path), nil, [])
        }
    }

    private init(_ place: String, _ note: [UInt8], _ keys: KeyHistory?, _ leaves: [Digest32]) throws {
        self.place = place
        self.note = try SignedNote(note)
        checkpoint = try Checkpoint(text: self.note.text)
        self.keys = keys
        self.leaves = leaves
    }

    private init(ledger folder: String, _ place: String) throws {
        let ledger = try LedgerFile(in: folder, writing: false)
        guard let newest = try ledger.checkpoints().last else { throw LedgerError.damaged(nil, reason: "the ledger was never signed") }
        var leaves: [Digest32] = []
        try ledger.forEachEntry { _, bytes in leaves.append(TreeHash.leaf(bytes)) }
        let history = try KeyHistory(ledger, below: newest.size)
        let files = try KeyFiles(ledger, history: history, head: newest, namespaces: []).files
        let chain = KeyChain(Dictionary(files.map { ($0.name, $0.bytes) }) { first, _ in first })
        if let flaw = chain?.findings.first { throw LedgerError.damaged(nil, reason: flaw) }
        try self.init(place, newest.note, history, leaves)
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
        let chain = try KeyChain(SmallFile.all(in: folder + "/keys"))
        if let flaw = chain?.findings.first { throw ArchiveError.flawed(path: folder, reason: flaw) }
        let named = try line.map { KeyHistory(first: try VerifierKey($0).key, at: .distantPast) }
        try self.init(folder, note, chain?.history ?? named, leaves)
    }

    private init(archive path: String) throws {
        let names = (checkpoint: "data/checkpoint", key: "data/verifier_key", entries: "data/ledger/entries.jsonl")
        let archive = try SignedArchive(path, trust: Trust(), keep: [names.checkpoint, names.key, names.entries])
        let report = archive.report
        if let flaw = archive.findings.first { throw ArchiveError.flawed(path: path, reason: flaw) }
        guard let note = report.kept[names.checkpoint], let entries = report.kept[names.entries], let key = report.kept[names.key] else {
            throw ArchiveError.flawed(path: path, reason: "it holds no checkpoint, entries or key")
        }
        let line = String(decoding: key.split(separator: 10).first ?? [], as: UTF8.self)
        let named = KeyHistory(first: try VerifierKey(line).key, at: .distantPast)
        try self.init(path, note, archive.chain?.history ?? named, entries.split(separator: 10).map { TreeHash.leaf(Array($0)) })
    }
}
