import Controls
import Evidence
import SQLite
import Testing

@testable import Assessment

/// What a control adds up from `<kind>_by_day` is what it would have counted in the kind itself.
@Suite struct DayTableTests {
    private let kind = Kind(
        name: KindName(trusted: "fact"), title: "Fact", description: "A fact.",
        fields: [("x", .id), ("n", .integer), ("share", .number), ("y", .text), ("z", .integer)].map { (name: String, type: FieldType) in
            Field(name: name, type: type, description: "", isRequired: false)
        },
        indexes: [["occurred_at", "x"]], byDay: DayCounts(by: ["x", "n", "share"], sign: ["n", "share"], has: ["y", "z"]), place: Place(file: "test"))

    /// Numbers that look drawn and are the same every time.
    private struct Numbers {
        var state: UInt64 = 7
        mutating func next(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
    }

    private func database(_ count: Int, distinct: Int, days: [Assessment.Calendar.Row]) throws -> Database {
        let database = try Database(path: ":memory:", access: .create)
        for statement in KindColumns(kind).create { try database.run(statement) }
        try database.run("CREATE TEMP TABLE contested (artifact INTEGER PRIMARY KEY)")
        let insert = try database.prepare(KindColumns(kind).insert)
        let (first, last) = (try #require(days.first).window.start.nanoseconds, try #require(days.last).window.end.nanoseconds)
        var numbers = Numbers()
        try database.run("BEGIN")
        for i in 0..<count {
            insert.bind(1, (1 << 32) + i)
            insert.bind(2, "test")
            // Some before the first day and after the last, some on a boundary, some of no known time.
            let at = first - 86_400_000_000_000 + Int64(numbers.next(Int((last - first) / 1_000_000_000) + 172_800)) * 1_000_000_000
            let boundary = days[numbers.next(days.count)].window.start.nanoseconds - Int64(numbers.next(2))
            switch numbers.next(10) {
            case 0: (4...5).forEach { insert.bindNull($0) }
            case 1:
                insert.bind(4, boundary)
                insert.bind(5, boundary + Int64(numbers.next(3)))
            case 2:
                insert.bind(4, at)
                insert.bind(5, at + 86_400_000_000_000 * Int64(numbers.next(3)))
            default:
                insert.bind(4, at)
                insert.bind(5, at + Int64(numbers.next(3)))
            }
            let name = numbers.next(distinct)
            if name == 0 { insert.bindNull(6) } else { insert.bind(6, name == 1 ? "" : "name \(name)") }
            if numbers.next(3) == 0 { insert.bindNull(7) } else { insert.bind(7, numbers.next(3) - 1) }
            if numbers.next(3) == 0 { insert.bindNull(8) } else { insert.bind(8, Double(numbers.next(2)) / 3) }
            if numbers.next(2) == 0 { insert.bindNull(9) } else { insert.bind(9, "text \(i)") }
            if numbers.next(4) == 0 { insert.bindNull(10) } else { insert.bind(10, i) }
            try insert.execute()
            if numbers.next(50) == 0 { try database.run("INSERT INTO contested VALUES (\((1 << 32) + i))") }
        }
        try database.run("COMMIT")
        return database
    }

    /// What an index keeps, beside the kind's own rows.
    private func keep(in database: Database) throws {
        let counts = try #require(kind.byDay)
        let (sets, counted) = (DayCounts.sets(of: kind.name), DayCounts.counted(of: kind.name))
        try database.run(
            """
            BEGIN; \(NumberedSets.declaration(of: sets));
            CREATE TABLE \(counted) (artifact INTEGER PRIMARY KEY, occurred_at INTEGER, occurred_at_latest INTEGER, said INTEGER NOT NULL)
            """)
        let numbers = try NumberedSets(database, table: sets)
        let rows = try database.prepare("SELECT \(counts.expressions.joined(separator: ", ")), artifact FROM fact ORDER BY artifact")
        let insert = try database.prepare("INSERT INTO \(counted) SELECT artifact, occurred_at, occurred_at_latest, ? FROM fact WHERE artifact = ?")
        var bytes = [UInt8](repeating: 0, count: 1000)
        while try rows.step() {
            let count = try #require(bytes.withUnsafeMutableBytes { rows.values(of: 0..<counts.said.count, into: $0) })
            insert.bind(1, try bytes.withUnsafeBytes { try numbers.number(of: UnsafeRawBufferPointer(rebasing: $0[..<count])) })
            insert.bind(2, rows.integer(counts.said.count))
            try insert.execute()
        }
        // Nothing else of the rows is read.
        try database.run("COMMIT; ALTER TABLE fact RENAME TO unread")
    }

    private func rows(_ database: Database, _ sql: String) throws -> [String] {
        let statement = try database.prepare(sql)
        var all: [String] = []
        while try statement.step() { all.append((0..<statement.columnCount).map { statement.textIfAny($0) ?? "NULL" }.joined(separator: "|")) }
        return all
    }

    private func days(_ from: String, _ to: String) throws -> [Assessment.Calendar.Row] {
        let berlin = Zone("Europe/Berlin") ?? .utc
        let window = Window(start: berlin.instant(try #require(Day(from))), end: berlin.instant(try #require(Day(to))))
        return Calendar(zone: berlin, window: window).rows(of: "days")
    }

    /// Over the night in which the clocks are put forward; more groups than are held at a time, and few; with contested records and without; until noon of
    /// the last day.
    @Test(arguments: [(3_000, 5, false, false), (90_000, 80_000, false, false), (3_000, 5, true, false), (3_000, 5, true, true), (90_000, 80_000, false, true)])
    func itAddsUpToWhatTheKindHolds(count: Int, distinct: Int, leavingOut: Bool, isKept: Bool) throws {
        let days = try days("2026-03-27", "2026-04-02")
        let until = try #require(days.last).window.start.advanced(by: .seconds(43_200))
        let database = try database(count, distinct: distinct, days: days)
        let contested = Set(try rows(database, "SELECT artifact FROM contested").compactMap { Int64($0).map(ArtifactID.init(packed:)) })
        if isKept { try keep(in: database) }
        try #require(DayTable(kind)).make(in: database, days: days, until: until, contested: contested, leavingOut: leavingOut)
        if isKept { try database.run("ALTER TABLE unread RENAME TO fact") }
        try database.run("CREATE TEMP TABLE days (name TEXT, starts INTEGER, ends INTEGER)")
        for day in days { try database.run("INSERT INTO days VALUES ('\(day.name)', \(day.window.start.nanoseconds), \(day.window.end.nanoseconds))") }
        let isContested = "f.artifact IN (SELECT artifact FROM contested)"
        let onOneDay = """
            f.occurred_at_latest < coalesce(d.ends, f.occurred_at_latest + 1)
            AND (d.ends IS NOT NULL OR NOT EXISTS (SELECT 1 FROM days o WHERE f.occurred_at < o.ends AND f.occurred_at_latest >= o.starts))
            """
        let all = """
            SELECT d.name AS day, d.starts, f.occurred_at IS NOT NULL AND NOT (\(isContested)) AND \(onOneDay) AS sure, f.*, sign(f.n) AS sign_n,
                   CASE WHEN f.share > 0 THEN 1 WHEN f.share IS NOT NULL THEN 0 END AS sign_share, f.y IS NOT NULL AS has_y, f.z IS NOT NULL AS has_z
            FROM fact f LEFT JOIN days d ON f.occurred_at >= d.starts AND f.occurred_at < d.ends
            WHERE coalesce(f.occurred_at < \(until.nanoseconds), 1) \(leavingOut ? "AND NOT (\(isContested))" : "")
            """
        let said = "x, n, share, sign_n, sign_share, has_y, has_z"
        let sure = try rows(
            database,
            """
            SELECT day, starts, \(said), count(*), min(occurred_at), min(occurred_at_latest), max(occurred_at), max(occurred_at_latest), min(artifact)
            FROM (\(all)) WHERE sure = 1 GROUP BY day, \(said) ORDER BY day, \(said)
            """)
        let found = try rows(
            database,
            """
            SELECT day, starts, \(said), sum(records), min(first_at), min(first_at_latest), max(last_at), max(last_at_latest), min(artifact)
            FROM fact_by_day WHERE sure = 1 GROUP BY day, \(said) ORDER BY day, \(said)
            """)
        #expect(found == sure)
        #expect(found.count > 200 && found.contains { $0.hasPrefix("NULL|NULL") } && found.contains { $0.hasPrefix("2026-03-29|") })
        // What is not sure counts once, on the first day that it may be of, and shows on all others.
        let counted = "SELECT day, \(said)"
        #expect(
            try rows(database, "\(counted), sum(records) FROM fact_by_day WHERE sure = 0 GROUP BY day, \(said) HAVING sum(records) > 0 ORDER BY day, \(said)")
                == rows(database, "\(counted), count(*) FROM (\(all)) WHERE sure = 0 GROUP BY day, \(said) ORDER BY day, \(said)"))
        let touched = "SELECT DISTINCT o.name AS day, \(said) FROM (\(all)) a JOIN days o ON a.occurred_at < o.ends AND a.occurred_at_latest >= o.starts"
        #expect(
            try rows(database, "SELECT DISTINCT day, \(said) FROM fact_by_day WHERE sure = 0 AND day IS NOT NULL ORDER BY day, \(said)")
                == rows(database, "\(touched) WHERE a.sure = 0 ORDER BY o.name, \(said)"))
    }

    private func bed(_ complete: String) -> Bed {
        var bed = Bed()
        bed.control.complete = complete
        bed.control.needs = complete == "note" ? "{fact: at, note: at}" : "{fact: at}"
        bed.control.key = "x"
        let (from, counted) =
            complete == "note"
            ? ("note t CROSS JOIN fact_by_day f", "t.id AS x, instant(t.occurred_at) AS happened_at")
            : ("fact_by_day f", "f.x, first(f.first_at) AS happened_at")
        bed.control.population = "SELECT \(counted), sum(f.records) AS records, sum(f.has_n) AS counted FROM \(from) GROUP BY 1"
        bed.control.attributes = ["records >= 1"]
        return bed
    }

    @Test func aControlReadsItUnderTheNeedForItsKind() throws {
        var bed = bed("fact")
        for (x, n) in [("a", "1"), ("a", nil), ("b", "3")] { bed.add("fact", at: "2026-01-05T10:00:00Z", ["x": x, "n": n]) }
        let items = try bed.items()
        #expect(items.map(\.keyText) == ["a", "b"])
        #expect(items.map { $0.columns.first { $0.name == "records" }?.value } == ["2", "1"])
        #expect(items.map { $0.columns.first { $0.name == "counted" }?.value } == ["1", "1"])
        bed.control.needs = "{note: at}"
        bed.control.complete = "note"
        #expect(bed.problems().map(\.summary) == ["control SEC-99: the SQL reads 'fact_by_day', which its needs do not name"])
        #expect(bed.problems().map(\.hint) == ["declare 'fact' under needs: with the span it must be covered for"])
    }

    /// What the index keeps for it is no table of a control's, which would see records that are not covered, or contested.
    @Test(arguments: ["fact_counted", "fact_said"]) func whatItIsMadeOfIsNotRead(table: String) {
        var bed = bed("fact")
        bed.rows.append("CREATE TABLE \(table) (artifact INTEGER PRIMARY KEY, occurred_at INTEGER, occurred_at_latest INTEGER, said)")
        bed.control.population = "SELECT artifact AS x, instant(occurred_at) AS happened_at FROM \(table)"
        #expect(bed.problems().map(\.summary) == ["control SEC-99: the SQL reads '\(table)', which its needs do not name"])
        #expect(bed.problems().map(\.hint) == ["read 'fact' or 'fact_by_day', and declare 'fact' under needs"])
    }

    /// An index that somebody edited is refused, whatever stands in it, and no byte beside it is read.
    @Test(arguments: [
        "said SET said = x''", "said SET said = x'03ffffffff'", "said SET said = x'03ffffff7f'", "said SET said = x'01'",
        "said SET said = CAST(x'02' || said AS BLOB)",
        "said SET said = CAST(said || x'05' AS BLOB)", "said SET said = CAST(x'09' || substr(said, 2) AS BLOB)", "said SET number = number + 1000",
        "counted SET said = -1",
    ])
    func anEditedIndexIsRefused(edit: String) throws {
        let days = try days("2026-03-27", "2026-04-02")
        let database = try database(500, distinct: 5, days: days)
        try keep(in: database)
        // One set alone may have the bytes.
        try database.run("UPDATE fact_\(edit) WHERE \(edit.hasPrefix("said") && !edit.contains("number") ? "number = 1" : "true")")
        let contested: Set = [ArtifactID(packed: (1 << 32) + 3)]
        #expect(throws: Diagnostics.self) {
            try #require(DayTable(kind)).make(in: database, days: days, until: .distantFuture, contested: contested, leavingOut: false)
        }
    }

    @Test func aRecordThatCannotBeIsCountedAndTrapsNothing() throws {
        let days = try days("2026-03-27", "2026-04-02")
        let database = try database(10, distinct: 5, days: days)
        try keep(in: database)
        try database.run("INSERT INTO fact_counted VALUES (-1, NULL, NULL, 1)")
        let contested: Set = [ArtifactID(packed: (1 << 32) + 3)]
        try #require(DayTable(kind)).make(in: database, days: days, until: .distantFuture, contested: contested, leavingOut: true)
        #expect(try rows(database, "SELECT sum(records) FROM fact_by_day WHERE artifact = -1") == ["1"])
    }

    @Test func aMisspeltOneIsNamed() {
        var bed = bed("fact")
        bed.control.population = "SELECT x, first(first_at) AS happened_at FROM fact_by_dy GROUP BY 1"
        #expect(bed.problems().map(\.hint) == ["did you mean 'fact_by_day'?"])
    }

    /// A contested record supports nothing; where items come from its kind it is counted, so that none of them is lost.
    @Test func contestedRecordsCountAsInTheKind() throws {
        for (complete, records) in [("fact", "2"), ("note", "1")] {
            var bed = bed(complete)
            bed.add("fact", at: "2026-01-05T10:00:00Z", ["x": "a"])
            bed.add("fact", at: "2026-01-05T11:00:00Z", ["x": "a"])
            bed.add("note", at: "2026-01-06T10:00:00Z", ["id": "a"])
            bed.contested = [ArtifactID(packed: (1 << 32) + 2)]
            #expect(try bed.items().map { $0.columns.first { $0.name == "records" }?.value } == [records])
        }
    }
}
