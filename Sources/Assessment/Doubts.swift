import Controls
import Evidence
import SQLite

/// How a calendar item may see the records that it counts.
///
/// A record whose time does not tell the span of the calendar that it is of counts in the first one that it may be of; one that another record with the same id
/// contradicts counts as it says. What then comes out is only known if it also comes out with none of them, and with each of them in every span that it may be of.
enum Seen: Equatable {
    case asTold
    /// Without what is doubtful. Between this and `everywhere` lies every way in which it may have been, for a test that more records can only turn one way.
    case withoutDoubtful
    case everywhere
}

/// The doubtful records of the kinds that a control reads, as a temporary table of a bench: `doubtful(kind, calendar, field, artifact, at)`, one row for each
/// beginning or end of a span of the calendar that lies within the field's time.
final class DoubtfulRecords {
    private let database: Database
    private let kinds: [Kind]
    /// Found so far, by kind and calendar table.
    private var counted: [String: Int] = [:]
    /// Whether a time of the kind is more than an instant: one reading of the kind, which almost always ends the matter.
    private var hasSpans: [KindName: Bool] = [:]

    init(_ database: Database, kinds: [Kind]) throws {
        self.database = database
        self.kinds = kinds
        try database.run(
            """
            DROP TABLE IF EXISTS temp.doubtful;
            CREATE TEMP TABLE doubtful (kind TEXT, calendar TEXT, field TEXT, artifact INTEGER, at INTEGER, PRIMARY KEY (kind, calendar, field, artifact, at)) WITHOUT ROWID;
            """)
    }

    /// Kinds with doubtful times among those that the control counts by the calendar's spans. A kind that is counted by day says itself what is sure.
    func kinds(of control: Control) throws -> [Kind] {
        let calendars = DoubtfulRecords.calendars(of: control)
        guard !calendars.isEmpty else { return [] }
        let population = control.population
        let declared = Set(population.complete + population.needs.map(\.kind))
        return try kinds.filter { kind in
            guard declared.contains(kind.name), kind.byDay == nil, try hasSpans(kind) else { return false }
            return try calendars.reduce(0) { try $0 + count(kind, $1) } > 0
        }
    }

    /// An item whose instant is `starts` is a span of the calendar tables that its control names.
    static func calendars(of control: Control) -> [String] {
        guard control.population.at == "starts" else { return [] }
        return Calendar.tables(namedIn: control.population.query.sql).sorted()
    }

    private func hasSpans(_ kind: Kind) throws -> Bool {
        if let known = hasSpans[kind.name] { return known }
        let isSpan = DoubtfulRecords.instants(of: kind).map { "\"\($0)\" < \"\($0)_latest\"" }.joined(separator: " OR ")
        let found = try database.integer("SELECT EXISTS (SELECT 1 FROM main.\"\(kind.name)\" NOT INDEXED WHERE \(isSpan))") == 1
        hasSpans[kind.name] = found
        return found
    }

    private func count(_ kind: Kind, _ calendar: String) throws -> Int {
        let key = "\(kind.name) \(calendar)"
        if let known = counted[key] { return known }
        for field in DoubtfulRecords.instants(of: kind) {
            try database.run(
                """
                INSERT OR IGNORE INTO temp.doubtful
                SELECT '\(kind.name)', '\(calendar)', '\(field)', k.artifact, c.starts FROM main."\(kind.name)" k NOT INDEXED
                JOIN temp.\(calendar) c ON c.starts > k."\(field)" AND c.starts <= k."\(field)_latest" WHERE k."\(field)" < k."\(field)_latest";
                INSERT OR IGNORE INTO temp.doubtful
                SELECT '\(kind.name)', '\(calendar)', '\(field)', k.artifact, c.ends FROM main."\(kind.name)" k NOT INDEXED
                JOIN temp.\(calendar) c ON c.ends > k."\(field)" AND c.ends <= k."\(field)_latest" WHERE k."\(field)" < k."\(field)_latest";
                """)
        }
        let found = Int(try database.integer("SELECT count(*) FROM temp.doubtful WHERE kind = '\(kind.name)' AND calendar = '\(calendar)'") ?? 0)
        counted[key] = found
        return found
    }

    private static func instants(of kind: Kind) -> [String] {
        ["occurred_at"] + kind.fields.compactMap { if case .instant = $0.type { $0.name } else { nil } }
    }

    /// What stands for the kind's table, contested records left out of it or not. Nil: the table itself.
    func view(_ kind: Kind, of control: Control, _ seen: Seen, withoutContested: Bool) -> String? {
        let uncontested = "artifact NOT IN (SELECT artifact FROM temp.contested)"
        let calendars = DoubtfulRecords.calendars(of: control).map { "'\($0)'" }.joined(separator: ", ")
        let doubtful = "temp.doubtful WHERE kind = '\(kind.name)' AND calendar IN (\(calendars))"
        let all = "SELECT * FROM main.\"\(kind.name)\""
        switch seen {
        case .asTold: return withoutContested ? "\(all) WHERE \(uncontested)" : nil
        case .withoutDoubtful: return "\(all) WHERE \(uncontested) AND artifact NOT IN (SELECT artifact FROM \(doubtful))"
        case .everywhere:
            let copies = DoubtfulRecords.instants(of: kind).map { field in
                let columns = KindColumns(kind).all.map { $0 == field ? "d.at" : "k.\"\($0)\"" }.joined(separator: ", ")
                return """
                    SELECT \(columns) FROM (SELECT DISTINCT artifact, at FROM \(doubtful) AND field = '\(field)') d
                    JOIN main."\(kind.name)" k ON k.artifact = d.artifact\(withoutContested ? " WHERE k.\(uncontested)" : "")
                    """
            }
            return ([withoutContested ? "\(all) WHERE \(uncontested)" : all] + copies).joined(separator: " UNION ALL ")
        }
    }
}

/// What each item says however its doubtful records are seen: TRUE and FALSE of its attributes, and of whether it applies, where all ways agree.
struct Agreement {
    /// By the item's key. The first element is `applies`, then the attributes.
    private var outcomes: [UInt64: [Bool?]] = [:]

    /// Whether one way leaves out every contested record that an item may name: what is FALSE does not rest on one.
    let isWithoutContested: Bool

    init(_ outcomes: [UInt64: [Bool?]], isWithoutContested: Bool) {
        self.outcomes = outcomes
        self.isWithoutContested = isWithoutContested
    }

    /// An item that one way does not have agrees in nothing.
    func agreeing(with other: Agreement) -> Agreement {
        Agreement(
            outcomes.reduce(into: [:]) { both, own in
                guard let others = other.outcomes[own.key], others.count == own.value.count else { return }
                both[own.key] = zip(own.value, others).map { $0 == $1 ? $0 : nil }
            }, isWithoutContested: isWithoutContested || other.isWithoutContested)
    }

    func outcome(_ key: UInt64, at index: Int) -> Bool? {
        guard let own = outcomes[key], index < own.count else { return nil }
        return own[index]
    }
}
