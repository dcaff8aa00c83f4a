import Controls
import Evidence
import Testing

@testable import Assessment

@Suite struct GapTests {
    private typealias Fixture = GapFixture
    private static func at(_ month: Int, _ day: Int) -> Instant { GapFixture.at(month, day) }
    private func item(_ result: ControlResult, _ fixture: GapFixture = GapFixture()) throws -> GapItem {
        try #require(try fixture.report([result]).items.first)
    }

    // MARK: States

    @Test func aControlThatDeviatedOperatesFromTheInstantAfterAndBothAreSaid() throws {
        let trail = ItemTrail(troubledUntil: Self.at(3, 4), lastOperated: Self.at(4, 1))
        let item = try item(Fixture.result("CHG-01", .deviation, deviated: 2, unproved: 1, trail: trail))
        #expect(item.state == .operating(since: Self.at(3, 4)))
        #expect(item.verdict == .deviation)
        #expect(item.finding == "2 deviated, 1 unproved of 12 items, none since")
        #expect(item.nextAction == "resolve or explain 2 deviations, find the records missing for 1 item")
        #expect(!item.isBlocker)
    }

    @Test func aDeviationThatNoItemFollowsLeavesTheControlUnproved() throws {
        let trail = ItemTrail(troubledUntil: Self.at(3, 4), lastOperated: Self.at(3, 3))
        let item = try item(Fixture.result("CHG-01", .deviation, deviated: 1, trail: trail))
        #expect(item.state == .instrumented(since: Self.at(1, 10)))
        #expect(item.isBlocker)
        #expect(item.finding == "1 deviated until 2026-03-04T00:00:00Z, and no item operated since")
    }

    @Test func anItemWithoutAnInstantNeverLetsAControlOperate() throws {
        let trail = ItemTrail(troubledUntil: .distantFuture, lastOperated: Self.at(4, 30))
        let item = try item(Fixture.result("CHG-01", .insufficientEvidence, unproved: 1, trail: trail))
        #expect(item.operatingSince == nil && item.isBlocker)
        #expect(item.finding == "1 unproved with an item that has no instant, and no item operated since")
    }

    @Test func aHoleThatWasClosedMovesTheDateAndAnOpenOneTakesItAway() throws {
        let closed = Window(start: Self.at(2, 1), end: Self.at(2, 3))
        let open = Window(start: Self.at(4, 20), end: Self.at(5, 1))
        #expect(try item(Fixture.result("A-01", .insufficientEvidence, holes: [closed])).state == .operating(since: Self.at(2, 3)))
        let blocked = try item(Fixture.result("A-01", .insufficientEvidence, holes: [closed, open]))
        #expect(blocked.state == .instrumented(since: Self.at(1, 10)) && blocked.isBlocker)
        #expect(blocked.nextAction == "close the hole in request_log from 2026-04-20T00:00:00Z on")
    }

    @Test func nothingIsClaimedFromBeforeThePeriodTheWordingOrTheEvidence() throws {
        var fixture = Fixture()
        #expect(try item(Fixture.result(), fixture).operatingSince == Self.at(1, 10))
        fixture.spans = [Fixture.request: [Window(start: Instant(Fixture.day(1, 1).adding(days: -90)), end: Self.at(7, 1))]]
        #expect(try item(Fixture.result(), fixture).operatingSince == Self.at(1, 1))
        #expect(try item(Fixture.result("A-01", .designGap, inForce: Fixture.day(2, 9)), fixture).operatingSince == Self.at(2, 9))
        let unwritten = try item(Fixture.result("A-01", .designGap, inForce: Fixture.day(6, 1)), fixture)
        #expect(unwritten.isBlocker && unwritten.finding == "no wording is in force before 2026-06-01")
    }

    @Test func evidenceOfAKindIsItsFirstRecordWhereNothingProvesItWhole() throws {
        var fixture = Fixture(yields: [Fixture.request, Fixture.approval], records: [Fixture.approval: Self.at(2, 14), Fixture.request: Self.at(4, 1)])
        let needy = Fixture.result(needs: [Fixture.request, Fixture.approval])
        #expect(try item(needy, fixture).operatingSince == Self.at(2, 14))
        fixture.records = [Fixture.approval: Self.at(5, 2)]
        let late = try item(needy, fixture)
        #expect(late.operatingSince == nil && late.finding == "evidence arrives since 2026-05-02T00:00:00Z, and no whole day is tested since")
    }

    @Test func withoutASourceOrARecordNothingIsInstrumented() throws {
        let unsourced = try item(Fixture.result(needs: [Fixture.request, Fixture.approval]))
        #expect(unsourced.state == .notInstrumented(missing: [Fixture.approval]))
        #expect(unsourced.nextAction == "configure a source that yields prompt_approval")
        let silent = try item(Fixture.result(), Fixture(spans: [:]))
        #expect(silent.state == .notStarted && silent.isBlocker)
    }

    @Test func whatHadNoOccasionYetBlocksNothing() throws {
        for verdict in [ControlVerdict.notYetDue, .notApplicable] {
            let item = try item(Fixture.result("A-01", verdict, operated: 0, trail: ItemTrail()))
            #expect(item.state == .instrumented(since: Self.at(1, 10)) && !item.isBlocker)
        }
        #expect(try item(Fixture.result("A-01", .noOccurrence, operated: 0, trail: ItemTrail())).operatingSince == Self.at(1, 10))
    }

    // MARK: The plan

    @Test func aControlIsDueByItsMilestoneUnlessALeadSaysAnotherDayAndWhy() throws {
        let moved = DueDate(control: ControlID(trusted: "B-01"), day: Fixture.day(4, 20), reason: "the store is moved first")
        let hole = Window(start: Self.at(4, 1), end: Self.at(5, 1))
        let report = try Fixture(due: [moved]).report([Fixture.result("A-01", holes: [hole]), Fixture.result("B-01", holes: [hole])])
        #expect(report.items.map(\.due) == [Fixture.day(1, 31), Fixture.day(4, 20)])
        #expect(report.items.map(\.dueReason) == [nil, "the store is moved first"])
        #expect(report.items.map { $0.daysOverdue(on: report.today) } == [90, 11])
    }

    @Test func blockersComeFirstAndAnOperatingControlIsNotOverdue() throws {
        let hole = Window(start: Self.at(4, 1), end: Self.at(5, 1))
        let report = try Fixture().report([Fixture.result("A-01"), Fixture.result("B-01", holes: [hole], milestone: 90)])
        #expect(report.items.map(\.control.text) == ["B-01", "A-01"])
        #expect(report.items.map { $0.daysOverdue(on: report.today) } == [30, 0])
    }

    @Test func anItemOfThePlanIsDoneOnlyByEvidence() throws {
        let control = ControlID(trusted: "A-01")
        func wish(_ id: String, _ controls: [ControlID], _ kinds: [KindName], _ notYet: String? = nil) -> PlanItem {
            PlanItem(id: id, title: id, controls: controls, evidence: kinds, notYet: notYet)
        }
        var fixture = Fixture(records: [Fixture.request: Self.at(1, 10)])
        fixture.plan = Plan(
            milestones: [
                PlanMilestone(
                    day: 30, goal: "begin", items: [wish("shown", [control], [Fixture.request]), wish("half", [control], [Fixture.approval])])
            ],
            quickWins: [wish("unshippable", [control], [Fixture.request], "no kind is shipped")],
            longerTerm: [wish("nothing", [], [], "no control is shipped"), wish("silent", [], [Fixture.approval], "no control is shipped")], periodDays: 90)
        let plan = try fixture.report([Fixture.result("A-01")]).plan
        #expect(plan.map(\.progress) == [.doneByEvidence, .inProgress, .inProgress, .notStarted, .notStarted])
        #expect(plan.map(\.due) == [Fixture.day(1, 31), Fixture.day(1, 31), nil, nil, nil])
        #expect(plan[1].finding == "no record yet: prompt_approval")
        #expect(plan[1].daysOverdue(on: Fixture.day(2, 3)) == 3 && plan[0].daysOverdue(on: Fixture.day(2, 3)) == 0)
    }

    // MARK: The earliest period

    @Test func theLastControlToBeginSetsTheStartAndABlockerOpensIt() throws {
        let late = Fixture.result("B-01", .deviation, deviated: 1, trail: ItemTrail(troubledUntil: Self.at(3, 4), lastOperated: Self.at(4, 1)))
        let report = try Fixture().report([Fixture.result("A-01"), late])
        #expect(report.earliestPeriodStart == Self.at(3, 4) && report.lastToBegin.map(\.control.text) == ["B-01"])
        #expect(
            report.periods.map { "\($0.months) \($0.first) \($0.last)" } == ["3 2026-03-04 2026-06-03", "6 2026-03-04 2026-09-03", "12 2026-03-04 2027-03-03"])
        let open = try Fixture().report([Fixture.result("A-01"), late, Fixture.result("C-01", holes: [Window(start: Self.at(4, 1), end: Self.at(5, 1))])])
        #expect(open.earliestPeriodStart == nil && open.periods.isEmpty)
    }

    @Test func aPeriodBeginsWithAWholeLocalDayAndEndsInAMonthThatIsTooShort() {
        let zone = Zone("Europe/Berlin") ?? .utc
        func first(_ start: Instant) -> [String] {
            GapReport(items: [], earliestPeriodStart: start, asOf: start, startedOn: Fixture.day(1, 1), zone: zone).periods.map { "\($0.first) \($0.last)" }
        }
        // 22:00Z is midnight in Berlin in summer; a nanosecond later that day is no longer whole.
        let midnight = zone.instant(Fixture.day(8, 31))
        #expect(first(midnight) == ["2026-08-31 2026-11-30", "2026-08-31 2027-02-28", "2026-08-31 2027-08-30"])
        #expect(first(midnight.advanced(by: .nanoseconds(1)))[0] == "2026-09-01 2026-11-30")
    }
}
