import Evidence
import Ledger

/// A ledger in which every table of both files has rows: pulls with origins, data, rejects and conflicts, an empty pull, an open one, a
/// run's end thrice, a publication.
enum SmallLedger {
    static func make(seed: String = "test") throws -> TestLedger {
        let test = try TestLedger(seed: seed)
        try fill(test) {}
        try test.catchUp()
        return test
    }

    /// `between` runs after each entry or two.
    static func fill(_ test: TestLedger, between: () throws -> Void) throws {
        let ledger = try test.create()
        try between()
        try test.pull(ledger, first, sheet: sheet("2026-01-04"))
        try between()
        try test.pull(ledger, source: "others", second, outcome: .partial, sheet: sheet("2026-01-03"))
        try test.endRun(ledger)
        try between()
        try test.pull(ledger, [], outcome: .empty, sheet: ["files": [], "complete_days": []])
        try test.endRun(ledger)
        try between()
        for revision in 1...2 {
            let inputs = Digest([UInt8](repeating: UInt8(revision), count: 32))
            _ = try ledger.append(.seal(LedgerEntry.Seal(at: test.now(), period: PeriodID(trusted: "2026-h1"), revision: revision, inputs: inputs)))
            try test.seal(ledger)
        }
        try between()
        try test.pull(ledger, source: "others", [], outcome: .failed)
        try test.endRun(ledger)
        try test.writer(ledger).abandon()
        try between()
    }

    private static func sheet(_ day: String) -> JSON {
        [
            "files": [
                ["name": .string("a-\(day)"), "size": 10, "digest": "d", "records": 4], ["name": .string("b-\(day)"), "size": 20, "digest": "e", "records": 5],
            ], "complete_days": [.string(day), "2026-01-01"], "query": .string("q \(day)"),
        ]
    }

    private static let first: [TestRecord] = [
        .origin("a.jsonl"),
        .data(#"{"id":"1","at":"2026-01-04T10:00:00Z","text":"alpha","amount":1,"share":0.5,"due":"2026-02-01T00:00:00Z"}"#),
        .data(#"{"id":"2","at":"2026-01-04T11:00:00Z","text":"beta","amount":2,"share":1.5,"due":"2026-02-02T00:00:00Z","word":"one"}"#, ordinal: 2),
        .origin("b.csv", header: "h:"),
        .data(#"{"at":"2026-01-04T12:00:00Z","text":"twice"}"#, origin: 4),
        .data(#"{"at":"2026-01-04T12:00:00Z","text":"twice"}"#, origin: 4, ordinal: 2),
        .reject("{broken", reason: "not JSON", origin: 4),
        .conflict(#"{"id":"1","text":"other"}"#, with: ArtifactID(entry: 1, record: 2), origin: 4),
        TestRecord(origin: 4, ordinal: 9, bytes: Array(#"{"text":"redacted","word":"two"}"#.utf8), receivedDigest: Array("0123456789abcdef".utf8)),
    ]
    private static let second: [TestRecord] = [
        .origin("c.jsonl"),
        .data(#"{"id":"1","at":"2026-01-03T10:00:00Z","text":"gamma","amount":3,"share":2.5,"due":"2026-02-03T00:00:00Z","word":"three"}"#),
        .data(#"{"id":"9","at":"2026-01-03T11:00:00Z"}"#, ordinal: 2),
        .reject("{broken too", reason: "not JSON"),
        .reject("{and too", reason: "not JSON either"),
        .conflict(#"{"id":"1","text":"another"}"#, with: ArtifactID(entry: 2, record: 2)),
    ]
}
