import Assessment
import Controls
import Evidence

/// The 30-60-90 readiness report.
enum GapPage {
    private static let item = Shape(
        "a gap item",
        text: ["control", "title", "href", "owner", "due", "milestone", "state", "class", "since", "next"], flags: ["blocker", "overdue"])
    private static let milestone = Shape(
        "a milestone", text: ["day", "goal", "due", "total", "operating"], lists: [("items", item)])
    private static let owner = Shape(
        "an owner", text: ["name", "total", "operating", "instrumented", "not_started", "not_instrumented", "blockers"])
    static let shape = Shape(
        page: "the gap page", text: ["started", "day_number", "earliest", "period_days", "blocker_count"],
        lists: [("blockers", item), ("milestones", milestone), ("owners", owner), ("timelines", Timeline.shape)])

    static func write<W: PageWriter>(_ press: inout Press<W>) throws {
        let edition = press.edition
        let gap = edition.gap
        let operating = gap.items.count { if case .operating = $0.state { true } else { false } }
        let blockers = gap.items.filter(\.isBlocker)
        let today = edition.programme.zone.day(of: gap.asOf)
        let head = PageHead(
            "gap/index.html", title: "Gaps",
            heading: "\(operating) of \(Words.count(gap.items.count, "control")) operating, \(Words.count(blockers.count, "blocker"))")
        try press.page(.gap, head) { values in
            values.set("started", gap.startedOn.description)
            values.set("day_number", today.daysSinceEpoch - gap.startedOn.daysSinceEpoch)
            values.set("earliest", gap.earliestPeriodStart?.description ?? "")
            values.set("period_days", edition.catalogue.plan.periodDays)
            values.set("blocker_count", blockers.count)
            for item in blockers { values.add("blockers") { fill(&$0, item, today) } }
            milestones(&values, edition, today)
            owners(&values, gap)
            if !gap.items.isEmpty {
                let timeline = Timeline(gap, edition.catalogue.plan, today: today, zone: edition.programme.zone)
                values.add("timelines") { timeline.fill(&$0) }
            }
        }
    }

    private static func milestones(_ values: inout PageValues, _ edition: Edition, _ today: Day) {
        for day in Set(edition.gap.items.map(\.milestone) + edition.catalogue.plan.milestones.map(\.day)).sorted() {
            let items = edition.gap.items.filter { $0.milestone == day }
                .sorted { ($0.isBlocker ? 0 : 1, $0.control) < ($1.isBlocker ? 0 : 1, $1.control) }
            values.add("milestones") { values in
                values.set("day", day)
                values.set("goal", edition.catalogue.plan.milestones.first { $0.day == day }?.goal ?? "")
                values.set("due", edition.gap.startedOn.adding(days: day).description)
                values.set("total", items.count)
                values.set("operating", items.count { state($0.state).key == "operating" })
                for item in items { values.add("items") { fill(&$0, item, today) } }
            }
        }
    }

    private static func owners(_ values: inout PageValues, _ gap: GapReport) {
        for owner in Set(gap.items.map(\.owner)).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let own = gap.items.filter { $0.owner == owner }
            func number(_ key: String) -> Int { own.count { state($0.state).key == key } }
            values.add("owners") {
                $0.set("name", owner)
                $0.set("total", own.count)
                $0.set("operating", number("operating"))
                $0.set("instrumented", number("instrumented"))
                $0.set("not_started", number("not_started"))
                $0.set("not_instrumented", number("not_instrumented"))
                $0.set("blockers", own.count(where: \.isBlocker))
            }
        }
    }

    private static func fill(_ row: inout PageValues, _ item: GapItem, _ today: Day) {
        let (key, words, since) = state(item.state)
        row.set("control", item.control.text)
        row.set("title", item.title)
        row.set("href", Paths.control(item.control))
        row.set("owner", item.owner)
        row.set("due", item.due.description)
        row.set("milestone", item.milestone)
        row.set("state", words)
        row.set("class", key)
        row.set("since", since?.description ?? "—")
        row.set("next", item.nextAction)
        row.flag("blocker", item.isBlocker)
        row.flag("overdue", item.due < today && key != "operating")
    }

    static func state(_ state: GapState) -> (key: String, words: String, since: Instant?) {
        switch state {
        case .notInstrumented(let missing):
            ("not_instrumented", "not instrumented: no source yields \(missing.map(\.text).joined(separator: ", "))", nil)
        case .notStarted: ("not_started", "not started", nil)
        case .instrumented(let since): ("instrumented", "instrumented", since)
        case .operating(let since): ("operating", "operating", since)
        }
    }
}
