import Assessment
import Evidence
import Ledger
import SQLite

/// Single records read once more from the ledger's own bytes, by the mapping in force: the index is a file beside the ledger, and nobody signed it.
struct Reread {
    private let ledger: LedgerFile
    private let kinds: [Kind]
    private var decoder: MappingDecoder
    private let rows: IndexFile
    /// Those that were asked for already: a record of several kinds is told in several steps.
    private var known: [ArtifactID: [(kind: Kind, row: KindRow)]] = [:]

    init(_ store: Store, kinds: [Kind]) throws {
        ledger = store.ledger
        self.kinds = kinds
        decoder = MappingDecoder(store.mappings)
        rows = try IndexFile(folder: nil, kinds: kinds, digest: "reread")
    }

    /// What the record comes to, in the order of its mapping; nothing if it is none, or is of a source that is not configured any more.
    mutating func kindRows(of id: ArtifactID) throws -> [(kind: Kind, row: KindRow)] {
        if let known = known[id] { return known }
        let own = try read(id)
        known[id] = own
        return own
    }

    /// The file or repository that the record came from, as its origin says; nil where it has none.
    func originName(of id: ArtifactID) throws -> String? {
        guard let origin = try ledger.withRecord(id, { $0.origin }), origin != 0 else { return nil }
        return try ledger.withRecord(ArtifactID(entry: id.entry, record: origin)) { try JSON.parse($0.bytes)["name"]?.text } ?? nil
    }

    /// When the run ended whose head first covers the pull; what management enters is signed at once.
    func sealedAt(_ pull: Int, below size: Int) throws -> Instant? {
        var sealed: Instant?
        try ledger.forEachEntry { seq, bytes in
            guard sealed == nil, seq >= pull, seq < size else { return }
            switch LedgerEntry(bytes) {
            case .pull(let own)? where seq == pull && own.source == ManagementSource.id: sealed = own.at
            case .run(let at, _, _)?: sealed = at
            default: break
            }
        }
        return sealed
    }

    private mutating func read(_ id: ArtifactID) throws -> [(kind: Kind, row: KindRow)] {
        guard case .pull(let pull)? = try ledger.entryBytes(id.entry).flatMap({ LedgerEntry($0) }) else { return [] }
        decoder.begin(source: pull.source)
        let origin = try ledger.withRecord(id) { $0.origin } ?? 0
        if origin != 0, let json = try ledger.withRecord(ArtifactID(entry: id.entry, record: origin), { try JSON.parse($0.bytes) }) { decoder.origin(json) }
        var tables: [Int] = []
        _ = try ledger.withRecord(id) { record in
            guard record.role == .data else { return }
            let source = SourceText(pull.source)
            _ = try decoder.rows(of: record) { table, row in
                try rows.insert(table: table, row: row, id: id, source: source)
                tables.append(table)
            }
        }
        return try tables.map { table in
            let select = try rows.database.prepare("SELECT * FROM \"\(kinds[table].name)\" WHERE artifact = ?")
            select.bind(1, id.packed)
            guard try select.step() else { throw LedgerError.damaged(id, reason: "it became no row") }
            return (kinds[table], KindRow(kinds[table], select))
        }
    }

    /// Throws where the index tells something else than the record.
    mutating func require(_ told: KindRow, _ kind: KindName) throws {
        guard let own = try kindRows(of: told.artifact).first(where: { $0.kind.name == kind })?.row, own.says(theSameAs: told) else {
            throw CommandError(
                .integrityBroken, "the index tells of \(told.artifact) what its bytes do not say",
                hint: "'receipts verify ledger' says all that is wrong with it, 'receipts index --rebuild' makes it anew")
        }
    }
}
