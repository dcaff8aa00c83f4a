import Controls
import Evidence
import Testing

@Suite struct PlanReaderTests {
    static let plan = """
        period_days: 90
        milestones:
          - day: 30
            goal: begin
            items:
              - id: secrets
                title: Managed secrets
                controls: [SEC-99]
                evidence: [key_rotation]
          - {day: 60, goal: go on}
        quick_wins:
          - id: tags
            title: Tags
            not_yet: no control and no kind is shipped for it yet
        longer_term:
          - {id: trails, title: Trails, evidence: [key_rotation], not_yet: no control is shipped for it yet}
        """
    private func load(_ text: String) throws -> Catalogue { try loadCatalogue(files: Small.files(["controls/plan.yaml": text])) }

    @Test func aPlanHoldsItsItemsByMilestoneAndBeside() throws {
        let plan = try load(Self.plan).plan
        let key = KindName(trusted: "key_rotation")
        #expect(
            plan.milestones.map(\.items) == [
                [PlanItem(id: "secrets", title: "Managed secrets", controls: [ControlID(trusted: "SEC-99")], evidence: [key])], [],
            ])
        #expect(plan.quickWins.map(\.notYet) == ["no control and no kind is shipped for it yet"])
        #expect(plan.longerTerm.map(\.evidence) == [[key]])
    }

    @Test(arguments: [
        (
            "controls: [SEC-99]", "controls: [SEC-98]",
            "8: 'SEC-98' is not a control of the catalogue\nreceipts: hint: did you mean 'SEC-99'? One that was taken away is taken out of the plan too."
        ),
        (
            "        evidence: [key_rotation]", "        evidence: [key_rotations]",
            "9: 'key_rotations' is not a kind\nreceipts: hint: did you mean 'key_rotation'?"
        ),
        ("    evidence:", "    evidnce:", nil),
        ("id: tags", "id: secrets", "12: two items of the plan are called 'secrets'\nreceipts: hint: the other one stands on line 6"),
        ("id: tags", "id: Tags", "12: 'id' of an item of the plan must be lower-case letters, digits and '-', found 'Tags'"),
        ("quick_wins:", "quick_win:", "11: 'quick_win' is not a key of the plan\nreceipts: hint: did you mean 'quick_wins'?"),
        ("title: Managed secrets", "titel: Managed secrets", nil),
    ])
    func aBrokenPlanIsRefusedWithItsLine(old: String, new: String, expected: String?) {
        let found = findings { _ = try load(Self.plan.replacing(old, with: new)) }
        if let expected {
            #expect(found == ["receipts: error: controls/plan.yaml:" + expected])
        } else {
            #expect(found.count == 2 && found.allSatisfy { $0.hasPrefix("receipts: error: controls/plan.yaml:") }, "\(found)")
        }
    }

    @Test func anItemThatNothingCanShowHasToSaySo() {
        #expect(
            findings { _ = try load(Self.plan.replacing("        controls: [SEC-99]\n", with: "")) } == [
                "receipts: error: controls/plan.yaml:6: an item of the plan needs 'controls', or 'not_yet' that says why it has none\n"
                    + "receipts: hint: not_yet: no control is shipped for it yet"
            ])
    }

    @Test func aControlThatCannotBeReadIsNotAFindingOfThePlanToo() {
        let broken = Small.control.replacing("tolerable: 5%", with: "tolerable: 5")
        let files = Small.files(["controls/plan.yaml": Self.plan, "controls/security/SEC-99.yaml": broken])
        #expect(findings { _ = try loadCatalogue(files: files) }.count == 1)
    }

    @Test func theShippedPlanHoldsEveryMilestoneAndNamesWhatItCannotShow() throws {
        let plan = try Shipped.catalogue().plan
        #expect(plan.milestones.map(\.day) == [30, 60, 90])
        #expect(plan.milestones.map(\.items.count) == [3, 3, 3])
        #expect(plan.quickWins.count == 3 && plan.longerTerm.count == 3)
    }
}

@Suite struct ScheduleTests {
    private func programme(_ plan: String) throws -> Programme {
        try Small.programme(Small.programme.replacing("started_on: 2026-01-01", with: plan))
    }
    private func refused(_ plan: String) -> [String] { findings { _ = try programme(plan) } }

    @Test func startedOnMeansTheStartOfThePlan() throws {
        #expect(try programme("started_on: 2026-01-01").startedOn == programme("plan: {start: 2026-01-01}").startedOn)
        #expect(
            refused("started_on: 2026-01-01\nplan: {start: 2026-01-01}") == [
                "receipts: error: receipts.yaml:4: 'started_on' and 'plan' both say when the plan starts\nreceipts: hint: leave 'plan: {start: …}' alone"
            ])
    }

    @Test func aLeadsDueDayIsTakenWithItsReason() throws {
        let programme = try programme("plan: {start: 2026-01-01, due: [{control: SEC-99, date: 2026-02-15, reason: \"the store moves on the 10th\"}]}")
        let day = try #require(Day("2026-02-15"))
        #expect(programme.dueDates == [DueDate(control: ControlID(trusted: "SEC-99"), day: day, reason: "the store moves on the 10th")])
    }

    @Test(arguments: [
        ("", "1: the programme needs 'plan'\nreceipts: hint: plan: {start: 2026-01-31}, day 0 of the 30-60-90 plan"),
        ("plan: {due: []}", "4: 'plan' needs 'start'"),
        ("plan: {stard: 2026-01-01, start: 2026-01-01}", "4: 'stard' is not a key of 'plan'\nreceipts: hint: did you mean 'start'?"),
        (
            "plan: {start: 2026-01-01, due: [{control: SEC-98, date: 2026-02-15, reason: x}]}",
            "4: 'SEC-98' is not a value of 'control' of a due day\nreceipts: hint: did you mean 'SEC-99'?"
        ),
        ("plan: {start: 2026-01-01, due: [{control: SEC-99, date: 2026-02-15}]}", "4: a due day needs 'reason'"),
        (
            "plan: {start: 2026-01-01, due: [{control: SEC-99, date: 2025-12-31, reason: x}]}",
            "4: 'SEC-99' is due on 2025-12-31, before the plan starts on 2026-01-01"
        ),
        (
            "plan: {start: 2026-01-01, due: [{control: SEC-99, date: 2026-02-15, reason: x}, {control: SEC-99, date: 2026-02-16, reason: y}]}",
            "4: 'SEC-99' has two due days"
        ),
    ])
    func aBrokenScheduleIsRefusedWithItsLine(plan: String, expected: String) {
        #expect(refused(plan) == ["receipts: error: receipts.yaml:" + expected])
    }
}
