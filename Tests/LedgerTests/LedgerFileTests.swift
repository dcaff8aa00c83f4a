import Evidence
import Foundation
import SQLite
import Seal
import Testing

@testable import Ledger

@Suite struct LedgerFileTests {
    private func records(_ ledger: LedgerFile, of entry: Int) throws -> [[UInt8]] {
        var all: [[UInt8]] = []
        try ledger.forEachRecord(of: entry) { all.append(Array($0.bytes)) }
        return all
    }

    @Test func recordsOfManySegmentsComeBackAsTheyWere() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        var noise = Randomness.seeded("noise")
        // Small, large, larger than a segment, empty: four segments with the sheet.
        let sent = [700_000, 0, 700_000, 3_000_000, 1, 900_000].map { TestRecord.data(Hex.encode(noise.bytes($0 / 2))) }
        let writer = try test.writer(ledger)
        let ids = try sent.map { try writer.append($0) }
        let pull = try writer.finish(outcome: .complete, sheet: ["query": "q"])
        #expect(ids == (1...6).map { ArtifactID(entry: 1, record: $0) })
        #expect(pull.count == 7)
        #expect(try test.raw().integer("SELECT count(*) FROM segment") == 4)

        let opened = try test.open()
        #expect(try records(opened, of: 1) == [Array(#"{"query":"q"}"#.utf8)] + sent.map(\.bytes))
        for (id, record) in zip(ids, sent) { #expect(try opened.withRecord(id) { Array($0.bytes) } == record.bytes) }
        #expect(try opened.withRecord(ArtifactID(entry: 1, record: 7)) { _ in 0 } == nil)
        #expect(try opened.sheet(of: 1)["query"]?.text == "q")
        #expect(try opened.entryBytes(1).flatMap { LedgerEntry($0) } == .pull(pull))
    }

    @Test func leavesAreTheSameOnWhicheverThreadTheyAreWorkedOut() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.pull(ledger, (0..<60).map { .data("\($0) " + String(repeating: "x", count: $0 == 40 ? 6_000_000 : 100_000)) })
        try test.endRun(ledger)
        let before = try leaves(ledger, hashing: .nothing)
        #expect(before.count == 61 && Set(before).count == 61)
        #expect(try leaves(ledger, hashing: .leaves) == before)
    }

    private func leaves(_ ledger: LedgerFile, hashing: Hashing) throws -> [Digest32] {
        var leaves: [Digest32] = []
        try ledger.forEachRecord(of: 1, hashing: hashing) { leaves.append($0.leaf) }
        return leaves
    }

    @Test func whatComesBeforeADamagedSegmentIsReadAndTheDamageNamed() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.pull(ledger, (0..<60).map { .data("\($0) " + String(repeating: "x", count: 100_000)) })
        try test.endRun(ledger)
        try test.raw().run("UPDATE segment SET data = zeroblob(100) WHERE number = 4")
        let first = try #require(try test.raw().integer("SELECT first FROM segment WHERE number = 4"))
        for hashing in [Hashing.nothing, .leaves, .leavesAndContents] {
            var read = 0
            #expect(throws: LedgerError.damaged(ArtifactID(entry: 1, record: Int(first)), reason: "a segment cannot be decompressed")) {
                try test.open().forEachRecord(of: 1, hashing: hashing) { _ in read += 1 }
            }
            #expect(read == Int(first))
        }
    }

    @Test func aReaderThatHasEnoughIsNotWaitedFor() throws {
        struct Enough: Error {}
        let test = try TestLedger()
        let ledger = try test.create()
        try test.pull(ledger, (0..<60).map { .data("\($0) " + String(repeating: "x", count: 100_000)) })
        for hashing in [Hashing.nothing, .leaves, .leavesAndContents] {
            var read = 0
            #expect(throws: Enough.self) {
                try ledger.forEachRecord(of: 1, hashing: hashing) { _ in
                    read += 1
                    if read == 15 { throw Enough() }
                }
            }
            #expect(read == 15)
        }
    }

    /// One bit of a row's header makes a blob of a text that reads the same.
    @Test func aGuardRailWhoseNameIsNoTextAnyMoreIsFound() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.endRun(ledger)
        let script = "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET name = CAST(name AS BLOB) WHERE name = 'entry_stays'"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        process.arguments = ["-cmd", ".dbconfig defensive off", test.folder + "/ledger.sqlite", script]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try test.findings(indexed: false).contains("schema trigger entry_stays: is missing or was changed"))
    }

    @Test func nothingOfAPullIsSeenBeforeItIsFinished() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        let writer = try test.writer(ledger)
        for i in 0..<40 { try writer.append(.data("\(i) " + String(repeating: "x", count: 100_000))) }
        let other = try LedgerFile(in: test.folder, writing: false)
        #expect(try other.size() == 1)
        _ = try writer.finish(outcome: .complete, sheet: [:])
        #expect(try other.size() == 2)
        #expect(try records(other, of: 1).count == 41)
    }

    @Test func aSecondPullFollowsTheFirst() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.pull(ledger, [.data("{}"), .data("[1]")])
        try test.pull(try test.open(), [.data("{}")])
        #expect(try ledger.size() == 3)
        #expect(try records(ledger, of: 1).count == 3)
        #expect(try records(ledger, of: 2).count == 2)
        #expect(try ledger.openPulls().isEmpty)
    }

    @Test func anAbandonedPullIsClosedAsInterrupted() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        let writer = try test.writer(ledger)
        let startedAt = try #require(try ledger.openPulls().first?.at)
        try writer.append(.data("{}"))
        writer.abandon()
        #expect(try ledger.size() == 1)
        #expect(try test.open().closeInterrupted(randomness: test.randomness) { ["of": .string($0.text), "at": .instant($1)] } == 1)
        guard case .pull(let pull)? = try ledger.entryBytes(1).flatMap({ LedgerEntry($0) }) else { throw Missing() }
        #expect(pull.outcome == .interrupted && pull.count == 1 && pull.at == startedAt)
        #expect(try ledger.sheet(of: 1)["of"]?.text == "things")
        #expect(try ledger.openPulls().isEmpty)
        #expect(try ledger.closeInterrupted(randomness: test.randomness) { _, _ in [:] } == 0)
    }

    @Test func aCrashWhileAnInterruptedPullIsClosedLeavesOneEntryForIt() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.writer(ledger).abandon()
        let closing = try #require(try ledger.openPulls().first)
        try PullWriter(ledger, source: closing.source, at: closing.at, randomness: test.randomness, isNoted: true).abandon()
        #expect(try ledger.closeInterrupted(randomness: test.randomness) { _, _ in [:] } == 1)
        #expect(try ledger.size() == 2)
    }

    @Test func anEntryOverTheLimitIsRefused() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        func run(_ tool: Int) -> LedgerEntry { .run(at: Instant(nanoseconds: 0), pulls: 1, tool: String(repeating: "x", count: tool)) }
        let room = LedgerEntry.limit - run(0).bytes.count
        #expect(throws: LedgerError.entryTooLarge(bytes: 1025)) { try ledger.append(run(room + 1)) }
        #expect(try ledger.size() == 1)
        #expect(try ledger.append(run(room)) == 1)
        #expect(LedgerEntry(run(room).bytes) != nil)
        #expect(LedgerEntry(run(room + 1).bytes) == nil)
    }

    @Test func updateAndDeleteAreRefused() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.pull(ledger, [.data("{}")])
        try test.endRun(ledger)
        for table in ["entry", "segment", "checkpoint"] {
            let column = try #require(try ledger.database.text("SELECT name FROM pragma_table_info('\(table)') LIMIT 1"))
            for sql in ["UPDATE \(table) SET \(column) = \(column)", "DELETE FROM \(table)"] {
                #expect(throws: SQLiteError.self, "\(sql)") { try ledger.database.run(sql) }
            }
        }
    }

    @Test func createLeavesNoHalfLedgerBehind() throws {
        let test = try TestLedger()
        // What a crash left of an earlier attempt is no obstacle.
        try Data("half".utf8).write(to: URL(fileURLWithPath: test.folder + "/ledger.sqlite.new"))
        #expect(!LedgerFile.exists(in: test.folder))
        #expect(throws: LedgerError.missing(path: test.folder + "/ledger.sqlite")) { try test.open() }
        _ = try test.create()
        #expect(try FileManager.default.contentsOfDirectory(atPath: test.folder).filter { !$0.hasSuffix("-journal") } == ["ledger.sqlite"])
        #expect(throws: LedgerError.alreadyExists(path: test.folder + "/ledger.sqlite")) { try test.create() }
    }

    @Test func theLockHasOneHolder() throws {
        let test = try TestLedger()
        var lock: LedgerLock? = try LedgerLock(folder: test.folder)
        #expect(throws: LedgerError.locked(path: test.folder)) { try LedgerLock(folder: test.folder) }
        withExtendedLifetime(lock) {}
        lock = nil
        _ = try LedgerLock(folder: test.folder)
    }

    @Test func aFileThatIsNoLedgerIsRefused() throws {
        let test = try TestLedger()
        _ = try test.create()
        let path = URL(fileURLWithPath: test.folder + "/ledger.sqlite")
        let honest = try Data(contentsOf: path)
        try test.raw().run("PRAGMA user_version = 2")
        #expect(throws: LedgerError.unreadable(path: path.path, reason: "ledger format 2, this program reads format 1")) { try test.open() }
        for junk in [Data(), Data("SQLite format 3".utf8), honest.prefix(99), honest.prefix(100), honest.prefix(5000), Data(repeating: 0xff, count: 9000)] {
            try junk.write(to: path)
            #expect(throws: LedgerError.self) { try test.open() }
        }
    }

    private struct Missing: Error {}
}
