import Evidence
import Ledger
import Seal

/// A revision's own copy of the log up to its checkpoint: tiles and entries (C2SP tlog-tiles), and proofs that earlier revisions' heads lead here.
struct RevisionLog {
    let earlier: [EarlierHead]
    private let entries: [[UInt8]]
    private let levels: TreeLevels
    private let note: SignedNote
    private let origin: String

    /// `earlier`: revisions with the size of the head that each was pinned to.
    init(_ session: Session, earlier: [EarlierRevision]) throws {
        var entries: [[UInt8]] = []
        try session.store.ledger.forEachEntry { seq, bytes in if seq < session.head.size { entries.append(bytes) } }
        let leaves = entries.map { TreeHash.leaf($0) }
        self.entries = entries
        levels = TreeLevels(leaves)
        note = try SignedNote(session.head.note)
        origin = session.store.ledger.genesis.origin
        self.earlier = try earlier.map { revision in
            guard revision.size > 0, revision.size <= leaves.count else {
                throw LedgerError.damaged(
                    nil, reason: "\(revision.period) \(revision.name) was published from \(revision.size) entries, \(leaves.count) are sealed")
            }
            return EarlierHead(
                period: revision.period, revision: revision.name, size: revision.size, root: MerkleTree.root(Array(leaves[..<revision.size])).digest)
        }
    }

    func write(to writer: inout FolderWriter) throws {
        try writer.write(path: "checkpoint", bytes: note.bytes)
        for file in LogTiles.tiles(levels.leaves) + LogTiles.bundles(entries) { try writer.write(path: file.path, bytes: file.bytes) }
        for head in earlier {
            let proof = ConsistencyProof(oldSize: head.size, path: levels.consistencyPath(from: head.size), checkpoint: note)
            try writer.write(path: head.proofPath, bytes: proof.bytes)
            try writer.write(path: head.checkpointPath, bytes: Checkpoint(origin: origin, size: head.size, root: Digest32(head.root)).text)
        }
    }
}

/// A revision that was published before, and how many entries lay under its checkpoint.
struct EarlierRevision: Hashable {
    let period: PeriodID
    let name: String
    let size: Int

    /// What `revision` of `period` is to be held against: the revision before it, and the last one of the period that begins before it and was
    /// published. Only what was published before it counts, so that the same revision made again says the same.
    static func before(_ revision: String, of period: Period, in ledger: LedgerFile, periods: [Period]) throws -> [EarlierRevision] {
        let all = try PinnedHead.publications(ledger)
        let own = all.first { $0.seal.period == period.id && "r\($0.seal.revision)" == revision }?.entry ?? Int.max
        func last(_ id: PeriodID) -> EarlierRevision? {
            all.last { $0.entry < own && $0.seal.period == id && $0.size > 0 }.map { EarlierRevision(period: id, name: "r\($0.seal.revision)", size: $0.size) }
        }
        func order(_ period: Period) -> (Instant, Instant, PeriodID) { (period.window.start, period.window.end, period.id) }
        let before = periods.filter { order($0) < order(period) }.sorted { order($0) > order($1) }
        return [last(period.id), before.lazy.compactMap { last($0.id) }.first].compactMap { $0 }
    }
}
