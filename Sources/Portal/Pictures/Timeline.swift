import Assessment
import Controls
import Evidence

/// The plan's controls as bars from first evidence to now, each with its due day; the same dates stand in the milestone tables.
struct Timeline {
    private static let label = Shape("a label", text: ["text", "x", "y"])
    private static let line = Shape("a line", text: ["x", "word"])
    private static let bar = Shape("a bar", text: ["id", "y", "x", "top", "width", "class", "due"])
    static let shape = Shape(
        "a timeline", text: ["caption", "width", "height", "view", "bottom", "today_x", "dues"],
        lists: [("bars", bar), ("lines", line), ("labels", label)])

    private static let left = 96
    private static let span = 560
    private static let pitch = 16
    private static let top = 26

    private let gap: GapReport
    private let plan: Plan
    private let today: Day
    private let zone: Zone
    private let first: Int
    private let last: Int

    init(_ gap: GapReport, _ plan: Plan, today: Day, zone: Zone) {
        self.gap = gap
        self.plan = plan
        self.today = today
        self.zone = zone
        first = gap.startedOn.daysSinceEpoch
        last = max(today.daysSinceEpoch, gap.items.map(\.due.daysSinceEpoch).max() ?? first, first + 90) + 2
    }

    private func x(_ day: Int) -> Int { Timeline.left + (min(max(day, first), last) - first) * Timeline.span / max(1, last - first) }

    func fill(_ values: inout PageValues) {
        let width = Timeline.left + Timeline.span + 30
        let height = Timeline.top + gap.items.count * Timeline.pitch + 6
        let late = gap.items.count { $0.due < today && GapPage.state($0.state).since == nil }
        values.set("caption", "On \(today), day \(today.daysSinceEpoch - first) of the plan: \(Words.count(late, "control")) past due with no evidence yet")
        values.set("width", width)
        values.set("height", height)
        values.set("view", "0 0 \(width) \(height)")
        values.set("bottom", height - 4)
        values.set("today_x", x(today.daysSinceEpoch))
        var dues = ""
        for (i, item) in gap.items.enumerated() {
            let y = Timeline.top + i * Timeline.pitch
            let (key, _, since) = GapPage.state(item.state)
            let begin = since.map { x(zone.day(of: $0).daysSinceEpoch) } ?? x(first)
            dues += Mark.diamond.path(x(item.due.daysSinceEpoch) - 4, y + 2, 8)
            values.add("bars") {
                $0.set("id", item.control.text)
                $0.set("y", y + 10)
                $0.set("x", begin)
                $0.set("top", y + 3)
                $0.set("width", since == nil ? 0 : max(2, x(today.daysSinceEpoch) - begin))
                $0.set("class", key)
                $0.set("due", item.due.description)
            }
        }
        values.set("dues", dues)
        for milestone in plan.milestones.map(\.day).sorted() {
            values.add("lines") {
                $0.set("x", x(first + milestone))
                $0.set("word", "day \(milestone)")
            }
        }
        for (text, at) in [("day 0", first)] + plan.milestones.map({ ("day \($0.day)", first + $0.day) }) {
            values.add("labels") {
                $0.set("text", text)
                $0.set("x", x(at))
                $0.set("y", Timeline.top - 12)
            }
        }
    }
}
