import Assessment
import Controls
import Evidence
import SQLite
import Testing

/// Coverage as read from an index that is written by hand.
@Suite struct CoverageTests {
    private let index: Database
    private let berlin = Zone("Europe/Berlin") ?? .utc

    init() throws {
        index = try Database(path: ":memory:", access: .create)
        try index.run(
            """
            CREATE TABLE pull (entry INTEGER PRIMARY KEY, source TEXT, outcome TEXT, started_at INTEGER, sheet TEXT);
            CREATE TABLE origin (artifact INTEGER PRIMARY KEY, source TEXT, name TEXT, start INTEGER);
            CREATE TABLE complete_day (source TEXT, day TEXT, entry INTEGER, PRIMARY KEY (source, day));
            CREATE TABLE reject (artifact INTEGER PRIMARY KEY, source TEXT, origin INTEGER, ordinal INTEGER, reason TEXT);
            CREATE TABLE conflict (artifact INTEGER PRIMARY KEY, source TEXT, other INTEGER, occurred_at INTEGER, occurred_at_latest INTEGER);
            CREATE TABLE erasure (artifact INTEGER PRIMARY KEY, source TEXT, role TEXT, kinds TEXT, first_day TEXT, last_day TEXT);
            """)
        for statement in KindColumns(kind).create { try index.run(statement) }
    }

    private let kind = Kind(
        name: KindName(trusted: "fact"), title: "Fact", description: "A fact.", fields: [Field(name: "id", type: .id, description: "id", isRequired: false)],
        place: Place(file: "test"))

    private func source(_ id: String, _ rule: CoverageRule, zone: Zone = .utc) -> SourceDefinition {
        let place = Place(file: "test")
        let at = NamedExpression(name: "at", text: "time", place: place)
        return SourceDefinition(
            id: SourceID(trusted: id), title: id, owner: "platform",
            connector: .files(FilesSettings(path: "x", decoder: .jsonLines(records: nil), place: place)), personalData: .none, coverage: rule,
            yields: [YieldDefinition(kind: kind.name, when: [], id: nil, at: at, fields: [], place: place)], zone: zone, place: place, digest: "")
    }

    private func spans(_ sources: SourceDefinition...) throws -> [String] {
        try Coverage.read(index, sources: sources, kinds: [kind]).spans[kind.name, default: []].map { "\($0.start) \($0.end)" }
    }

    private func id(_ entry: Int, _ record: Int) -> Int64 { ArtifactID(entry: entry, record: record).packed }
    private func pull(_ entry: Int, _ outcome: String, at: String, source: String = "s", found: Bool = true, begins: String? = nil) throws {
        let answered = found ? #"{"from":"beginning"}"# : "null"
        let begins = begins.map { "\"\(Bed.instant($0))\"" } ?? "null"
        let sheet = "{\"answered\":\(answered),\"export_begins\":\(begins)}"
        try index.run("INSERT INTO pull VALUES (\(entry), '\(source)', '\(outcome)', \(Bed.instant(at).nanoseconds), '\(sheet)')")
    }
    private func day(_ day: String, source: String = "s", entry: Int = 99) throws {
        try index.run(
            """
            INSERT OR IGNORE INTO pull VALUES (\(entry), '\(source)', 'complete', \(Bed.instant("2026-04-01").nanoseconds), '{}');
            INSERT INTO complete_day VALUES ('\(source)', '\(day)', \(entry))
            """)
    }
    private func event(_ entry: Int, _ record: Int, at: String, source: String = "s") throws {
        let span = Bed.span(at)
        try index.run(
            "INSERT INTO fact VALUES (\(id(entry, record)), '\(source)', NULL, \(span.earliest.nanoseconds), \(span.latest.nanoseconds), NULL)")
    }
    private func origin(_ entry: Int, _ record: Int, _ name: String, start: Int = 0) throws {
        try index.run("INSERT INTO origin VALUES (\(id(entry, record)), 's', '\(name)', \(start))")
    }
    private func reject(_ entry: Int, _ record: Int, origin: Int64 = 0) throws {
        try index.run("INSERT INTO reject VALUES (\(id(entry, record)), 's', \(origin), 1, 'because')")
    }

    private func erased(_ entry: Int, _ record: Int, _ days: String?, kinds: String = "fact") throws {
        let days = days.map { "'\($0)', '\($0)'" } ?? "NULL, NULL"
        try index.run("INSERT INTO erasure VALUES (\(id(entry, record)), 's', 'D', '\(kinds)', \(days))")
        if days.hasPrefix("NULL") { try reject(entry, record) }
    }

    @Test func theLocalDayOfAnErasedRecordIsNotProvedWhateverTheRule() throws {
        let days = source("s", .dailyFiles(name: "{date}"), zone: berlin)
        for text in ["2026-03-27", "2026-03-28", "2026-03-29"] { try day(text) }
        try erased(1, 5, "2026-03-28")
        #expect(try spans(days) == ["2026-03-26T23:00:00Z 2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z 2026-03-29T22:00:00Z"])
        let gone = try Coverage.read(index, sources: [days], kinds: [kind]).erased[kind.name]
        #expect(gone?.map { "\($0.start) \($0.end)" } == ["2026-03-27T23:00:00Z 2026-03-28T23:00:00Z"])
        try pull(2, "complete", at: "2026-04-01T00:00:00Z")
        let export = source("s", .export(since: Bed.instant("2026-03-01T00:00:00Z"), isLive: false))
        #expect(try spans(export) == ["2026-03-01T00:00:00Z 2026-03-28T00:00:00Z", "2026-03-29T00:00:00Z 2026-04-01T00:00:00Z"])
        for day in 26...30 { try event(2, day, at: "2026-03-\(day)T12:00:00Z") }
        #expect(
            try spans(source("s", .continuous(silence: .seconds(90_000)))) == [
                "2026-03-26T12:00:00Z 2026-03-28T00:00:00Z", "2026-03-29T00:00:00Z 2026-03-30T12:00:00.000000001Z",
            ])
    }

    @Test func anErasedRecordOfUnknownDayBreaksWhatARejectBreaks() throws {
        try pull(1, "complete", at: "2026-03-29T00:00:00Z")
        for text in ["2026-03-27", "2026-03-28"] { try day(text, entry: 1) }
        try pull(2, "complete", at: "2026-04-01T00:00:00Z")
        let rules: [CoverageRule] = [.dailyFiles(name: "{date}"), .export(since: Bed.instant("2026-03-01T00:00:00Z"), isLive: false)]
        for rule in rules { #expect(try spans(source("s", rule)) != []) }
        try erased(1, 5, nil, kinds: "")
        for rule in rules { #expect(try spans(source("s", rule)) == [], "\(rule)") }
        #expect(try Coverage.read(index, sources: [source("s", rules[0])], kinds: [kind]).erased.isEmpty)
    }

    @Test func dailyFilesProveTheirLocalDays() throws {
        for text in ["2026-03-28", "2026-03-29", "2026-03-31"] { try day(text) }
        let source = source("s", .dailyFiles(name: "{date}"), zone: berlin)
        #expect(try spans(source) == ["2026-03-27T23:00:00Z 2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z 2026-03-31T22:00:00Z"])
        try day("2026-03-30", source: "another")
        #expect(try spans(source).count == 2)
    }

    @Test func anExportProvesEverythingFromSinceToItsNewestGoodReading() throws {
        let source = source("s", .export(since: Bed.instant("2026-01-01"), isLive: false))
        #expect(try spans(source) == [])
        try pull(1, "failed", at: "2026-01-05")
        try pull(2, "partial", at: "2026-01-06")
        try pull(3, "interrupted", at: "2026-01-07")
        #expect(try spans(source) == [])
        try pull(4, "complete", at: "2026-01-08")
        #expect(try spans(source) == ["2026-01-01T00:00:00Z 2026-01-08T00:00:00Z"])
        try pull(5, "empty", at: "2026-01-09")
        try pull(6, "failed", at: "2026-01-10")
        try pull(7, "complete", at: "2026-01-11", source: "another")
        #expect(try spans(source) == ["2026-01-01T00:00:00Z 2026-01-09T00:00:00Z"])
        #expect(try spans(self.source("s", .export(since: Bed.instant("2026-02-01"), isLive: false))) == [])
    }

    @Test func anExportThatIsNotThereProvesNothing() throws {
        let source = source("s", .export(since: Bed.instant("2026-01-01"), isLive: false))
        try pull(1, "empty", at: "2026-01-05", found: false)
        #expect(try spans(source) == [])
        try pull(2, "complete", at: "2026-01-06")
        try pull(3, "empty", at: "2026-01-09", found: false)
        #expect(try spans(source) == ["2026-01-01T00:00:00Z 2026-01-06T00:00:00Z"])
    }

    @Test func anExportThatRepeatsNothingSpeaksFromItsFirstRecordOn() throws {
        let source = source("s", .export(since: Bed.instant("2026-01-01"), isLive: false))
        try pull(1, "complete", at: "2026-01-05")
        try pull(2, "partial", at: "2026-01-20", begins: "2026-01-15")
        try pull(3, "complete", at: "2026-01-21")
        #expect(try spans(source) == ["2026-01-01T00:00:00Z 2026-01-05T00:00:00Z", "2026-01-15T00:00:00Z 2026-01-21T00:00:00Z"])
    }

    @Test func aDayThatSaysSomethingElseThanItHadSaidIsNotProved() throws {
        for text in ["2026-03-01", "2026-03-02"] { try day(text) }
        try index.run(#"INSERT INTO pull VALUES (98, 's', 'complete', 0, '{"restated_days":["2026-03-02"]}')"#)
        #expect(try spans(source("s", .dailyFiles(name: "{date}"))) == ["2026-03-01T00:00:00Z 2026-03-02T00:00:00Z"])
    }

    @Test func aDayThatTheMappingInForceCannotReadIsNotProved() throws {
        for text in ["2026-03-01", "2026-03-02"] { try day(text) }
        try origin(1, 1, "log-2026-03-01.jsonl")
        try index.run("INSERT INTO reject VALUES (\(id(1, 2)), 's', \(id(1, 1)), 1, 'the mapping in force cannot read it: x is missing')")
        #expect(try spans(source("s", .dailyFiles(name: "log-{date}.jsonl"))) == ["2026-03-02T00:00:00Z 2026-03-03T00:00:00Z"])
    }

    @Test func aRejectEndsAnExportUntilItsFileIsReadAnewFromTheStart() throws {
        let source = source("s", .export(since: Bed.instant("2026-01-01"), isLive: false))
        try pull(1, "complete", at: "2026-01-05")
        try origin(2, 1, "a.json")
        try reject(2, 2, origin: id(2, 1))
        try pull(2, "complete", at: "2026-01-06")
        try origin(3, 1, "b.json")
        try pull(3, "complete", at: "2026-01-07")
        try origin(4, 1, "a.json", start: 100)
        try pull(4, "complete", at: "2026-01-08")
        #expect(try spans(source) == ["2026-01-01T00:00:00Z 2026-01-05T00:00:00Z"])
        try origin(5, 1, "a.json")
        try pull(5, "complete", at: "2026-01-09")
        #expect(try spans(source) == ["2026-01-01T00:00:00Z 2026-01-09T00:00:00Z"])
    }

    @Test func eventsThatFollowEachOtherProveTheTimeBetween() throws {
        let source = source("s", .continuous(silence: .seconds(900)))
        try event(1, 1, at: "2026-01-05T10:00:00Z")
        #expect(try spans(source) == [])
        try event(1, 2, at: "2026-01-05T10:15:00Z")
        try event(1, 3, at: "2026-01-05T10:30:00.000000001Z")
        try event(1, 4, at: "2026-01-05T10:31:00Z")
        #expect(try spans(source) == ["2026-01-05T10:00:00Z 2026-01-05T10:15:00.000000001Z", "2026-01-05T10:30:00.000000001Z 2026-01-05T10:31:00.000000001Z"])
    }

    @Test func aRejectBreaksTheStretchThatItLiesIn() throws {
        let source = source("s", .continuous(silence: .seconds(900)))
        for (i, minute) in ["00", "10", "20", "30"].enumerated() { try event(1, i * 2 + 1, at: "2026-01-05T10:\(minute):00Z") }
        try reject(1, 4)
        #expect(try spans(source) == ["2026-01-05T10:00:00Z 2026-01-05T10:10:00Z", "2026-01-05T10:20:00Z 2026-01-05T10:30:00.000000001Z"])
    }

    @Test func aConflictBreaksItsLocalDay() throws {
        for text in ["2026-01-04", "2026-01-05", "2026-01-06"] { try day(text) }
        try event(1, 1, at: "2026-01-04T23:30:00Z")
        try index.run("INSERT INTO conflict VALUES (\(id(2, 1)), 's', \(id(1, 1)), NULL, NULL)")
        #expect(
            try spans(source("s", .dailyFiles(name: "{date}"), zone: berlin)) == [
                "2026-01-03T23:00:00Z 2026-01-04T23:00:00Z", "2026-01-05T23:00:00Z 2026-01-06T23:00:00Z",
            ])
    }

    @Test func aConflictBreaksTheDayThatItSaysItIsOf() throws {
        for text in ["2026-01-04", "2026-01-05", "2026-01-06", "2026-01-07"] { try day(text) }
        try event(1, 1, at: "2026-01-04T10:00:00Z")
        let other = Bed.instant("2026-01-06T10:00:00Z").nanoseconds
        try index.run("INSERT INTO conflict VALUES (\(id(2, 1)), 's', \(id(1, 1)), \(other), \(other))")
        let source = source("s", .dailyFiles(name: "{date}"))
        #expect(try spans(source) == ["2026-01-05T00:00:00Z 2026-01-06T00:00:00Z", "2026-01-07T00:00:00Z 2026-01-08T00:00:00Z"])
        #expect(try Coverage.read(index, sources: [source], kinds: [kind]).contested == [ArtifactID(entry: 1, record: 1)])
    }

    @Test func aKindOfSeveralSourcesIsCoveredWhereAllAre() throws {
        for text in ["2026-01-04", "2026-01-05"] { try day(text, source: "one") }
        for text in ["2026-01-05", "2026-01-06"] { try day(text, source: "two") }
        let rule = CoverageRule.dailyFiles(name: "{date}")
        #expect(try spans(source("one", rule), source("two", rule)) == ["2026-01-05T00:00:00Z 2026-01-06T00:00:00Z"])
        #expect(try spans(source("one", rule), source("two", rule), source("three", rule)) == [])
        #expect(try spans(source("one", rule), source("two", .none)) == ["2026-01-04T00:00:00Z 2026-01-06T00:00:00Z"])
    }

    @Test func aKindWithoutCoverageSaysWhy() throws {
        let silent = try Coverage.read(index, sources: [source("s", .none)], kinds: [kind])
        #expect(silent.reasons[kind.name]?.contains("'s' does not say") == true)
        let none = try Coverage.read(index, sources: [], kinds: [kind])
        #expect(none.reasons[kind.name] == "no source yields 'fact'" && none.spans.isEmpty)
    }
}
