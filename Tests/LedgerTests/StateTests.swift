import Evidence
import SQLite
import Testing

@testable import Ledger

/// Snapshots of a state source: what changed from one to the next follows from the ledger's bytes, and nothing else does.
@Suite struct StateTests {
    private let sound: JSON = ["reads": "state", "snapshot": ["previous": .null]]

    private func thing(_ id: String, _ text: String) -> TestRecord { .data(#"{"id":"\#(id)","at":"2026-01-04T10:00:00Z","text":"\#(text)"}"#) }

    private func ledger() throws -> TestLedger {
        let test = try TestLedger(seed: "state")
        let ledger = try test.create()
        try test.pull(ledger, source: "now", [.origin("a"), thing("kept", "x"), thing("turned", "on"), thing("gone", "x")], sheet: sound)
        // Cut off after its first thing: it removes nothing.
        try test.pull(ledger, source: "now", [.origin("a"), thing("kept", "x")], outcome: .partial, sheet: ["reads": "state", "snapshot": .null])
        try test.pull(ledger, source: "now", [.origin("a"), thing("new", "x"), thing("turned", "off"), thing("kept", "x")], sheet: sound)
        try test.endRun(ledger)
        try test.catchUp()
        return test
    }

    @Test func changesLieBetweenTwoSnapshotsAndAPartialPullIsNone() throws {
        let test = try ledger()
        let rows = try test.raw("index.sqlite").prepare(
            """
            SELECT c.object, c.what, c.before >> 32, c.after >> 32, c.earliest = (SELECT taken_at FROM snapshot WHERE entry = 1),
                c.latest = (SELECT taken_at FROM snapshot WHERE entry = 3) FROM state_change c ORDER BY c.object
            """)
        var found: [String] = []
        while try rows.step() {
            let entries = [2, 3].map { rows.isNull($0) ? "-" : rows.text($0) }.joined(separator: " ")
            found.append("\(rows.text(0)) \(rows.text(1)) \(entries) \(rows.integer(4) + rows.integer(5))")
        }
        #expect(found == ["gone removed 1 - 2", "new appeared - 3 2", "turned changed 1 3 2"])
        #expect(try test.raw("index.sqlite").integer("SELECT count(*) FROM snapshot") == 2)
        #expect(try test.findings() == [])
    }

    @Test func eachValueOfTheListsIsHeldAgainstTheLedger() throws {
        let test = try ledger()
        let honest = try test.save()
        var counts: [String: Int] = [:]
        for change in try Change.all(of: "index.sqlite", test.raw("index.sqlite")) where change.table.hasPrefix("snapshot") || change.table == "state_change" {
            try test.restore(honest)
            let before = try dump(try test.raw("index.sqlite"))
            guard (try? test.raw("index.sqlite").run(change.sql)) != nil, try dump(try test.raw("index.sqlite")) != before else { continue }
            counts[change.table, default: 0] += 1
            #expect(try !test.findings().isEmpty, "\(change)")
        }
        for table in ["snapshot", "snapshot_member", "state_change"] { #expect(counts[table, default: 0] > 10, "\(table)") }
    }

    private func dump(_ database: Database) throws -> String {
        var out = ""
        for table in ["snapshot", "snapshot_member", "state_change"] {
            let rows = try database.prepare("SELECT * FROM \(table) ORDER BY rowid")
            while try rows.step() { out += "\(table) " + (0..<rows.columnCount).map { rows.isNull($0) ? "NULL" : rows.text($0) }.joined(separator: "|") + "\n" }
        }
        return out
    }
}
