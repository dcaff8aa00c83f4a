import Assessment
import Controls
import Evidence

/// Each control as a bar: from its first evidence, and from when it operates, to now, with its due day. The same dates stand in `rows`.
struct Timeline {
    private static let label = Shape("a label", text: ["text", "x", "y"])
    private static let line = Shape("a line", text: ["x", "word"])
    private static let bar = Shape("a bar", text: ["x", "top", "width", "class"])
    private static let name = Shape("a name", text: ["id", "y"])
    private static let row = Shape("a row", text: ["control", "href", "evidence", "operating", "due", "days_overdue", "state", "class"])
    static let shape = Shape(
        "a timeline", text: ["caption", "width", "height", "view", "bottom", "today_x", "dues"],
        lists: [("names", name), ("bars", bar), ("lines", line), ("labels", label), ("rows", row)])

    private static let left = 96
    private static let span = 560
    private static let pitch = 16
    private static let top = 26

    private let gap: GapReport
    private let milestones: [Int]
    private let today: Int
    private let first: Int
    private let last: Int

    init(_ gap: GapReport, _ plan: Controls.Plan) {
        self.gap = gap
        milestones = plan.milestones.map(\.day).sorted()
        today = gap.today.daysSinceEpoch
        first = gap.startedOn.daysSinceEpoch
        last = max(today, gap.items.map(\.due.daysSinceEpoch).max() ?? first, first + 90) + 2
    }

    private func x(_ day: Int) -> Int { Timeline.left + (min(max(day, first), last) - first) * Timeline.span / max(1, last - first) }
    private func day(_ instant: Instant) -> Int { gap.zone.day(of: instant).daysSinceEpoch }

    func fill(_ values: inout PageValues) {
        let width = Timeline.left + Timeline.span + 30
        let height = Timeline.top + gap.items.count * Timeline.pitch + 6
        values.set("caption", caption)
        values.set("width", width)
        values.set("height", height)
        values.set("view", "0 0 \(width) \(height)")
        values.set("bottom", height - 4)
        values.set("today_x", x(today))
        var dues = ""
        for (i, item) in gap.items.enumerated() {
            let y = Timeline.top + i * Timeline.pitch
            dues += Mark.diamond.path(x(item.due.daysSinceEpoch) - 4, y + 2, 8)
            values.add("names") {
                $0.set("id", item.control.text)
                $0.set("y", y + 10)
            }
            bars(&values, item, top: y + 3)
            row(&values, item)
        }
        values.set("dues", dues)
        for milestone in milestones {
            values.add("lines") {
                $0.set("x", x(first + milestone))
                $0.set("word", "day \(milestone)")
            }
        }
        for milestone in [0] + milestones {
            values.add("labels") {
                $0.set("text", "day \(milestone)")
                $0.set("x", x(first + milestone))
                $0.set("y", Timeline.top - 12)
            }
        }
    }

    private func bars(_ values: inout PageValues, _ item: GapItem, top: Int) {
        func bar(_ from: Int, _ to: Int, _ state: String) {
            guard x(to) > x(from) else { return }
            values.add("bars") {
                $0.set("x", x(from))
                $0.set("top", top)
                $0.set("width", x(to) - x(from))
                $0.set("class", state)
            }
        }
        guard let evidence = item.firstEvidence.map(day) else { return }
        let operating = item.operatingSince.map(day)
        bar(evidence, operating ?? today, "instrumented")
        if let operating { bar(operating, today, "operating") }
    }

    private func row(_ values: inout PageValues, _ item: GapItem) {
        values.add("rows") {
            $0.set("control", item.control.text)
            $0.set("href", Paths.control(item.control))
            $0.set("evidence", item.firstEvidence.map { gap.zone.day(of: $0).description } ?? "—")
            $0.set("operating", item.operatingSince.map { gap.zone.day(of: $0).description } ?? "—")
            $0.set("due", item.due.description)
            $0.set("days_overdue", GapPage.overdue(item.daysOverdue(on: gap.today)))
            $0.set("state", item.state.title)
            $0.set("class", item.state.name)
        }
    }

    /// What the picture shows, as a finding.
    private var caption: String {
        let blockers = gap.blockers
        let on = "On day \(today - first) of the plan"
        guard blockers.isEmpty else {
            let overdue = blockers.count { $0.daysOverdue(on: gap.today) > 0 }
            let named = blockers.prefix(6).map(\.control.text).joined(separator: ", ") + (blockers.count > 6 ? " and \(blockers.count - 6) more" : "")
            let keep = blockers.count == 1 ? "keeps" : "keep"
            return "\(on), \(Words.count(blockers.count, "control")) \(keep) a period from beginning, \(overdue) of them past due: \(named)"
        }
        let operating = gap.items.compactMap { item in item.operatingSince.map { (since: day($0), due: item.due.daysSinceEpoch) } }
        let late = operating.count { $0.since > $0.due }
        let rest = gap.items.count - operating.count
        let last = gap.lastToBegin.map(\.control.text).joined(separator: ", ")
        return "\(on), \(operating.count) of \(Words.count(gap.items.count, "control")) operate, \(late) of them only from after their due day"
            + (rest > 0 ? ", and \(rest) had no occasion yet" : "") + (last.isEmpty ? "" : "; last to begin: \(last)")
    }
}
