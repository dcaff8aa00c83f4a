import Assessment
import Controls
import Evidence

/// The 30-60-90 readiness report.
enum GapPage {
    private static let item = Shape(
        "a gap item",
        text: [
            "control", "title", "href", "owner", "due", "due_reason", "days_overdue", "state", "class", "since", "verdict", "verdict_class", "finding",
            "next",
        ], flags: ["blocker"])
    private static let wish = Shape(
        "an item of the plan", text: ["title", "state", "class", "finding", "evidence", "days_overdue"], lists: [("controls", link)])
    private static let link = Shape("a control's link", text: ["id", "href"])
    private static let milestone = Shape(
        "a milestone", text: ["day", "goal", "due", "total", "operating"], lists: [("items", item), ("wishes", wish)])
    private static let group = Shape("a group of items", text: ["title", "anchor"], lists: [("wishes", wish)])
    private static let owner = Shape(
        "an owner", text: ["name", "total", "operating", "instrumented", "not_started", "not_instrumented", "blockers", "overdue"])
    private static let period = Shape("a period", text: ["months", "first", "last"])
    static let shape = Shape(
        page: "the gap page", text: ["statement", "started", "day_number", "earliest", "last_to_begin", "period_days", "blocker_count"],
        lists: [
            ("blockers", item), ("periods", period), ("milestones", milestone), ("groups", group), ("owners", owner), ("timelines", Timeline.shape),
        ])

    /// What operates today may have deviated yesterday: the headline says so.
    private static func qualification(_ gap: GapReport) -> String {
        let troubled = gap.items.count { $0.operatingSince != nil && $0.verdict != .operated && $0.verdict != .noOccurrence }
        return troubled == 0 ? "" : " (\(troubled) of them not throughout the period)"
    }

    static func write<W: PageWriter>(_ press: inout Press<W>) throws {
        let edition = press.edition
        let gap = edition.gap
        let operating = gap.items.count { $0.operatingSince != nil }
        let head = PageHead(
            "gap/index.html", title: "Gaps",
            heading: "\(operating) of \(Words.count(gap.items.count, "control")) operating today\(qualification(gap)), "
                + Words.count(gap.blockers.count, "blocker"))
        try press.page(.gap, head) { values in
            values.set("statement", GapReport.statement)
            values.set("started", gap.startedOn.description)
            values.set("day_number", gap.today.daysSinceEpoch - gap.startedOn.daysSinceEpoch)
            values.set("earliest", gap.earliestPeriodStart?.description ?? "")
            values.set("last_to_begin", gap.lastToBegin.map(\.control.text).joined(separator: ", "))
            values.set("period_days", edition.catalogue.plan.periodDays)
            values.set("blocker_count", gap.blockers.count)
            for item in gap.blockers { values.add("blockers") { fill(&$0, item, gap) } }
            for period in gap.periods {
                values.add("periods") {
                    $0.set("months", period.months)
                    $0.set("first", period.first.description)
                    $0.set("last", period.last.description)
                }
            }
            milestones(&values, gap, edition.catalogue.plan)
            group(&values, gap, .quickWin, "Quick wins", "quick-wins")
            group(&values, gap, .longerTerm, "Longer term", "longer-term")
            owners(&values, gap)
            if !gap.items.isEmpty {
                let timeline = Timeline(gap, edition.catalogue.plan)
                values.add("timelines") { timeline.fill(&$0) }
            }
        }
    }

    private static func milestones(_ values: inout PageValues, _ gap: GapReport, _ plan: Controls.Plan) {
        for day in Set(gap.items.map(\.milestone) + plan.milestones.map(\.day)).sorted() {
            let items = gap.items.filter { $0.milestone == day }
            values.add("milestones") { values in
                values.set("day", day)
                values.set("goal", plan.milestones.first { $0.day == day }?.goal ?? "")
                values.set("due", gap.startedOn.adding(days: day).description)
                values.set("total", items.count)
                values.set("operating", items.count { $0.operatingSince != nil })
                for item in items { values.add("items") { fill(&$0, item, gap) } }
                for row in gap.plan where row.stage == .milestone(day) { values.add("wishes") { fill(&$0, row, gap) } }
            }
        }
    }

    private static func group(_ values: inout PageValues, _ gap: GapReport, _ stage: PlanStage, _ title: String, _ anchor: String) {
        let rows = gap.plan.filter { $0.stage == stage }
        guard !rows.isEmpty else { return }
        values.add("groups") { values in
            values.set("title", title)
            values.set("anchor", anchor)
            for row in rows { values.add("wishes") { fill(&$0, row, gap) } }
        }
    }

    private static func owners(_ values: inout PageValues, _ gap: GapReport) {
        for owner in Set(gap.items.map(\.owner)).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let own = gap.items.filter { $0.owner == owner }
            values.add("owners") {
                $0.set("name", owner)
                $0.set("total", own.count)
                for state in ["operating", "instrumented", "not_started", "not_instrumented"] { $0.set(state, own.count { $0.state.name == state }) }
                $0.set("blockers", own.count(where: \.isBlocker))
                $0.set("overdue", own.count { $0.daysOverdue(on: gap.today) > 0 })
            }
        }
    }

    private static func fill(_ row: inout PageValues, _ item: GapItem, _ gap: GapReport) {
        row.set("control", item.control.text)
        row.set("title", item.title)
        row.set("href", Paths.control(item.control))
        row.set("owner", item.owner)
        row.set("due", item.due.description)
        row.set("due_reason", item.dueReason ?? "")
        row.set("days_overdue", overdue(item.daysOverdue(on: gap.today)))
        row.set("state", item.state.title)
        row.set("class", item.state.name)
        row.set("since", item.state.since.map { gap.zone.day(of: $0).description } ?? "")
        row.set("verdict", item.verdict.title)
        row.set("verdict_class", item.verdict.rawValue)
        row.set("finding", item.finding)
        row.set("next", item.nextAction)
        row.flag("blocker", item.isBlocker)
    }

    private static func fill(_ row: inout PageValues, _ wish: GapPlanItem, _ gap: GapReport) {
        row.set("title", wish.item.title)
        row.set("state", wish.progress.title)
        row.set("class", style(wish.progress))
        row.set("finding", wish.finding)
        row.set("evidence", wish.item.evidence.map(\.text).joined(separator: ", "))
        row.set("days_overdue", overdue(wish.daysOverdue(on: gap.today)))
        for control in wish.item.controls {
            row.add("controls") {
                $0.set("id", control.text)
                $0.set("href", Paths.control(control))
            }
        }
    }

    /// Empty where nothing is overdue, so that a template can ask.
    static func overdue(_ days: Int) -> String { days > 0 ? Words.count(days, "day") : "" }

    /// The plan's words share the marks of the controls' states.
    private static func style(_ progress: PlanProgress) -> String {
        switch progress {
        case .notStarted: "not_started"
        case .inProgress: "instrumented"
        case .doneByEvidence: "operating"
        }
    }
}
