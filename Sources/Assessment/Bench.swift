import Controls
import Evidence
import SQLite

/// A read-only view of one index, set up for one period: calendar, coverage and directory as temporary tables, an authorizer in front.
final class Bench {
    let database: Database
    private let kinds: [Kind]
    let stepLimit: Int
    /// Kinds of which a record is contested.
    private var contestedKinds: [KindName] = []
    private let calendar: Calendar
    /// Its tables that hold anything. Another is never read: an empty month would be one without items.
    private let filled: Set<String>
    /// Asked for by few controls, and of a century, an example's default, 36,525.
    private lazy var days = calendar.rows(of: "days")
    private let contested: Set<ArtifactID>
    /// The tables by day that stand, and whether contested records count in them.
    private var dayTables: [String: Bool] = [:]
    private let doubtful: DoubtfulRecords
    /// Kinds that a view stands for.
    private var viewed: Set<KindName> = []

    /// Of the calendar only the tables that a control names are filled: a century of hours, an example's default, is 900,000 rows.
    init(_ database: Database, kinds: [Kind], controls: [Control], calendar: Calendar, coverage: Coverage, stepLimit: Int) throws {
        self.database = database
        self.kinds = kinds
        self.stepLimit = stepLimit
        self.calendar = calendar
        contested = coverage.contested
        database.authorize(nil)
        // As much again for each sort that goes on, before it goes to disk.
        try database.run("PRAGMA temp_store = FILE; PRAGMA cache_size = -8000")
        // A view that another bench of this connection left would stand for its kind unseen.
        try Bench.dropViews(database)
        doubtful = try DoubtfulRecords(database, kinds: kinds)
        filled = Set(controls.flatMap { Calendar.tables(namedIn: $0.population.query.sql) })
        try makeCalendar(calendar, filling: filled)
        try makeCoverage(coverage)
        try makeReadings(coverage.readings)
        try makeContested(coverage.contested)
        try makeDirectory()
    }

    private static func dropViews(_ database: Database) throws {
        var names: [String] = []
        let views = try database.prepare("SELECT name FROM temp.sqlite_schema WHERE type = 'view' ORDER BY name")
        while try views.step() { names.append(views.text(0)) }
        views.reset()
        for name in names { try database.run("DROP VIEW temp.\"\(name)\"") }
    }

    private func makeCalendar(_ calendar: Calendar, filling named: Set<String>) throws {
        for table in Calendar.tables {
            try database.run(
                """
                DROP TABLE IF EXISTS temp.\(table);
                CREATE TEMP TABLE \(table) (name TEXT, starts INTEGER PRIMARY KEY, starts_latest INTEGER, ends INTEGER, ends_latest INTEGER);
                """)
            guard named.contains(table) else { continue }
            let insert = try database.prepare("INSERT INTO temp.\(table) VALUES (?1, ?2, ?2, ?3, ?3)")
            for row in calendar.rows(of: table) {
                insert.bind(1, row.name)
                insert.bind(2, row.window.start.nanoseconds)
                insert.bind(3, row.window.end.nanoseconds)
                try insert.execute()
            }
        }
    }

    private func makeCoverage(_ coverage: Coverage) throws {
        try database.run(
            """
            DROP TABLE IF EXISTS temp.covered_spans;
            CREATE TEMP TABLE covered_spans (kind TEXT, starts INTEGER, ends INTEGER, PRIMARY KEY (kind, starts)) WITHOUT ROWID;
            DROP TABLE IF EXISTS temp.erased_spans;
            CREATE TEMP TABLE erased_spans (kind TEXT, starts INTEGER, ends INTEGER, PRIMARY KEY (kind, starts)) WITHOUT ROWID;
            DROP TABLE IF EXISTS temp.looked_at;
            CREATE TEMP TABLE looked_at (source TEXT, at INTEGER, PRIMARY KEY (source, at)) WITHOUT ROWID;
            """)
        try fill("covered_spans", coverage.spans)
        try fill("erased_spans", coverage.erased)
        let insert = try database.prepare("INSERT OR IGNORE INTO temp.looked_at VALUES (?, ?)")
        for looks in coverage.looks {
            for instant in looks.instants {
                insert.bind(1, looks.source.text)
                insert.bind(2, instant.nanoseconds)
                try insert.execute()
            }
        }
    }

    private func fill(_ table: String, _ spans: [KindName: [Window]]) throws {
        let insert = try database.prepare("INSERT INTO temp.\(table) VALUES (?, ?, ?)")
        for (kind, spans) in spans.sorted(by: { $0.key < $1.key }) {
            for span in spans {
                insert.bind(1, kind.text)
                insert.bind(2, span.start.nanoseconds)
                insert.bind(3, span.end.nanoseconds)
                try insert.execute()
            }
        }
    }

    private func makeReadings(_ readings: [SoundReading]) throws {
        try database.run(
            """
            DROP TABLE IF EXISTS temp.sound_readings;
            CREATE TEMP TABLE sound_readings (source TEXT, entry INTEGER, at INTEGER, starts INTEGER, ends INTEGER);
            CREATE INDEX temp.sound_readings_by_source ON sound_readings (source, entry);
            """)
        let insert = try database.prepare("INSERT INTO temp.sound_readings VALUES (?, ?, ?, ?, ?)")
        for reading in readings {
            insert.bind(1, reading.source.text)
            insert.bind(2, reading.entry)
            insert.bind(3, reading.at.nanoseconds)
            insert.bind(4, reading.window.start.nanoseconds)
            insert.bind(5, reading.window.end.nanoseconds)
            try insert.execute()
        }
    }

    private func makeContested(_ contested: Set<ArtifactID>) throws {
        try database.run("DROP TABLE IF EXISTS temp.contested; CREATE TEMP TABLE contested (artifact INTEGER PRIMARY KEY)")
        let insert = try database.prepare("INSERT INTO temp.contested VALUES (?)")
        for artifact in contested.sorted() {
            insert.bind(1, artifact.packed)
            try insert.execute()
        }
        guard !contested.isEmpty else { return }
        for kind in kinds where try database.integer("SELECT count(*) FROM temp.contested c JOIN main.\"\(kind.name)\" k ON k.artifact = c.artifact") != 0 {
            contestedKinds.append(kind.name)
        }
    }

    /// A contested record proves nothing: the control reads what supports its items without it, and the day that it is of is not covered. Of the kinds
    /// that its items come from it is left in, so that no item is lost; an item that rests on it comes out as insufficient.
    private func view(_ control: Control, _ seen: Seen) throws {
        let doubted = try doubtful.kinds(of: control)
        for kind in kinds where viewed.contains(kind.name) { try database.run("DROP VIEW IF EXISTS temp.\"\(kind.name)\"") }
        viewed = []
        for kind in kinds {
            let isContested = contestedKinds.contains(kind.name)
            let supports = isContested && !control.population.complete.contains(kind.name)
            guard isContested || doubted.contains(where: { $0.name == kind.name }) else { continue }
            // What is counted by day says itself what is sure.
            let seen = kind.byDay == nil ? seen : .asTold
            guard let select = doubtful.view(kind, of: control, seen, withoutContested: supports) else { continue }
            try database.run("CREATE TEMP VIEW \"\(kind.name)\" AS \(select)")
            viewed.insert(kind.name)
        }
    }

    /// Whether a calendar item of the control may come out otherwise, depending on how its doubtful records are seen, and whether one way of seeing them leaves
    /// out all that is contested.
    func doubts(_ control: Control) throws -> (areThere: Bool, leaveOutContested: Bool) {
        guard !DoubtfulRecords.calendars(of: control).isEmpty else { return (false, false) }
        let own = kinds.filter { control.population.complete.contains($0.name) && contestedKinds.contains($0.name) }
        let byDay = own.filter { $0.byDay != nil }
        database.limitSteps(millions: nil)
        return (try own.count > byDay.count || !doubtful.kinds(of: control).isEmpty, byDay.isEmpty)
    }

    /// The tables by day that the control reads, each made when the first control asks for it. With contested records or without, by the same rule as the kind.
    private func countByDay(_ control: Control) throws {
        let words = Set(SQLText.tokens(control.population.query.sql).compactMap(\.name))
        for table in kinds.compactMap(DayTable.init) where words.contains(table.name) {
            let countsContested = !contestedKinds.contains(table.kind.name) || control.population.complete.contains(table.kind.name)
            guard dayTables[table.name] != countsContested else { continue }
            try table.make(in: database, days: days, until: calendar.window.end, contested: contested, leavingOut: !countsContested)
            dayTables[table.name] = countsContested
        }
    }

    /// Who held which account when: the newest statement of each (person, account, beginning). `robots` are the accounts of which every statement
    /// says that no human holds them.
    private func makeDirectory() throws {
        try database.run(
            """
            DROP TABLE IF EXISTS temp.directory;
            DROP TABLE IF EXISTS temp.directory_accounts;
            DROP TABLE IF EXISTS temp.robots;
            CREATE TEMP TABLE directory (person TEXT, account TEXT, from_at INTEGER, to_at INTEGER, role TEXT, human INTEGER);
            CREATE TEMP TABLE directory_accounts (d_person TEXT, d_account TEXT, d_from INTEGER, d_to INTEGER);
            CREATE TEMP TABLE robots (account TEXT PRIMARY KEY) WITHOUT ROWID;
            """)
        if let accounts = kinds.first(where: { $0.name.text == "person_account" }) {
            // A kind that somebody narrowed says of nobody whether they are human.
            let human = accounts.fields.contains { $0.name == "human" } ? "human" : "NULL AS human"
            try database.run(
                """
                INSERT INTO temp.directory SELECT person, account, from_at, to_at, role, human FROM
                    (SELECT person, account, from_at, to_at, role, \(human), max(artifact) FROM person_account
                     WHERE artifact NOT IN (SELECT artifact FROM temp.contested) GROUP BY person, account, from_at);
                INSERT INTO temp.directory_accounts SELECT person, account, from_at, to_at FROM temp.directory ORDER BY account, person, from_at;
                INSERT INTO temp.robots SELECT account FROM temp.directory WHERE account IS NOT NULL
                    GROUP BY account HAVING max(coalesce(human, 1)) = 0;
                """)
        }
        try database.run("CREATE INDEX temp.directory_by_account ON directory_accounts (d_account); CREATE INDEX temp.directory_account ON directory (account)")
    }

    /// Prepares a control's query under the authorizer: it may read the tables it declared, and nothing else of anything.
    /// What an earlier one gave is done with: the tables are seen otherwise now.
    func prepare(_ compiled: CompiledControl, _ seen: Seen = .asTold) throws -> Statement {
        database.limitSteps(millions: nil)
        try view(compiled.control, seen)
        try countByDay(compiled.control)
        let population = compiled.control.population
        let declared = Set(population.needs.map(\.kind) + population.complete)
        let tables = Set(declared.map(\.text) + declared.map(DayCounts.table)).union(filled)
            .union(["covered_spans", "looked_at", "sound_readings", "contested", "doubtful", "erased_spans", "directory", "directory_accounts", "robots", ""])
        var offence: (what: String, hint: String)?
        database.authorize { action in
            switch action {
            case .select: return true
            case .read(let name, _):
                // Where no column is asked for, as in count(*), SQLite names the table as the control spelled it.
                let table = name.lowercased()
                if tables.contains(table) || !self.isKnown(table) && !Calendar.tables.contains(table) { return true }
                offence = ("reads '\(table)', which its needs do not name", self.hint(to: table))
                return false
            case .function(let name):
                if Bench.functions.contains(name.lowercased()) { return true }
                offence = ("calls '\(name)', which a control may not", "a control may call what is the same every time; a care function may do it")
                return false
            case .recursive: return true
            case .other:
                offence = ("does something other than SELECT", Bench.shape)
                return false
            }
        }
        defer { database.authorize(nil) }
        database.limitSteps(millions: stepLimit)
        do {
            return try database.prepare(compiled.sql)
        } catch {
            let (what, hint) = (offence?.what ?? "is not accepted: \(error.message)", offence?.hint ?? nearestColumn(error.message))
            if let culprit = brokenAttribute(of: compiled.control) {
                throw Diagnostics(
                    .error("control \(compiled.control.id): the SQL of attribute \(culprit.letter) \(what)", at: culprit.test.place, hint: hint))
            }
            throw Diagnostics(.error("control \(compiled.control.id): the SQL \(what)", at: population.query.place, hint: hint ?? Bench.shape))
        }
    }

    /// Nil where the population itself, or `applies`, is what cannot be prepared. Asked under the authorizer of the whole.
    private func brokenAttribute(of control: Control) -> Attribute? {
        func isAccepted(_ attribute: Attribute) -> Bool {
            guard let alone = try? CompiledControl(control.with(attributes: [attribute])) else { return false }
            return (try? database.prepare(alone.sql)) != nil
        }
        guard let key = control.population.key.first, let first = control.attributes.first else { return nil }
        // What every population can answer.
        guard isAccepted(Attribute(letter: first.letter, says: "", test: Expression(sql: key, place: first.test.place))) else { return nil }
        return control.attributes.first { !isAccepted($0) }
    }

    private static let shape = "a population is one SELECT over kinds that its needs name, and calendar tables"

    /// Common table expressions and aliases are read under their own names; anything that is a table of the file must be declared.
    private func isKnown(_ table: String) -> Bool {
        kinds.contains { $0.name.text == table || $0.byDay != nil && DayCounts.tables(of: $0.name).contains(table) } || Bench.isInternal(table)
    }

    /// A table of the index's own, or of SQLite's.
    static func isInternal(_ table: String) -> Bool {
        [
            "pull", "run", "seal", "origin", "complete_day", "cursor", "reject", "conflict", "erasure", "seen", "indexed", "made_for", "snapshot",
            "snapshot_member", "state_change",
        ].contains(table)
            || table.hasPrefix("sqlite_") || ["dbstat", "dbpage", "bytecode", "tables_used", "json_each", "json_tree"].contains(table)
    }

    private func hint(to table: String) -> String {
        let kind = kinds.first { DayCounts.tables(of: $0.name).contains(table) }?.name
        guard let kind, table != DayCounts.table(of: kind) else { return "declare '\(kind?.text ?? table)' under needs: with the span it must be covered for" }
        return "read '\(kind)' or '\(DayCounts.table(of: kind))', and declare '\(kind)' under needs"
    }

    private func nearestColumn(_ message: String) -> String? {
        guard let name = message.split(separator: " ").last.map({ String($0.split(separator: ".").last ?? $0) }), message.hasPrefix("no such") else {
            return nil
        }
        if name.hasSuffix("_latest"), !kinds.contains(where: { KindColumns($0).all.contains(name) }) {
            return "only an instant has a '\(name)': select \(name.dropLast(7)) with instant(), first() or last()"
        }
        let byDay = kinds.filter { $0.byDay != nil }.map { DayCounts.table(of: $0.name) }
        let columns = Set(kinds.flatMap { KindColumns($0).all + ($0.byDay?.columns ?? []) })
        let names = message.hasPrefix("no such table") ? kinds.map(\.name.text) + byDay + Calendar.tables : columns.sorted()
        return nearest(to: name, among: names).flatMap { $0 == name ? nil : "did you mean '\($0)'?" }
    }

    /// Deterministic, without side effects, and without a clock.
    static let functions: Set<String> = [
        "min", "max", "count", "sum", "total", "avg", "abs", "round", "length", "lower", "upper", "trim", "ltrim", "rtrim", "substr", "instr", "replace",
        "coalesce", "ifnull", "nullif", "iif", "group_concat", "row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value", "nth_value",
        "like", "glob", "printf", "format", "json_extract", "strftime", "unicode", "char", "hex", "typeof", "sign",
    ]
}
