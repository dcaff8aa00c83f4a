import Evidence
import Foundation
import SQLite
import Testing

@testable import Ledger

/// What brings much at once is put in order at its end, and comes to the same index.
@Suite struct LargeTransactionTests {
    private let many = IndexFile.Many(rows: 8, keys: 16)

    private func catchUp(_ test: TestLedger, _ index: IndexFile) throws {
        var decoder = TestDecoder()
        try IndexBuilder.catchUp(index, with: try test.open(), decoder: &decoder)
    }

    /// Records with ids and without, ids that come again in this pull and in later ones, equal ones without an id.
    private func fill(_ test: TestLedger) throws {
        let ledger = try test.create()
        for pull in 0..<4 {
            var records: [TestRecord] = [.origin("a\(pull)")]
            for i in 0..<300 {
                let id = i % 3 == 0 ? "" : #""id":"\#((i * 31 + pull * 150) % 400)","#
                records.append(.data("{\(id)\"text\":\"\(i % 11)\",\"amount\":\(i % 7),\"due\":\"2026-03-\(10 + i * 7 % 20)T00:00:00Z\"}", ordinal: i + 1))
            }
            try test.pull(ledger, records)
        }
        try test.endRun(ledger)
    }

    @Test func itGivesTheSameIndexAsRowByRow() throws {
        let test = try TestLedger()
        try fill(test)
        try test.catchUp()
        let honest = try dump(try test.index().database)
        try FileManager.default.removeItem(atPath: test.folder + "/index.sqlite")
        let index = try IndexFile(folder: test.folder, kinds: kinds, digest: "test", many: many)
        try catchUp(test, index)
        #expect(!index.isLarge)
        #expect(try dump(index.database) == honest)
        #expect(try test.findings() == [])
        #expect(honest.contains { $0.hasPrefix("index event_by_due") })
    }

    /// Rows are gathered from the first that make the file grow; what a rollback undoes is as if it had never been, and the next transaction starts afresh.
    @Test func whatIsUndoneLeavesNothing() throws {
        let test = try TestLedger()
        try fill(test)
        let index = try IndexFile(folder: test.folder, kinds: kinds, digest: "test", many: many)
        let empty = try dump(index.database)
        let source = SourceText(SourceID(trusted: "things"))
        func insert(_ numbers: Range<Int>) throws {
            var row = Row()
            row.cells = [.null, .integer(3), .null, .null]
            for i in numbers {
                let id = ArtifactID(entry: 9, record: i)
                try index.insert(table: 0, row: row, id: id, source: source)
                #expect(try index.noteSeen(Int64(i) &* -0x61c8_8646_80b5_83eb, id, content: Int64(i)))
            }
        }
        try index.begin()
        try insert(1..<400)
        #expect(index.isLarge)
        #expect(try index.database.schema().allSatisfy { !$0.contains("event_by_due") })
        index.rollback()
        #expect(!index.isLarge)
        #expect(try dump(index.database) == empty)
        #expect(try index.seen(0x61c8_8646_80b5_83eb) == nil)
        try index.begin()
        try insert(1..<400)
        for i in 1..<400 { #expect(try index.seen(Int64(i) &* -0x61c8_8646_80b5_83eb)?.content == Int64(i)) }
        try index.commit()
        #expect(try index.database.integer("SELECT count(*) FROM seen") == 399)
        #expect(try index.database.text("PRAGMA integrity_check") == "ok")
    }

    /// Few rows beside many are entered as ever: to make the order of all anew would cost more than they do.
    @Test func aTableThatIsLargeAlreadyKeepsItsOrder() throws {
        let test = try TestLedger()
        let index = try IndexFile(folder: test.folder, kinds: kinds, digest: "test", many: many)
        let source = SourceText(SourceID(trusted: "things"))
        var row = Row()
        row.cells = [.null, .null, .null, .null]
        for (entry, count) in [(1, 4000), (2, 900)] {
            try index.begin()
            for i in 1...count { try index.insert(table: 0, row: row, id: ArtifactID(entry: entry, record: i), source: source) }
            #expect(try index.database.schema().contains { $0.contains("event_by_due") } == (entry == 2))
            try index.commit()
        }
    }

    /// Against a dictionary: keys in any order, many of them twice, before and after it gathers, over several fillings of what it holds and of its filter.
    @Test(arguments: [UInt64(1), 2, 3]) func keysAreKnownWhereverTheyLie(seed: UInt64) throws {
        let database = try Database(path: ":memory:", access: .create)
        try database.run("CREATE TABLE seen (key INTEGER PRIMARY KEY, artifact INTEGER NOT NULL, content INTEGER NOT NULL) STRICT")
        let keys = try SeenKeys(database, holding: 64)
        var known: [Int64: Int64] = [:]
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33 ^ state
        }
        try database.run("BEGIN")
        for i in 0..<20_000 {
            if i == 1000 { try keys.gather() }
            // Close together and far apart, and the ends.
            let key: Int64 =
                switch next() % 8 {
                case 0: Int64(next() % 50)
                case 1: Int64.max - Int64(next() % 50)
                case 2: Int64.min + Int64(next() % 50)
                default: Int64(bitPattern: next() % 6000 &* 0x9e37_79b9_7f4a_7c15)
                }
            #expect(try keys.find(key)?.artifact == known[key])
            #expect(try keys.enter(key, artifact: Int64(i), content: key) == (known[key] == nil))
            if known[key] == nil { known[key] = Int64(i) }
        }
        try keys.settle()
        try database.run("COMMIT")
        let rows = try database.prepare("SELECT key, artifact, content FROM seen")
        var count = 0
        while try rows.step() {
            count += 1
            #expect(known[rows.integer(0)] == rows.integer(1) && rows.integer(0) == rows.integer(2))
        }
        #expect(count == known.count && count > 4000)
    }
}
