import Evidence
import Foundation
import SQLite
import Seal
import Testing

@testable import Ledger

/// Every table and column of both files, as their schemas list them: a new column whose change nobody notices fails here.
@Suite struct TamperingTests {
    /// What may be changed without a finding, and why that is no harm.
    private static let harmless: [(file: String, table: String, operation: String, because: String)] = [
        ("ledger.sqlite", "open_pull", "", "the note that a pull was begun is not evidence yet: it only makes the next run enter an interrupted pull"),
        (
            "ledger.sqlite", "checkpoint", "delete the last row",
            "a crash between signing and storing leaves the same: the note is the signer's own file too, and the next run stores it again"
        ),
        (
            "ledger.sqlite", "entry", "append",
            "entries that nobody signed yet are what a crash between commit and signature leaves; verification counts them as unsigned"
        ),
        ("index.sqlite", "made_for", "", "an index that says it was made for something else is thrown away, and nothing of it is used"),
    ]

    private func isHarmless(_ change: Change) -> String? {
        TamperingTests.harmless.first { $0.file == change.file && $0.table == change.table && change.operation.hasPrefix($0.operation) }?.because
    }

    @Test func everyChangeOfEveryColumnIsFound() throws {
        let test = try SmallLedger.make()
        #expect(try test.findings() == [])
        let honest = try test.save()
        var counts: [String: Int] = [:]
        for file in ["ledger.sqlite", "index.sqlite"] {
            let before = try dump(try test.raw(file))
            try test.restore(honest)
            for change in try Change.all(of: file, test.raw(file)) {
                try test.restore(honest)
                // What SQLite itself refuses (a second row of the same key, an empty value) is no tampering.
                guard (try? test.raw(file).run(change.sql)) != nil, try dump(try test.raw(file)) != before else { continue }
                if file == "ledger.sqlite" { try test.restoreTriggers() }
                counts[change.table, default: 0] += 1
                let findings = try test.findings()
                guard findings.isEmpty, let reason = isHarmless(change) else {
                    #expect(findings.contains { change.isNamed(in: $0) }, "\(change): \(findings)")
                    continue
                }
                if change.table == "entry" { #expect(try test.verification().unsigned == 1, "\(change): \(reason)") }
            }
        }
        // Each table was really changed, and in more ways than one.
        for table in [
            "entry", "segment", "checkpoint", "open_pull", "seen", "event", "event_said", "event_counted", "extra", "pull", "cursor", "conflict", "made_for",
        ] {
            #expect(counts[table, default: 0] > 3, "\(table)")
        }
    }

    @Test func aGuardRailThatIsGoneOrNewIsFound() throws {
        let test = try SmallLedger.make()
        let honest = try test.save()
        let triggers = try Database(path: test.folder + "/ledger.sqlite", access: .readOnly).schema().filter { $0.hasPrefix("trigger") }
        #expect(triggers.count == 6)
        for trigger in triggers {
            let name = String(trigger.dropFirst("trigger ".count).prefix { $0 != ":" })
            try test.restore(honest)
            try Database(path: test.folder + "/ledger.sqlite", access: .readWrite).run("DROP TRIGGER \(name)")
            #expect(try test.findings() == ["schema trigger \(name): is missing or was changed"])
        }
        for sql in ["CREATE TABLE more (a)", "CREATE VIEW more AS SELECT 1 AS a", "CREATE INDEX more ON entry (bytes)"] {
            try test.restore(honest)
            try Database(path: test.folder + "/ledger.sqlite", access: .readWrite).run(sql)
            #expect(try test.findings().contains { $0.contains("more: does not belong in a ledger") }, "\(sql)")
        }
    }

    /// Numbers and bytes that no honest program writes; what matters is that verification ends with findings.
    @Test func hostileNumbersAndBytesAreFindings() throws {
        let test = try SmallLedger.make()
        let honest = try test.save()
        let numbers: [Int64] = [.min, -1, 0, 1, 1 << 31, 1 << 32, 1 << 40, .max]
        var changes = numbers.flatMap { n in
            ["first", "count", "raw", "number", "entry"].map { "UPDATE segment SET \($0) = \(n) WHERE rowid = 2" }
                + ["INSERT INTO entry VALUES (\(n), x'00')", "UPDATE OR REPLACE entry SET seq = \(n) WHERE seq = 2"]
                + ["UPDATE OR REPLACE checkpoint SET size = \(n) WHERE size = 4"]
        }
        let bombs = [
            "x''", "x'00'", "zeroblob(1000000)", "x'28b52ffd'", "x'28b52ffda0ffffff7f'", "x'28b52ffd2000010000'",
            "CAST('" + String(repeating: "[", count: 900) + "' AS BLOB)",
            "CAST('{\"at\":\"2026-01-01T00:00:00Z\",\"type\":\"genesis\"}' AS BLOB)", "CAST('{\"count\":1e999,\"type\":\"pull\"}' AS BLOB)",
        ]
        for bomb in bombs {
            changes += [
                "UPDATE entry SET bytes = \(bomb) WHERE seq IN (1, 3)", "UPDATE checkpoint SET note = \(bomb)",
                "UPDATE entry SET bytes = \(bomb) WHERE seq = 0",
            ]
            changes += ["data", "lengths", "salts"].map { "UPDATE segment SET \($0) = \(bomb) WHERE rowid IN (1, 3)" }
        }
        changes += [
            // A second frame, a skippable frame: nothing may hide behind the records.
            "UPDATE segment SET data = data || data", "UPDATE segment SET data = CAST(data || x'502a4d180100000000' AS BLOB) WHERE rowid = 2",
            "DELETE FROM entry", "DELETE FROM segment", "DELETE FROM checkpoint", "INSERT INTO open_pull VALUES ('a b', 'never')",
        ]
        for change in changes {
            try test.restore(honest)
            let database = try test.raw()
            let before = try dump(database)
            guard (try? database.run(change)) != nil, try dump(database) != before else { continue }
            let findings = try test.findings()
            #expect(!findings.filter { !$0.hasPrefix("schema") }.isEmpty, "\(change)")
        }
        for change in numbers.flatMap({ n in
            [
                "UPDATE seen SET artifact = \(n)", "UPDATE OR REPLACE event SET artifact = \(n) WHERE artifact % 4294967296 = 2",
                "INSERT INTO indexed VALUES (\(n))",
            ]
                + ["UPDATE OR REPLACE origin SET artifact = \(n)", "INSERT INTO extra (artifact, source) VALUES (\(n), 's')"]
        }) {
            try test.restore(honest)
            guard (try? test.raw("index.sqlite").run(change)) != nil else { continue }
            let findings = try test.findings()
            #expect(findings.contains { $0.hasPrefix("index") }, "\(change)")
        }
    }

    @Test func honestLedgersHaveNoFindings() throws {
        for seed in 0..<50 {
            let test = try SmallLedger.make(seed: "honest \(seed)")
            let result = try test.verification()
            #expect(result.findings == [] && result.unsigned == 0 && result.entries == 10 && result.checkpoints == 5)
        }
    }
}
