import Evidence
import Foundation
import SQLite
import Testing

@testable import Ledger

/// What the index keeps so that days can be counted without the kind's own rows.
@Suite struct CountedRowsTests {
    private func values(_ statement: Statement, _ columns: Range<Int>) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 10_000)
        let count = try #require(bytes.withUnsafeMutableBytes { statement.values(of: columns, into: $0) })
        return Array(bytes[..<count])
    }

    /// A row on its way into the table and the row read from it come to the same bytes, whatever stands in them.
    @Test func theyAreWhatTheKindsRowsSay() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        let (texts, shares) = (["", "x", "\u{e9}\u{1F9FE}", "a\\u0000b"], ["-0.0", "0.0", "0.5", "-2.5", "1e300", "3.0"])
        var records: [TestRecord] = [.origin("a")]
        for i in 0..<400 {
            let text = i % 5 == 4 ? "" : #""text":"\#(texts[i % 5])","#
            let share = i % 7 == 6 ? "" : #""share":\#(shares[i % 7]),"#
            let amount = i % 4 == 3 ? "" : #""amount":\#(i % 4 - 1),"#
            let at = i % 3 == 2 ? "" : #""at":"2026-01-04T10:00:00Z","#
            records.append(.data("{\(text)\(share)\(amount)\(at)\"id\":\"\(i)\"}", ordinal: i + 1))
        }
        try test.pull(ledger, records)
        try test.endRun(ledger)
        try test.catchUp()
        let index = try test.index()
        let counts = try #require(kinds[0].byDay)
        let rows = try index.database.prepare(
            """
            SELECT s.said, c.occurred_at IS e.occurred_at AND c.occurred_at_latest IS e.occurred_at_latest, \(counts.expressions.joined(separator: ", "))
            FROM event e LEFT JOIN event_counted c ON c.artifact = e.artifact LEFT JOIN event_said s ON s.number = c.said
            """)
        var count = 0
        while try rows.step() {
            count += 1
            #expect(try rows.blob(0) == values(rows, 2..<2 + counts.said.count) && rows.int(1) == 1, "\(count)")
        }
        #expect(count == 400)
        #expect(try index.database.integer("SELECT count(*) FROM event_counted") == 400)
        #expect(try index.database.integer("SELECT count(DISTINCT said) FROM event_said") ?? 0 > 100)
        #expect(try test.findings() == [])
    }

    /// A number stays that of its set: beyond what is held in memory, and after a rollback has taken sets from the table.
    @Test func aSetKeepsItsNumber() throws {
        let database = try Database(path: ":memory:", access: .create)
        try database.run(NumberedSets.declaration(of: "sets"))
        let sets = try NumberedSets(database, table: "sets")
        func number(_ value: Int) throws -> Int64 { try withUnsafeBytes(of: value) { try sets.number(of: $0) } }
        try database.run("BEGIN")
        for _ in 1...2 { for i in 0..<70_000 { #expect(try number(i * 7919) == Int64(i + 1)) } }
        try database.run("COMMIT")
        #expect(try [UInt8]().withUnsafeBytes { try sets.number(of: $0) } == 70_001)
        #expect(try database.integer("SELECT count(*) FROM sets") == 70_001)
        try database.run("BEGIN")
        #expect(try number(-1) == 70_002)
        #expect(try number(-2) == 70_003)
        try database.run("ROLLBACK")
        sets.forget()
        #expect(try number(-2) == 70_002)
    }

    /// A pull that failed takes the sets that only it brought with it, and the process goes on.
    @Test func whatARollbackTookIsNotCounted() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.pull(ledger, [.origin("a"), .data(#"{"id":"1","text":"one"}"#)])
        try test.catchUp()
        let index = try test.index()
        func insert(_ text: String, _ record: Int) throws {
            var row = Row()
            row.arena = Array(text.utf8)
            row.cells = [.text(0..<row.arena.count), .null, .null, .null]
            try index.insert(table: 0, row: row, id: ArtifactID(entry: 9, record: record), source: SourceText(SourceID(trusted: "things")))
        }
        try index.begin()
        try insert("two", 1)
        index.rollback()
        try index.begin()
        try insert("three", 2)
        try insert("two", 3)
        try index.commit()
        let said = try index.database.prepare("SELECT said FROM event_counted ORDER BY artifact")
        var numbers: [Int] = []
        while try said.step() { numbers.append(said.int(0)) }
        #expect(numbers == [1, 2, 3])
    }
}
