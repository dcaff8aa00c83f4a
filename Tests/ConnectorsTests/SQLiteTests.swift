import Connectors
import Evidence
import Foundation
import Testing

@Suite struct SQLiteTests {
    private func query(_ sql: String, _ database: String = "app.db") -> ConnectorSettings {
        .sqlite(SQLiteSettings(database: database, query: sql, place: place))
    }

    private func folder(_ sql: String = "CREATE TABLE t (id INTEGER, note TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b');") throws -> Folder {
        let folder = try Folder()
        try folder.write("make.sql", sql)
        try folder.sh("sqlite3 app.db < make.sql")
        return folder
    }

    @Test func rowsBecomeJSONByTheNamesOfColumns() throws {
        let folder = try folder(
            """
            CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB, n TEXT);
            INSERT INTO t VALUES (9223372036854775807, 0.5, 'a "quoted" ü', x'00ff', NULL), (-1, 1e300, '', x'', 'x');
            """)
        let pulled = try pull(folder.path, query("SELECT i AS id, r, s, b, n FROM t ORDER BY i DESC"))
        #expect(
            pulled.sink.records == [
                #"{"b":"AP8=","id":9223372036854775807,"n":null,"r":0.5,"s":"a \"quoted\" ü"}"#, #"{"b":"","id":-1,"n":"x","r":1e+300,"s":""}"#,
            ])
        #expect(pulled.report.outcome == .complete && pulled.report.answered != nil && pulled.sink.forms == [.rendered])
        #expect(pulled.cursors["app.db"]?.records == 2 && pulled.sink.ordinals == [1, 2])
        #expect(try pull(folder.path, query("SELECT * FROM t WHERE i = 5")).report.outcome == .empty)
    }

    @Test func whatCannotBeARecordIsAReject() throws {
        let folder = try folder("CREATE TABLE t (s, r); INSERT INTO t VALUES (CAST(x'ff41' AS TEXT), 1), ('fine', 9e999), ('fine', 2);")
        let pulled = try pull(folder.path, query("SELECT s, r FROM t"))
        #expect(pulled.sink.records == [#"{"r":2,"s":"fine"}"#])
        #expect(pulled.sink.rejects == ["column 's' holds text that is not UTF-8", "column 'r' holds an infinite number"])
    }

    @Test(arguments: [
        ("SELECT id, note AS id FROM t", "two columns called 'id'"), ("DELETE FROM t", "something other than SELECT"),
        ("SELECT 1; SELECT 2", "more than one statement"), ("PRAGMA journal_mode", "something other than SELECT"),
        ("ATTACH 'x.db' AS x", "something other than SELECT"), ("SELECT load_extension('x')", "load_extension"),
        ("SELECT readfile('/etc/passwd')", "readfile"), ("SELECT random()", "it calls 'random'"), ("SELECT :since", "parameter ':since'"),
        ("SELECT ?", "parameter '?'"), ("SELECT * FROM none", "no such table"),
    ])
    func onlyOneSelectIsAccepted(sql: String, problem: String) throws {
        let folder = try folder()
        let report = try pull(folder.path, query(sql)).report
        #expect(report.outcome == .failed && report.answered == nil)
        #expect(report.problems.count == 1 && report.problems[0].contains(problem), "\(report.problems)")
        #expect(try folder.sh("sqlite3 app.db 'select count(*) from t'") == "2\n")
    }

    @Test func theWindowIsBound() throws {
        let folder = try folder("CREATE TABLE t (at TEXT); INSERT INTO t VALUES ('2026-03-05T11:59:59Z'), ('2026-03-05T12:00:00Z');")
        let settings = query("SELECT at, unixepoch(:start) AS s FROM t WHERE at >= :start AND at < :end")
        let pulled = try pull(folder.path, settings, since: instant("2026-03-04T12:00:00Z"))
        #expect(settings.isWindowed && pulled.cursors.isEmpty)
        #expect(pulled.sink.records == [#"{"at":"2026-03-05T11:59:59Z","s":1772624700}"#])
        #expect(pulled.report.query.hasSuffix(", :start 2026-03-04T11:45:00Z, :end 2026-03-05T12:00:00Z on app.db"))
    }

    @Test func whatIsNoDatabaseIsReported() throws {
        let folder = try folder()
        try folder.write("text.db", "id,note\n")
        try folder.sh("head -c 6000 app.db > short.db; mkdir folder.db; ln -s /etc/passwd out.db; mkfifo pipe.db")
        for name in ["none.db", "text.db", "folder.db", "out.db", "pipe.db", "../app.db", "short.db"] {
            let report = try pull(folder.path, query("SELECT * FROM t", name)).report
            #expect(report.outcome == .failed && report.problems.count == 1 && report.answered == nil, "\(name): \(report.problems)")
        }
    }

    @Test func aQueryThatDoesNotEndIsStopped() throws {
        let folder = try folder()
        var limits = Limits()
        limits.stopwatch = { _ in { true } }
        let endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
        let report = try pull(folder.path, query(endless), limits: limits).report
        #expect(report.outcome == .failed && report.answered == nil && report.problems == ["the time for a pull was over before the query's end"])
        var few = Limits()
        few.records = 1
        let cut = try pull(folder.path, query("SELECT * FROM t"), limits: few).report
        #expect(cut.outcome == .partial && cut.answered == nil && cut.problems.first?.contains("more than 1 rows") == true)
    }

    /// Killed while its journal was on the disk and its pages half written.
    @Test func aFileLeftInTheMiddleOfATransactionIsToldSo() throws {
        let folder = try folder()
        let made = """
            import sqlite3, os
            c = sqlite3.connect('hot.db', isolation_level=None)
            c.execute('PRAGMA cache_size=2'); c.execute('CREATE TABLE t (a)'); c.execute('BEGIN')
            for i in range(2000): c.execute('INSERT INTO t VALUES (?)', ('x' * 200,))
            os.system('cp hot.db left.db; cp hot.db-journal left.db-journal')
            """
        try folder.write("make.py", made)
        try folder.sh("python3 make.py; test -s left.db-journal")
        let report = try pull(folder.path, query("SELECT * FROM t", "left.db")).report
        #expect(report.outcome == .failed && report.answered == nil)
        #expect(report.problems.first?.hasPrefix("'left.db' was left in the middle of a transaction") == true, "\(report.problems)")
    }

    // MARK: A file that another program has open

    /// Python keeps the database open while `during` runs, and has written to it.
    private func live(_ folder: Folder, mode: String, _ during: () throws -> Void) throws {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            """
            import sqlite3, sys
            c = sqlite3.connect("app.db", isolation_level=None)
            c.execute("pragma journal_mode=\(mode)")
            c.execute("insert into t values (3, 'live')")
            print("ready", flush=True)
            sys.stdin.readline()
            """,
        ]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        _ = output.fileHandleForReading.availableData
        defer {
            input.fileHandleForWriting.closeFile()
            process.waitUntilExit()
        }
        try during()
    }

    @Test(arguments: ["wal", "truncate"]) func aLiveDatabaseIsReadAsItStands(mode: String) throws {
        let folder = try folder()
        try live(folder, mode: mode) {
            let pulled = try pull(folder.path, query("SELECT id FROM t ORDER BY id"))
            #expect(pulled.report.outcome == .complete, "\(pulled.report.problems)")
            #expect(pulled.sink.records == [#"{"id":1}"#, #"{"id":2}"#, #"{"id":3}"#])
        }
    }

    @Test func nothingIsLeftBesideADatabaseThatNobodyHasOpen() throws {
        let folder = try folder()
        try live(folder, mode: "wal") {}
        #expect(try folder.sh("ls app.db*") == "app.db\n")
        #expect(try pull(folder.path, query("SELECT id FROM t")).sink.records.count == 3)
        #expect(try folder.sh("ls app.db*") == "app.db\n")
    }

    @Test func aLogWithoutItsIndexIsNoDatabaseToReadFrom() throws {
        let folder = try folder()
        try live(folder, mode: "wal") { try folder.sh("mkdir copy; cp app.db app.db-wal copy") }
        let report = try pull(folder.path, query("SELECT id FROM t", "copy/app.db")).report
        #expect(report.outcome == .failed && report.problems.first?.contains("write-ahead log") == true)
        #expect(try folder.sh("ls copy") == "app.db\napp.db-wal\n")
    }
}
