import Assessment
import Evidence
import Ledger
import Portal
import SQLite
import Seal

/// Answers what pages ask: items from the engine, artifacts and their proofs from ledger and index.
final class LedgerRecords: EditionRecords {
    private let session: Session
    private let entries: TreeLevels
    private let note: SignedNote
    private var pull: (entry: Int, levels: TreeLevels)?
    private let sources: [SourceID: SourceDefinition]

    init(_ session: Session) throws {
        self.session = session
        var leaves: [Digest32] = []
        try session.store.ledger.forEachEntry { seq, bytes in if seq < session.head.size { leaves.append(TreeHash.leaf(bytes)) } }
        entries = TreeLevels(leaves)
        guard entries.root == session.head.root else {
            throw LedgerError.damaged(nil, reason: "the entries do not form the tree that was signed")
        }
        note = try SignedNote(session.head.note)
        sources = Dictionary(uniqueKeysWithValues: session.folder.sources.map { ($0.id, $0) })
    }

    func forEachItem(of control: ControlID, _ body: (ItemResult) throws -> Void) throws {
        try session.engine.forEachItem(of: control, body)
    }

    func artifact(_ id: ArtifactID) throws -> ArtifactView {
        guard let bytes = try session.store.ledger.entryBytes(id.entry), case .pull(let pull)? = LedgerEntry(bytes) else {
            throw LedgerError.damaged(id, reason: "no pull has that number")
        }
        let levels = try self.levels(of: id.entry)
        let view = try session.store.ledger.withRecord(id) { record in
            try self.view(record, of: pull, entry: bytes, levels)
        }
        guard let view else { throw LedgerError.damaged(id, reason: "the record is missing") }
        return view
    }

    /// Hashes of one pull, kept while its artifacts are asked for.
    private func levels(of entry: Int) throws -> TreeLevels {
        if let pull, pull.entry == entry { return pull.levels }
        var leaves: [Digest32] = []
        try session.store.ledger.forEachRecord(of: entry, hashing: .leaves) { leaves.append($0.leaf) }
        let levels = TreeLevels(leaves)
        pull = (entry, levels)
        return levels
    }

    private func view(_ record: StoredRecord, of pull: LedgerEntry.PullEntry, entry: [UInt8], _ levels: TreeLevels) throws -> ArtifactView {
        let origin = record.origin == 0 ? nil : try originName(ArtifactID(entry: record.id.entry, record: record.origin))
        let rows = try self.rows(of: record.id, source: pull.source)
        var bytes = Array(record.bytes)
        var reason: String?
        if record.role == .reject || record.role == .conflict {
            let stored = StoredReject(record.bytes)
            reason = record.role == .conflict ? "the same id as \(stored.reason), with other content" : stored.reason
            bytes = Array(stored.bytes)
        }
        return ArtifactView(
            id: record.id, role: record.role, source: pull.source, bytes: bytes, fidelity: sources[pull.source]?.fidelity ?? .asReceived,
            originName: origin, ordinal: record.ordinal == 0 ? nil : record.ordinal, rows: rows.rows, occurredAt: rows.at, collectedAt: pull.at,
            sealedAt: try sealedAt(record.id.entry), leaf: record.leaf.digest, proof: proof(record, pull, entry, levels), reason: reason)
    }

    private func originName(_ id: ArtifactID) throws -> String? {
        let row = try session.index.prepare("SELECT name FROM origin WHERE artifact = ?")
        row.bind(1, id.packed)
        return try row.step() ? row.text(0) : nil
    }

    func frozenList(_ frozen: FrozenPopulation) throws -> FrozenList? { try session.store.list(of: frozen) }

    /// What management enters is signed at once, without a run.
    func sealedAt(_ entry: Int) throws -> Instant? {
        let own = try session.index.prepare("SELECT started_at FROM pull WHERE entry = ? AND source = ?")
        own.bind(1, entry)
        own.bind(2, ManagementSource.id.text)
        if try own.step() { return Instant(nanoseconds: own.integer(0)) }
        let row = try session.index.prepare("SELECT at FROM run WHERE entry >= ? AND entry < ? ORDER BY entry LIMIT 1")
        row.bind(1, entry)
        row.bind(2, session.head.size)
        return try row.step() ? Instant(nanoseconds: row.integer(0)) : nil
    }

    private func proof(_ record: StoredRecord, _ pull: LedgerEntry.PullEntry, _ entry: [UInt8], _ levels: TreeLevels) -> ArtifactProof? {
        guard record.id.entry < entries.size else { return nil }
        let tlog = TlogProof(index: record.id.entry, path: entries.inclusionPath(record.id.entry), checkpoint: note)
        return ArtifactProof(
            salt: Array(record.salt), preimage: Array(record.salt) + Array(record.whole), recordIndex: record.id.record, recordCount: levels.size,
            recordPath: levels.inclusionPath(record.id.record).map(\.digest), recordsRoot: levels.root.digest, entry: entry,
            entryIndex: record.id.entry, tlogProof: String(decoding: tlog.bytes, as: UTF8.self))
    }

    /// The rows that the index has of the record, by kind in the order of the source's mapping.
    private func rows(of id: ArtifactID, source: SourceID) throws -> (rows: [ArtifactRow], at: Span?) {
        var found: [ArtifactRow] = []
        var at: Span?
        var kinds: [KindName] = []
        for yield in sources[source]?.yields ?? [] where !kinds.contains(yield.kind) { kinds.append(yield.kind) }
        for name in kinds {
            guard let kind = session.folder.catalogue.kind(name) else { continue }
            let row = try session.index.prepare("SELECT * FROM \"\(name)\" WHERE artifact = ?")
            row.bind(1, id.packed)
            guard try row.step() else { continue }
            let shown = KindRow(kind, row)
            if at == nil { at = shown.at }
            found.append(ArtifactRow(kind: name, fields: shown.fields))
        }
        return (found, at)
    }
}
