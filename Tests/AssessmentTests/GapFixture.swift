import Controls
import Evidence

@testable import Assessment

/// A programme of 2026 in UTC, and controls whose results are written by hand.
struct GapFixture {
    static let request = KindName(trusted: "request_log")
    static let approval = KindName(trusted: "prompt_approval")
    static let place = Place(file: "controls/x.yaml", line: 1)
    static func day(_ month: Int, _ day: Int) -> Day { Day(year: 2026, month: month, day: day) ?? Day(daysSinceEpoch: 0) }
    static func at(_ month: Int, _ day: Int) -> Instant { Instant(Self.day(month, day)) }

    var asOf = at(5, 1)
    var yields = [request]
    var spans: [KindName: [Window]] = [request: [Window(start: at(1, 10), end: at(7, 1))]]
    var records: [KindName: Instant] = [:]
    var due: [DueDate] = []
    var plan = Plan(milestones: [], periodDays: 90)

    func report(_ results: [ControlResult]) throws -> GapReport {
        let period = Period(id: PeriodID(trusted: "h1"), span: .typeII(Window(start: Self.at(1, 1), end: Self.at(7, 1))), zone: .utc)
        let source = SourceDefinition(
            id: SourceID(trusted: "gateway"), title: "gateway", owner: "platform",
            connector: .files(FilesSettings(path: "x", decoder: .jsonLines(records: nil), place: Self.place)), personalData: .redact,
            coverage: .none,
            yields: yields.map {
                YieldDefinition(kind: $0, when: [], id: nil, at: NamedExpression(name: "at", text: "time", place: Self.place), fields: [], place: Self.place)
            }, zone: .utc, place: Self.place, digest: "")
        let programme = Programme(
            entity: "Example", system: "Assistant", zone: .utc, startedOn: Self.day(1, 1), dueDates: due, periods: [period], sources: [source],
            paths: ProgrammePaths(), text: [])
        let catalogue = Catalogue(criteria: [], kinds: [], controls: results.map(\.control), plan: plan)
        let builder = GapBuilder(catalogue: catalogue, programme: programme, coverage: Coverage(spans: spans)) { records[$0] }
        return try builder.report(AssessmentResult(period: period, asOf: asOf, controls: results))
    }

    static func result(
        _ id: String = "CHG-01", _ verdict: ControlVerdict = .operated, operated: Int = 9, deviated: Int = 0, unproved: Int = 0,
        trail: ItemTrail = ItemTrail(lastOperated: at(4, 28)), holes: [Window] = [], milestone: Int = 30, inForce: Day = day(1, 1),
        needs: [KindName] = [request]
    ) -> ControlResult {
        var counts = ItemCounts()
        (counts.operated, counts.deviation, counts.insufficientEvidence) = (operated, deviated, unproved)
        let control = Control(
            id: ControlID(trusted: id), title: "changes are approved", category: .security, criteria: [], owner: "platform", frequency: "per change",
            milestone: milestone, effectiveFrom: inForce, risk: "", procedure: "",
            population: Population(
                item: "change", key: ["id"], at: "at", complete: [needs[0]],
                needs: needs.map { Need(kind: $0, span: .at, place: place) }, query: Expression(sql: "SELECT 1", place: place)),
            attributes: [], applies: nil, due: nil, tolerable: 0, examples: [], text: [], place: place)
        return ControlResult(
            control: control, inForce: Zone.utc.instant(inForce), verdict: verdict, reasons: [], counts: counts, deviations: [], insufficient: [],
            holes: holes.map { CoverageHole(kind: request, window: $0, reason: "the export failed") },
            populationDigest: Digest([UInt8](repeating: 0, count: 32)), attributes: [], trail: trail)
    }
}
