import Evidence
import Seal

/// What a published revision holds of its log, checked against its checkpoint: tiles, entry bundles and consistency with earlier heads.
///
/// It needs the files that `isPart` names, by their path in the revision's folder; bytes come from a folder or from an archive.
package struct PublishedLog {
    private(set) package var findings: [String] = []
    private(set) package var facts: [(name: String, value: JSON)] = []
    private let files: [String: [UInt8]]
    /// Of the tree that the checkpoint signs; empty where tiles and entries do not form it.
    private var leaves: [Digest32] = []

    package static func isPart(_ path: String) -> Bool {
        ["checkpoint", "revision.json", "proof/checkpoint.txt", "proof/verifier-key.txt"].contains(path) || path.hasPrefix(LogTiles.folder)
            || path.hasPrefix("proof/consistency-") || path.hasPrefix("proof/earlier-")
    }

    /// `entries`: the log's entries from elsewhere in the archive, to be those of the bundles; nil where there are none.
    package init(_ files: [String: [UInt8]], entries: [[UInt8]]? = nil) {
        self.files = files
        guard files["checkpoint"] != nil || files.keys.contains(where: { $0.hasPrefix(LogTiles.folder) }) else {
            facts = [("log", "no tiles: published before they were")]
            return
        }
        do throws(SealError) {
            let (note, head) = try readCheckpoint()
            guard let leaves = readTree(head) else { return }
            self.leaves = leaves
            if let entries, entries.map({ TreeHash.leaf($0) }) != leaves {
                findings.append("'tile/entries': the entries are not those of the archive's ledger")
            }
            facts = [("log", .string("\(head.size) entries in tiles, root \(head.root)"))]
            checkEarlier(note, head, leaves)
        } catch {
            findings.append("'checkpoint': \(error)")
        }
    }

    /// Of the first so many entries, where the tiles tell.
    func root(at size: Int) -> Digest32? { size > 0 && size <= leaves.count ? MerkleTree.root(Array(leaves[..<size])) : nil }

    mutating func found(_ finding: String) { findings.append(finding) }

    private func readCheckpoint() throws(SealError) -> (SignedNote, Checkpoint) {
        guard let bytes = files["checkpoint"], let line = files["proof/verifier-key.txt"] else {
            throw .malformed(.checkpoint, "'checkpoint' or 'proof/verifier-key.txt' is missing")
        }
        guard bytes == files["proof/checkpoint.txt"] else { throw .malformed(.checkpoint, "'proof/checkpoint.txt' holds another one") }
        let key = try VerifierKey(String(decoding: line.prefix { $0 != 10 }, as: UTF8.self))
        let note = try SignedNote(bytes)
        return (note, try Checkpoint(note: note, origin: key.name, trusted: [key]))
    }

    // MARK: Tiles

    /// The leaves that form the signed root, once every file below `tile/` is what follows from them; nil, with findings, if none do.
    private mutating func readTree(_ head: Checkpoint) -> [Digest32]? {
        let hashed = LogTiles.leaves(size: head.size) { files[$0] }
        let bundled = bundledEntries(head.size)?.map { TreeHash.leaf($0) }
        guard let leaves = [hashed, bundled].compactMap({ $0 }).first(where: { MerkleTree.root($0) == head.root }) else {
            findings.append("'tile': neither tiles nor entries form the root of the checkpoint, \(head.root)")
            return nil
        }
        var rest = Set(files.keys.filter { $0.hasPrefix(LogTiles.folder) })
        for tile in LogTiles.tiles(leaves) {
            rest.remove(tile.path)
            if let reason = flaw(tile.path, files[tile.path] == tile.bytes) { findings.append(reason) }
        }
        for (index, part) in LogTiles.parts(of: leaves).enumerated() {
            let path = LogTiles.entriesPath(index: index, width: part.count)
            rest.remove(path)
            let isRight = files[path].flatMap(LogTiles.entries)?.map { TreeHash.leaf($0) } == Array(part)
            if let reason = flaw(path, isRight) { findings.append(reason) }
        }
        findings += rest.sorted().map { "'\($0)': belongs to no tree of \(head.size) entries" }
        return leaves
    }

    private func flaw(_ path: String, _ isRight: Bool) -> String? {
        if files[path] == nil { return "'\(path)': missing from the log's tree" }
        return isRight ? nil : "'\(path)': not what the signed tree holds here"
    }

    private func bundledEntries(_ size: Int) -> [[UInt8]]? {
        var entries: [[UInt8]] = []
        while entries.count < size {
            let path = LogTiles.entriesPath(index: entries.count / LogTiles.width, width: min(LogTiles.width, size - entries.count))
            guard let part = files[path].flatMap(LogTiles.entries), part.count == min(LogTiles.width, size - entries.count) else { return nil }
            entries += part
        }
        return entries
    }

    // MARK: Earlier heads

    /// What `revision.json` says of earlier revisions, the texts of their checkpoints and the proofs agree, and hold.
    private mutating func checkEarlier(_ note: SignedNote, _ head: Checkpoint, _ leaves: [Digest32]) {
        let stated = (files["revision.json"].flatMap { try? JSON.parse($0) }?["earlier"]?.list ?? []).compactMap { EarlierHead($0) }
        var rest = Set(files.keys.filter { $0.hasPrefix("proof/consistency-") || $0.hasPrefix("proof/earlier-") })
        for earlier in stated {
            rest.remove(earlier.proofPath)
            rest.remove(earlier.checkpointPath)
            if let reason = flaw(earlier, note, head, leaves) {
                findings.append("'\(earlier.proofPath)': \(reason)")
            } else {
                facts.append(("extends", .string("\(earlier.period) \(earlier.revision), \(earlier.size) entries, root \(earlier.root)")))
            }
        }
        findings += rest.sorted().map { "'\($0)': 'revision.json' names no such revision" }
    }

    private func flaw(_ earlier: EarlierHead, _ note: SignedNote, _ head: Checkpoint, _ leaves: [Digest32]) -> String? {
        let old = Checkpoint(origin: head.origin, size: earlier.size, root: Digest32(earlier.root))
        guard files[earlier.checkpointPath] == old.text else { return "'\(earlier.checkpointPath)' is not the head that 'revision.json' names" }
        guard let bytes = files[earlier.proofPath] else { return "missing" }
        do throws(SealError) {
            let proof = try ConsistencyProof(bytes)
            guard proof.checkpoint == note, proof.bytes == bytes else { return "proves another checkpoint" }
            guard proof.oldSize == earlier.size else { return "proves another size" }
            try proof.verify(oldRoot: old.root, head: head)
        } catch {
            return "\(error)"
        }
        return MerkleTree.root(Array(leaves[..<earlier.size])) == old.root ? nil : "the tiles form another root at size \(earlier.size)"
    }
}
