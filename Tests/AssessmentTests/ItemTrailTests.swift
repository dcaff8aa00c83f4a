import Controls
import Evidence
import SQLite
import Testing

@testable import Assessment

/// The engine's own account of when trouble ended, by a real query over rows.
@Suite struct ItemTrailTests {
    private func trail(_ rows: [(at: String, until: String?, ok: Int?)]) throws -> ItemTrail {
        let file = { (path: String, text: String) in CatalogueFile(path: path, bytes: Array(text.utf8)) }
        let catalogue = try loadCatalogue(files: [
            file("controls/criteria.yaml", "criteria:\n  CC8.1: Changes are approved\n"),
            file("controls/plan.yaml", "period_days: 90\nmilestones:\n  - {day: 30, goal: begin}\n"),
            file(
                "controls/kinds/change.yaml",
                """
                kind: change
                title: Change
                description: One change.
                fields:
                  change_id: {type: id, required: true, says: which}
                  until: {type: instant, says: until when it is watched}
                  fine: {type: boolean, says: whether it was}
                """),
            file(
                "controls/security/CHG-99.yaml",
                """
                id: CHG-99
                title: Changes are fine
                category: security
                criteria: [CC8.1]
                owner: platform
                frequency: per change
                milestone: 30
                effective_from: 2026-01-01
                risk: a bad change
                procedure: Looked at each.
                tolerable: 5%
                population:
                  item: change
                  key: [change_id]
                  at: changed_at
                  complete: [change]
                  needs: {change: {from: changed_at, to: watched_until}}
                  sql: |
                    SELECT change_id, instant(occurred_at) AS changed_at, instant(until) AS watched_until, fine FROM change
                attributes:
                  a: {says: it was, sql: fine = 1}
                examples:
                  - {name: good, given: {change: [{at: 2026-01-05, change_id: k1, fine: true}]}, expect: {k1: {a: operated}}}
                  - {name: bad, given: {change: [{at: 2026-01-05, change_id: k1, fine: false}]}, expect: {k1: {a: deviation}}}
                  - {name: unknown, given: {change: [{at: 2026-01-05, change_id: k1}]}, expect: {k1: {a: insufficient_evidence}}}
                """),
        ])
        let database = try Database(path: ":memory:", access: .create)
        for statement in catalogue.kinds.flatMap({ KindColumns($0).create }) { try database.run(statement) }
        for (i, row) in rows.enumerated() {
            func span(_ text: String?) -> String { text.flatMap { Instant($0) }.map { "\($0.nanoseconds), \($0.nanoseconds)" } ?? "NULL, NULL" }
            try database.run(
                """
                INSERT INTO change (artifact, source, occurred_at, occurred_at_latest, change_id, until, until_latest, fine)
                VALUES (\(i + 1), 'store', \(span(row.at)), 'c\(i)', \(span(row.until)), \(row.ok.map(String.init) ?? "NULL"))
                """)
        }
        let window = Window(start: GapFixture.at(1, 1), end: GapFixture.at(7, 1))
        let engine = try Engine(
            database, catalogue: catalogue, coverage: Coverage(spans: [KindName(trusted: "change"): [Window(start: .distantPast, end: .distantFuture)]]),
            period: Period(id: PeriodID(trusted: "h1"), span: .typeII(window), zone: .utc), asOf: window.end)
        return try #require(try engine.assess().controls.first).trail
    }

    @Test func withoutTroubleThereIsOnlyTheLastThatOperated() throws {
        let trail = try trail([("2026-02-01T10:00:00Z", nil, 1), ("2026-03-01T10:00:00Z", nil, 1)])
        #expect(trail == ItemTrail(lastOperated: Instant("2026-03-01T10:00:00Z")))
    }

    @Test func troubleEndsTheInstantAfterTheLastItemThatDeviatesOrIsUnproved() throws {
        let trail = try trail([("2026-02-01T10:00:00Z", nil, 0), ("2026-03-01T10:00:00Z", nil, nil), ("2026-02-20T10:00:00Z", nil, 1)])
        #expect(trail.troubledUntil == Instant("2026-03-01T10:00:00.000000001Z"))
        #expect(trail.lastOperated == Instant("2026-02-20T10:00:00Z"))
    }

    @Test func anItemIsTroubledUntilTheSpanThatItIsWatchedOverEnds() throws {
        let trail = try trail([("2026-02-01T10:00:00Z", "2026-05-01T00:00:00Z", 0), ("2026-03-01T10:00:00Z", nil, 0)])
        #expect(trail.troubledUntil == Instant("2026-05-01T00:00:00Z"))
    }
}
