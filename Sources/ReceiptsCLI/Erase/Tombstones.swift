import Controls
import Crypto
import Evidence
import Ledger
import SQLite

/// Makes the tombstones of records while their bytes are still there.
struct Tombstones {
    private let store: Store
    private let sources: [SourceID: SourceDefinition]
    private let key: SymmetricKey
    private let order: ErasureOrder
    private let at: Instant

    init(_ folder: ProgrammeFolder, _ store: Store, _ order: ErasureOrder, at: Instant) throws {
        self.store = store
        sources = Dictionary(uniqueKeysWithValues: folder.sources.map { ($0.id, $0) })
        key = SymmetricKey(data: try folder.pseudonymKey())
        self.order = order
        self.at = at
    }

    /// Throws where one of them cannot be erased; then none is.
    func make(for ids: [ArtifactID]) throws -> [LedgerEntry.Erasure] {
        var all: [LedgerEntry.Erasure] = []
        for (entry, group) in Dictionary(grouping: ids, by: \.entry).sorted(by: { $0.key < $1.key }) {
            guard case .pull(let pull)? = try store.ledger.entryBytes(entry).flatMap({ LedgerEntry($0) }) else {
                throw CommandError(.badInput, "there is no record '\(group[0])'", hint: "entry \(entry) of the ledger is no pull")
            }
            guard pull.source != CatalogueSource.id else {
                throw CommandError(.badInput, "'\(group[0])' is a control file: the wording that was in force is not erased")
            }
            all += try make(pull, entry, Set(group))
        }
        return all
    }

    /// One walk over the pull: the decoder has to see every origin before its records.
    private func make(_ pull: LedgerEntry.PullEntry, _ entry: Int, _ wanted: Set<ArtifactID>) throws -> [LedgerEntry.Erasure] {
        let source = SourceText(pull.source)
        var decoder = MappingDecoder(store.mappings)
        decoder.begin(source: pull.source)
        var all: [LedgerEntry.Erasure] = []
        var found: Set<ArtifactID> = []
        var needed: Set<Int> = []
        try store.ledger.forEachRecord(of: entry) { record in
            if record.role == .origin, let json = try? JSON.parse(record.bytes) { decoder.origin(json) }
            guard wanted.contains(record.id) else {
                needed.insert(record.origin)
                return
            }
            found.insert(record.id)
            let key = try dedupeKey(record, source, &decoder)
            let rows = try rows(of: record.id)
            all.append(
                LedgerEntry.Erasure(
                    at: at, artifact: record.id, source: pull.source, role: record.role, origin: record.origin, kinds: rows.kinds,
                    days: days(rows.spans, of: pull.source),
                    leaf: record.leaf.digest, mark: DedupeKey.mark(key, under: self.key), reason: order.reason, approver: order.approver))
        }
        if let missing = wanted.subtracting(found).min() { throw CommandError(.badInput, "there is no record '\(missing)'") }
        if let origin = wanted.first(where: { needed.contains($0.record) && $0.record > 0 }) {
            throw CommandError(.badInput, "'\(origin)' says how other records are to be read", hint: "erase the records of that file, then what names it")
        }
        return all
    }

    private func dedupeKey(_ record: StoredRecord, _ source: SourceText, _ decoder: inout MappingDecoder) throws -> Int64 {
        switch record.role {
        case .anchor: throw CommandError(.badInput, "'\(record.id)' is part of an anchor, which is not erased", hint: "it holds a signed head and no records")
        case .sheet:
            throw CommandError(.badInput, "'\(record.id)' is an evidence sheet, which is not erased", hint: "it holds counts and questions, and no records")
        case .erased: throw CommandError(.badInput, "'\(record.id)' is erased already")
        case .origin: return DedupeKey.content(of: record.bytes)
        case .reject: return DedupeKey.reject(source, bytes: StoredReject(record.bytes).bytes, receivedDigest: record.receivedDigest)
        case .conflict: return DedupeKey.conflict(source, bytes: StoredReject(record.bytes).bytes)
        case .data: return try DedupeKey.first(of: record, source, decoder: &decoder)
        }
    }

    private func rows(of id: ArtifactID) throws -> (kinds: [KindName], spans: [Span?]) {
        var kinds: [KindName] = []
        var spans: [Span?] = []
        for kind in store.index.kinds {
            let row = try store.index.database.prepare("SELECT occurred_at, occurred_at_latest FROM \"\(kind.name)\" WHERE artifact = ?")
            row.bind(1, id.packed)
            guard try row.step() else { continue }
            kinds.append(kind.name)
            spans.append(row.isNull(0) ? nil : Span(earliest: Instant(nanoseconds: row.integer(0)), latest: Instant(nanoseconds: row.integer(1))))
        }
        return (kinds.sorted(), spans)
    }

    /// Nil unless each row says when it happened.
    private func days(_ spans: [Span?], of source: SourceID) -> ClosedRange<Day>? {
        let known = spans.compactMap { $0 }
        guard let zone = sources[source]?.zone, known.count == spans.count, let first = known.map(\.earliest).min(), let last = known.map(\.latest).max() else {
            return nil
        }
        return zone.day(of: first)...zone.day(of: last)
    }
}
