import Connectors
import Evidence
import Ledger
import Seal

/// One source read once into a ledger that is thrown away: what `collect` would store, by the code of `collect`. Nothing is signed, and of the programme's
/// keys only the one for pseudonyms is read.
struct SourceTrial {
    struct Record {
        let origin: String
        let ordinal: Int
        /// As it would be stored.
        let stored: [UInt8]
        let rows: [(kind: String, row: JSON)]
        /// Why it could not be read; nil of a record that could.
        let reason: String?
    }
    let source: SourceDefinition
    let sheet: EvidenceSheet
    let tally: PullTally
    /// What a person should know besides.
    let notes: [String]
    /// The first few, in the order in which they came.
    private(set) var records: [Record] = []
    private(set) var rejects: [Record] = []

    /// `first`: how many records and rejects to show.
    init(_ folder: ProgrammeFolder, _ source: SourceDefinition, _ world: World, first: Int) throws {
        let place = try Files.makeTemporaryFolder(named: "receipts-try")
        defer { try? Files.remove(place) }
        let kinds = folder.catalogue.kinds
        let store = try SourceTrial.store(in: place, source, kinds, world)
        let key = try folder.pseudonymKey()
        let request = PullRequest(of: source, folder, key, world, since: nil, cursors: [:], at: world.now())
        let connector = connector(for: source.connector)
        let recorded = try PullRecording(store, world.randomness, now: world.now).record(source, request.window, request.now, key, known: [:]) { collector in
            try connector.pull(request, into: &collector)
        }
        guard let recorded else { throw CommandError(.badInput, "source '\(source.id)' has no mapping") }
        self.source = source
        sheet = recorded.sheet
        tally = recorded.tally
        notes =
            SourceTrial.notes(recorded.tally, folder.programme.periods) + (try SourceTrial.notes(recorded.tally, source, store))
            + SourceTrial.notes(lookups: recorded.sheet.json["exchange"]?["lookups"])
        try show(store, kinds, first)
    }

    /// Evidence from outside of every period is kept, and no control will name an item of it.
    private static func notes(_ tally: PullTally, _ periods: [Period]) -> [String] {
        guard let first = tally.firstEvent, let last = tally.lastEvent, let earliest = periods.map(\.window).min(by: { $0.start < $1.start }) else { return [] }
        let isInside = periods.contains { first < $0.window.end && last >= $0.window.start }
        if isInside { return [] }
        let when = first.wholeSeconds == last.wholeSeconds ? "of \(first.wholeSeconds)" : "from \(first.wholeSeconds) to \(last.wholeSeconds)"
        return ["its records are \(when), in no period of receipts.yaml (the first begins \(earliest.start))"]
    }

    /// A slip in 'when:' or 'keep:' leaves records without rows, and no control ever sees them.
    private static func notes(_ tally: PullTally, _ source: SourceDefinition, _ store: Store) throws -> [String] {
        guard tally.kept > 0 else { return [] }
        if tally.rows == 0 {
            return ["none of its \(tally.kept) records becomes a row: does 'when:' ask for what they hold, and 'keep:' keep what the mapping reads?"]
        }
        return try Set(source.yields.map(\.kind.text)).sorted().filter { kind in
            try store.index.database.integer("SELECT count(*) FROM \"\(kind)\"") == 0
        }.map { "no record becomes a row of '\($0)'" }
    }

    /// Of each thing the server says that there is none: so it may be, or the lookup's URL has a slip in it.
    private static func notes(lookups: JSON?) -> [String] {
        guard case .object(let lookups)? = lookups else { return [] }
        return lookups.sorted { $0.key < $1.key }.compactMap { name, counts in
            guard let asked = counts["asked"]?.int, asked > 0, counts["absent"]?.int == asked else { return nil }
            return "'\(name)' was asked for \(asked) times, and each time the server said that there is none: is its URL right?"
        }
    }

    private static func store(in place: String, _ source: SourceDefinition, _ kinds: [Kind], _ world: World) throws -> Store {
        let mappings = try Mappings(sources: [source], kinds: kinds)
        var randomness = world.randomness.forked("trial")
        let nobody = try SigningKey(seed: randomness.bytes(32)).publicKey.sshLine()
        let genesis = LedgerEntry.Genesis(at: world.now(), ledgerID: String(repeating: "0", count: 32), isSimulated: true, publicKey: nobody)
        let ledger = try LedgerFile.create(in: place, genesis: genesis)
        return Store(ledger, try IndexFile(folder: place, kinds: kinds, digest: "trial"), mappings)
    }

    private mutating func show(_ store: Store, _ kinds: [Kind], _ first: Int) throws {
        var decoder = MappingDecoder(store.mappings)
        decoder.begin(source: source.id)
        var origin = ""
        var shown: (records: [Record], rejects: [Record]) = ([], [])
        try store.ledger.forEachRecord(of: 1) { record in
            switch record.role {
            case .origin:
                let json = try JSON.parse(record.bytes)
                origin = json["name"]?.text ?? ""
                decoder.origin(json)
            case .data:
                guard shown.records.count < first else { return }
                var rows: [(String, JSON)] = []
                _ = try decoder.rows(of: record) { table, row in rows.append((kinds[table].name.text, RowText.json(row, kinds[table]))) }
                shown.records.append(Record(origin: origin, ordinal: record.ordinal, stored: Array(record.bytes), rows: rows, reason: nil))
            case .reject, .conflict:
                guard shown.rejects.count < first else { return }
                let stored = StoredReject(record.bytes)
                let reason = record.role == .conflict ? "the id of an earlier record, with other content" : stored.reason
                shown.rejects.append(
                    Record(origin: origin, ordinal: record.ordinal, stored: Array(stored.bytes.prefix(1024)), rows: [], reason: reason))
            case .sheet, .anchor, .erased: return
            }
        }
        (records, rejects) = shown
    }
}

/// A row as people and other programs read it: by its kind's fields, instants as RFC 3339, what is missing left out.
enum RowText {
    static func json(_ row: borrowing Row, _ kind: Kind) -> JSON {
        var fields: [String: JSON] = [:]
        for (field, cell) in zip(kind.fields, row.cells) {
            switch cell {
            case .null: continue
            case .integer(let value): fields[field.name] = field.type == .boolean ? .bool(value != 0) : .integer(value)
            case .number(let value): fields[field.name] = .number(value)
            case .text(let range): fields[field.name] = .string(row.text(range))
            case .instant(let span): fields[field.name] = .string(text(span))
            }
        }
        return [
            "kind": .string(kind.name.text), "at": row.occurredAt.map { .string(text($0)) } ?? .null, "id": row.nativeID.map { .string(row.text($0)) } ?? .null,
            "fields": .object(fields),
        ]
    }

    private static func text(_ span: Span) -> String { span.isExact ? "\(span.earliest)" : "\(span.earliest) to \(span.latest)" }
}
