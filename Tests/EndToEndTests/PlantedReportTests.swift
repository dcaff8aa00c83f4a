import Assessment
import Controls
import Evidence
import Testing

@testable import ReceiptsCLI

/// What the demonstration counts as found beside what was planted.
@Suite struct PlantedReportTests {
    private static let place = Place(file: "controls/x.yaml", line: 1)

    private func report(_ verdict: ItemVerdict, collected: [String]) throws -> PlantedReport {
        let kinds = ["request_log", "alert"].map { KindName(trusted: $0) }
        let control = Control(
            id: ControlID(trusted: "SEC-99"), title: "A rule", category: .security, criteria: [], owner: "platform", frequency: "daily", milestone: 30,
            effectiveFrom: Day(daysSinceEpoch: 0), risk: "a risk", procedure: "a procedure",
            population: Population(
                item: "day", key: ["day"], at: "starts", complete: [], needs: kinds.map { Need(kind: $0, span: .at, place: Self.place) },
                query: Expression(sql: "SELECT 1", place: Self.place)),
            attributes: [], applies: nil, due: nil, tolerable: 0, examples: [], text: [], place: Self.place)
        let item = ItemResult(ordinal: 1, key: ["2026-01-05"], at: nil, verdict: verdict, attributes: [], columns: [], evidence: [])
        let window = Window(start: Instant(Day(daysSinceEpoch: 0)), end: Instant(Day(daysSinceEpoch: 1)))
        let result = ControlResult(
            control: control, inForce: window.start, verdict: .insufficientEvidence, reasons: [], counts: ItemCounts(),
            deviations: verdict == .deviation ? [item] : [], insufficient: verdict == .deviation ? [] : [item], holes: [],
            populationDigest: Digest(Array(repeating: 0, count: 32)), attributes: [])
        let period = Period(id: PeriodID(trusted: "p"), span: .typeII(window), zone: .utc)
        return PlantedReport(
            [], AssessmentResult(period: period, asOf: window.end, controls: [result]), collected: Set(collected.map { KindName(trusted: $0) }),
            pseudonymKey: [])
    }

    @Test func whatCannotBeToldForWantOfASourceIsNoFinding() throws {
        #expect(try report(.insufficientEvidence, collected: ["request_log"]).unplanted == 0)
        #expect(try report(.insufficientEvidence, collected: ["alert", "request_log"]).unplanted == 1)
    }

    @Test func aDeviationIsAFindingWhateverIsNotCollected() throws {
        #expect(try report(.deviation, collected: ["request_log"]).unplanted == 1)
    }
}
