import Connectors
import Evidence
import Foundation
import Testing

/// What every connector owes, whatever it reaches. A new one is a case of `Subject`, which the switch below asks for.
@Suite struct ConformanceTests {
    /// A source of two records that a connector can read, and ways to break it.
    struct Subject: CustomTestStringConvertible {
        let name: String
        let settings: ConnectorSettings
        /// Makes a source of two records, in the folder.
        let make: String
        /// Adds a third record.
        let grow: String
        /// Puts it out of reach.
        let hide: String
        /// Leaves the first record, and something after it that breaks off.
        let cut: String
        var testDescription: String { name }
    }

    /// One for each case: one that is missing here does not compile. Nil for one that needs a server, and keeps the list in suites of its own.
    static func subject(like settings: ConnectorSettings) -> Subject? {
        switch settings {
        case .files:
            Subject(
                name: "files", settings: ConnectorsTests.files("in/*.json", .json(records: "r")),
                make: #"mkdir in; echo '{"r":[{"n":1},{"n":2}]}' > in/a.json"#,
                grow: #"echo '{"r":[{"n":3}]}' > in/b.json"#, hide: "rm -r in; mkdir -p out; ln -s ../../nowhere in",
                cut: #"printf '{"r":[{"n":1},{"n"' > in/a.json"#)
        case .git:
            Subject(
                name: "git", settings: .git(GitSettings(repository: "r", ref: "main", paths: [], place: place)),
                make: commit + "git init -q -b main r; cd r; for i in 1 2; do echo $i > f$i; git add .; git $who commit -q -m $i; done",
                grow: commit + "cd r; echo 3 > f3; git add .; git $who commit -q -m 3", hide: "rm -r r",
                cut: "cd r; rm -f .git/objects/$(git rev-parse main~1^{tree} | sed 's|^..|&/|')")
        case .exec:
            Subject(
                name: "exec", settings: .exec(ExecSettings(command: ["sh", "say.sh"], decoder: .jsonLines(records: nil), place: place)),
                make: #"echo "printf '{\"n\":1}\n{\"n\":2}\n'" > say.sh"#, grow: #"echo "printf '{\"n\":3}\n'" >> say.sh"#, hide: "rm say.sh",
                cut: #"echo "printf '{\"n\":1}\n{\"n\"'; exit 1" > say.sh"#)
        // HTTPPagingTests, HTTPTroubleTests and HTTPSourceTests: the same promises, each with the ways in which a server breaks them.
        case .http: nil
        case .sqlite:
            Subject(
                name: "sqlite", settings: .sqlite(SQLiteSettings(database: "a.db", query: "SELECT n FROM t ORDER BY n", place: place)),
                make: "sqlite3 a.db 'CREATE TABLE t (n INTEGER PRIMARY KEY, x); INSERT INTO t VALUES (1, zeroblob(900000)), (2, zeroblob(900000))'",
                grow: "sqlite3 a.db \"INSERT INTO t VALUES (3, '')\"", hide: "rm a.db", cut: "truncate -s 4096 a.db")
        }
    }
    private static let commit = "who='-c user.name=A -c user.email=a@example.com'; "

    static let subjects = [
        ConnectorsTests.files("x"), .git(GitSettings(repository: "x", ref: "x", paths: [], place: place)),
        .exec(ExecSettings(command: ["x"], decoder: .jsonLines(records: nil), place: place)),
        .sqlite(SQLiteSettings(database: "x", query: "x", place: place)),
    ].compactMap(subject)

    private func folder(_ subject: Subject) throws -> Folder {
        let folder = try Folder()
        try folder.sh(subject.make)
        return folder
    }

    @Test(arguments: subjects) func aCompletePullSpeaksForItsWindow(_ subject: Subject) throws {
        let folder = try folder(subject)
        let pulled = try pull(folder.path, subject.settings)
        #expect(pulled.report.outcome == .complete && pulled.report.problems.isEmpty && pulled.sink.records.count == 2)
        #expect(pulled.report.answered == Window(start: .distantPast, end: instant("2026-03-05T12:00:00Z")))
        #expect(pulled.sink.ordinals == [1, 2] && !pulled.report.query.isEmpty && pulled.sink.origins.count == 1)
        #expect(pulled.sink.forms.count == 1)
    }

    /// What comes again comes as it came, so that the collector knows it; what is new comes.
    @Test(arguments: subjects) func aSecondPullBringsNothingThatIsNotNew(_ subject: Subject) throws {
        let folder = try folder(subject)
        let first = try pull(folder.path, subject.settings)
        let again = try pull(folder.path, subject.settings, cursors: first.cursors)
        #expect(Set(again.sink.records).subtracting(first.sink.records).isEmpty && again.report.answered != nil)
        #expect(again.report.outcome == .empty || again.sink.records == first.sink.records)
        #expect(again.cursors == first.cursors)
        try folder.sh(subject.grow)
        let third = try pull(folder.path, subject.settings, cursors: again.cursors)
        #expect(Set(third.sink.records).subtracting(first.sink.records).count == 1 && third.report.outcome == .complete)
    }

    @Test(arguments: subjects) func aSourceOutOfReachIsAReportAndNoError(_ subject: Subject) throws {
        let folder = try folder(subject)
        let first = try pull(folder.path, subject.settings)
        try folder.sh(subject.hide)
        let pulled = try pull(folder.path, subject.settings, cursors: first.cursors, coverage: .export(since: instant("2026-01-01T00:00:00Z"), isLive: false))
        #expect(pulled.report.outcome == .failed && pulled.report.answered == nil, "\(pulled.report)")
        #expect(!pulled.report.problems.isEmpty && pulled.sink.records.isEmpty && !pulled.report.query.isEmpty)
    }

    @Test(arguments: subjects) func limitsAreKeptAndSaid(_ subject: Subject) throws {
        let folder = try folder(subject)
        var few = Limits()
        few.records = 1
        var late = Limits()
        late.isOverdue = { true }
        for limits in [few, late] {
            let pulled = try pull(folder.path, subject.settings, limits: limits)
            #expect(pulled.report.outcome == .partial || pulled.report.outcome == .failed, "\(pulled.report)")
            #expect(pulled.report.answered == nil && !pulled.report.problems.isEmpty)
        }
    }

    @Test(arguments: subjects) func whatBreaksOffProvesNothing(_ subject: Subject) throws {
        let folder = try folder(subject)
        try folder.sh(subject.cut)
        let pulled = try pull(folder.path, subject.settings)
        #expect(pulled.report.outcome == .partial || pulled.report.outcome == .failed, "\(pulled.report)")
        #expect(pulled.report.answered == nil && !(pulled.report.problems.isEmpty && pulled.sink.rejects.isEmpty))
        #expect(pulled.sink.records.count <= 1)
    }

    /// An error of the sink ends the pull and reaches whoever pulls: a full disk is no fault of the source.
    @Test(arguments: subjects) func anErrorOfTheSinkIsNotTheSources(_ subject: Subject) throws {
        let folder = try folder(subject)
        var sink = Full()
        let request = PullRequest(
            source: source(subject.settings), root: folder.path, window: Window(start: .distantPast, end: instant("2026-03-05T12:00:00Z")), digestKey: [7],
            now: instant("2026-03-05T12:00:00Z"))
        #expect(throws: Full.DiskFull.self) { _ = try connector(for: subject.settings).pull(request, into: &sink) }
    }

    private struct Full: RecordSink {
        struct DiskFull: Error {}
        var rejected: Int { 0 }
        mutating func origin(_ origin: Origin) throws {}
        mutating func record(_ bytes: UnsafeRawBufferPointer, ordinal: Int, shape: RecordForm) throws { throw DiskFull() }
        mutating func reject(_ bytes: UnsafeRawBufferPointer, ordinal: Int, reason: String) throws { throw DiskFull() }
    }
}
