import Controls
import Evidence
import Testing

@testable import Assessment

/// Design and operation apart, the tool's proposal, and what a decision rests on.
@Suite struct RollUpTests {
    private static let place = Place(file: "controls/x.yaml", line: 1)

    private func control(_ id: String = "CHG-01", sql: String = "a = b", milestone: Int = 30) -> Control {
        Control(
            id: ControlID(trusted: id), title: "t", category: .security, criteria: [CriterionID(trusted: "CC8.1")], owner: "o", frequency: "f",
            milestone: milestone, effectiveFrom: Day(daysSinceEpoch: 20_454), risk: "r", procedure: "p",
            population: Population(item: "i", key: ["k"], at: "at", complete: [], needs: [], query: Expression(sql: "SELECT 1", place: Self.place)),
            attributes: [Attribute(letter: "a", says: "s", test: Expression(sql: sql, place: Self.place))], applies: nil, due: nil, tolerable: 0.05,
            examples: [], text: [], place: Self.place)
    }

    private func result(
        _ verdict: ControlVerdict, operated: Int = 0, deviation: Int = 0, insufficient: Int = 0, notYetDue: Int = 0, holes: [CoverageHole] = [],
        control: Control? = nil,
        deviations: [ItemResult] = []
    ) -> ControlResult {
        var counts = ItemCounts()
        (counts.operated, counts.deviation, counts.insufficientEvidence, counts.notYetDue) = (operated, deviation, insufficient, notYetDue)
        return ControlResult(
            control: control ?? self.control(), inForce: .distantPast, verdict: verdict, reasons: [], counts: counts, deviations: deviations,
            insufficient: [], holes: holes, populationDigest: Digest([UInt8](repeating: 1, count: 32)), attributes: [])
    }

    private func item(_ key: String, ordinal: Int = 1, approver: String = "ana", verdict: ItemVerdict = .deviation) -> ItemResult {
        ItemResult(ordinal: ordinal, key: [key], at: nil, verdict: verdict, attributes: [false], columns: [("approver", approver)], evidence: [])
    }

    @Test func aDesignGapHidesNothingOfOperation() {
        let gap = result(.designGap, operated: 3, deviation: 1)
        #expect(gap.operation == .deviation && result(.designGap, operated: 3).operation == .operated && result(.designGap).operation == .noOccurrence)
        let all = RollUp([gap, result(.operated, operated: 5), result(.operated, operated: 2)])
        #expect(all.designGaps == 1 && all.wordings == 3 && all.tested == 11 && all.deviations == 1)
        #expect(all.operation.map(\.verdict) == [.deviation, .operated] && all.operation.map(\.wordings) == [1, 2])
        #expect(!all.hasNoneOperating && RollUp([gap]).hasNoneOperating)
    }

    /// Whatever is tolerable the deviation stays listed; only what is proposed moves.
    @Test func theProposalFollowsTheWrittenRules() {
        let hole = CoverageHole(kind: KindName(trusted: "k"), window: Window(start: .distantPast, end: .distantFuture), reason: "r")
        #expect(result(.operated, operated: 20).proposal.word == .effective)
        #expect(result(.deviation, operated: 19, deviation: 1).proposal.word == .effectiveWithDeviations)
        #expect(result(.deviation, operated: 18, deviation: 2).proposal.word == .notEffective)
        #expect(result(.deviation, operated: 19, deviation: 1, holes: [hole]).proposal.word == .unableToConclude)
        #expect(result(.deviation, operated: 19, deviation: 1, insufficient: 1).proposal.word == .unableToConclude)
        #expect(result(.designGap, operated: 20).proposal.word == .notEffective)
        let pending = [result(.operated, operated: 20, notYetDue: 1), result(.deviation, operated: 19, deviation: 1, notYetDue: 1)]
        #expect(pending.allSatisfy { $0.proposal.word == .unableToConclude && $0.proposal.why.hasSuffix("; 1 not yet due") })
        #expect(result(.insufficientEvidence, operated: 20, insufficient: 1).proposal.word == .unableToConclude)
        for verdict in [ControlVerdict.noOccurrence, .notYetDue, .notApplicable] { #expect(result(verdict).proposal.word == .unableToConclude) }
    }

    @Test func anExceptionKeepsItsIdAcrossOrdinalsWordingNumbersAndMilestones() {
        let id = control().exceptionID(item("c2"))
        #expect(id.wholeMatch(of: /CHG-01-x[0-9a-f]{10}/) != nil)
        #expect(control().exceptionID(item("c2", ordinal: 77, approver: "bo")) == id)
        #expect(control("CHG-01.w1", milestone: 90).exceptionID(item("c2")) == id)
        #expect(control().exceptionID(item("c3")) != id && control(sql: "a <> b").exceptionID(item("c2")) != id)
    }

    @Test func aDecisionLapsesWithItsEvidenceItsWordingOrItsItem() {
        let (before, control) = (item("c2"), control())
        func decision(_ basis: Digest, item: String?) -> Decision {
            Decision(
                id: ArtifactID(entry: 4, record: 2), control: control.id, period: PeriodID(trusted: "h1"), item: item, exception: nil, word: .isolated, by: "w",
                at: .distantPast, reason: "r", found: "deviation", proposed: nil, basis: basis.description,
                wordingDigest: control.wordingDigest.description, headSize: 1, headRoot: "", remarks: DecisionRemarks())
        }
        let one = decision(Basis.of(before, control), item: "c2")
        let now = result(.deviation, operated: 2, deviation: 1, deviations: [before])
        #expect(DecisionStanding(one, now, item: item("c2", ordinal: 9)) == .stands)
        #expect(DecisionStanding(one, now, item: item("c2", approver: "bo")) == .otherEvidence)
        #expect(DecisionStanding(one, now, item: item("c2", verdict: .operated)) == .otherEvidence)
        #expect(DecisionStanding(one, now, item: nil) == .itemGone)
        #expect(DecisionStanding(one, result(.deviation, control: self.control(sql: "a <> b")), item: before) == .otherWording)
        let whole = decision(Basis.of(now), item: nil)
        #expect(DecisionStanding(whole, now, item: nil) == .stands)
        #expect(DecisionStanding(whole, result(.deviation, operated: 3, deviation: 1, deviations: [before]), item: nil) == .otherEvidence)
        #expect(DecisionStanding(whole, result(.deviation, operated: 2, deviation: 1, deviations: [item("c9")]), item: nil) == .otherEvidence)
    }
}
