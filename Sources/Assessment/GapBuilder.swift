import Controls
import Evidence
import SQLite

/// Says what is missing, whose it is, and when an honest period could begin: from evidence alone.
package struct GapBuilder {
    private let catalogue: Catalogue
    private let programme: Programme
    private let firsts: FirstEvidence

    /// `firstRecord` gives the instant of a kind's first valid record.
    package init(catalogue: Catalogue, programme: Programme, coverage: Coverage, firstRecord: @escaping (KindName) throws -> Instant?) {
        self.catalogue = catalogue
        self.programme = programme
        firsts = FirstEvidence(coverage: coverage, firstRecord: firstRecord)
    }

    package init(catalogue: Catalogue, programme: Programme, index: Database, coverage: Coverage) {
        self.init(catalogue: catalogue, programme: programme, coverage: coverage) { kind in
            try index.integer("SELECT min(occurred_at) FROM \"\(kind)\"").map { Instant(nanoseconds: $0) }
        }
    }

    package func report(_ assessment: AssessmentResult) throws -> GapReport {
        let items = try assessment.controls.filter { !$0.isEarlierWording }.map { try item($0, assessment) }
        let plan = try PlanStanding(items: items, firsts: firsts).all(of: catalogue.plan, startedOn: programme.startedOn)
        return GapReport(
            items: items, plan: plan, earliestPeriodStart: earliest(items), asOf: assessment.asOf, startedOn: programme.startedOn,
            zone: programme.zone)
    }

    /// The last control to begin sets the date. One that has had no occasion yet counts from its evidence; a blocker leaves the date open.
    private func earliest(_ items: [GapItem]) -> Instant? {
        items.contains(where: \.isBlocker) ? nil : items.compactMap(\.state.since).max()
    }

    private func item(_ result: ControlResult, _ assessment: AssessmentResult) throws -> GapItem {
        let control = result.control
        let kinds = Set(control.population.complete + control.population.needs.map(\.kind)).sorted()
        let missing = kinds.filter { kind in !programme.sources.contains { $0.yields.contains { $0.kind == kind } } }
        let evidence = missing.isEmpty ? try firsts.latest(of: kinds) : nil
        let standing = ControlStanding(
            result, missing: missing, evidence: evidence, tested: Engine.elapsed(assessment.period, asOf: assessment.asOf),
            inForce: result.wording.map { $0.isFirst ? $0.inForce.start : $0.gaps.map(\.end).max() ?? .distantPast } ?? result.inForce)
        let date = programme.dueDates.first { $0.control == control.id }
        return GapItem(
            control: control.id, title: control.title, owner: control.owner, milestone: control.milestone,
            due: date?.day ?? programme.startedOn.adding(days: control.milestone), dueReason: date?.reason, verdict: result.verdict,
            firstEvidence: evidence, state: standing.state, finding: standing.finding, nextAction: standing.nextAction,
            isBlocker: standing.isBlocker)
    }
}

/// Since when evidence of a kind arrives.
struct FirstEvidence {
    let coverage: Coverage
    let firstRecord: (KindName) throws -> Instant?

    /// The start of what its sources prove whole, where they prove anything (nothing may have happened in it yet), else the first record.
    func of(_ kind: KindName) throws -> Instant? {
        try coverage.spans[kind]?.first?.start ?? firstRecord(kind)
    }

    /// Since when all of those that have any arrive.
    func latest(of kinds: [KindName]) throws -> Instant? { try kinds.compactMap { try of($0) }.max() }
}
