import Assessment
import Evidence

/// Controls by weeks: where proof is missing and where deviations lie. The same figures stand in a table.
struct HeatMap {
    private enum State: Int, CaseIterable {
        case deviation, insufficient, hole, notInForce, covered

        var name: String {
            switch self {
            case .deviation: "deviation"
            case .insufficient: "insufficient_evidence"
            case .hole: "uncovered"
            case .notInForce: "ahead"
            case .covered: "covered"
            }
        }
        var word: String {
            switch self {
            case .deviation: "week with a deviation"
            case .insufficient: "week with an item of insufficient evidence"
            case .hole: "week with a hole in coverage"
            case .notInForce: "wording not in force"
            case .covered: "week without any of these"
            }
        }
        var mark: Mark {
            switch self {
            case .deviation: .diamond
            case .insufficient: .triangle
            case .hole: .cross
            case .notInForce: .dash
            case .covered: .block
            }
        }
    }

    private static let layer = Shape("a layer", text: ["class", "path", "word", "number"])
    private static let label = Shape("a label", text: ["text", "x", "y"])
    private static let line = Shape("a line", text: ["id", "href", "y", "covered", "hole", "insufficient", "deviation", "not_in_force"])
    static let shape = Shape(
        "a heat map", text: ["caption", "width", "height", "view"], lists: [("layers", layer), ("weeks", label), ("lines", line)])

    private static let pitch = 14
    private static let cell = 9
    private static let left = 96
    private static let top = 22

    private let weeks: [Window]
    /// The first local day of each week.
    private let firstDays: [Day]
    private let rows: [(id: ControlID, states: [State])]

    /// Nil where the period is an instant or nothing was tested.
    init?(_ edition: Edition) {
        let period = edition.assessment.period
        let end = min(period.window.end, edition.assessment.asOf)
        guard period.window.start < end, !edition.assessment.controls.isEmpty else { return nil }
        var weeks: [Window] = []
        var firstDays: [Day] = []
        var day = period.zone.day(of: period.window.start)
        while period.zone.instant(day) < end {
            let next = day.adding(days: 8 - day.weekday)
            weeks.append(Window(start: period.zone.instant(day), end: min(period.zone.instant(next), end)))
            firstDays.append(day)
            day = next
        }
        self.weeks = weeks
        self.firstDays = firstDays
        rows = edition.assessment.controls.map { ($0.control.id, HeatMap.states($0, weeks, period.zone)) }
    }

    private static func states(_ result: ControlResult, _ weeks: [Window], _ zone: Zone) -> [State] {
        let inForce = zone.instant(result.control.effectiveFrom)
        let deviations = result.deviations.compactMap(HeatMap.extent)
        let insufficient = result.insufficient.compactMap(HeatMap.extent)
        return weeks.map { week in
            func isTouched(_ window: Window) -> Bool { window.start < week.end && week.start < window.end }
            if deviations.contains(where: isTouched) { return .deviation }
            if insufficient.contains(where: isTouched) { return .insufficient }
            if result.holes.contains(where: { isTouched($0.window) }) { return .hole }
            return week.end <= inForce ? .notInForce : .covered
        }
    }

    /// A month or a day of the calendar is as long as it says; of an event nobody knows that it lasted.
    private static func extent(_ item: ItemResult) -> Window? {
        guard let start = item.at?.earliest else { return nil }
        let ends = item.columns.first { $0.name == "ends" }?.value.flatMap { Instant($0) }
        return Window(start: start, end: max(ends ?? start, start.advanced(by: .nanoseconds(1))))
    }

    func fill(_ values: inout PageValues) {
        let width = HeatMap.left + weeks.count * HeatMap.pitch + 4
        let height = HeatMap.top + rows.count * HeatMap.pitch + 4
        values.set("caption", caption)
        values.set("width", width)
        values.set("height", height)
        values.set("view", "0 0 \(width) \(height)")
        var paths = [String](repeating: "", count: State.allCases.count)
        for (line, row) in rows.enumerated() {
            for (column, state) in row.states.enumerated() {
                paths[state.rawValue] += state.mark.path(
                    HeatMap.left + column * HeatMap.pitch, HeatMap.top + line * HeatMap.pitch, HeatMap.cell)
            }
        }
        for state in State.allCases where total(state) > 0 {
            values.add("layers") {
                $0.set("class", state.name)
                $0.set("path", paths[state.rawValue])
                $0.set("word", state.word)
                $0.set("number", total(state))
            }
        }
        for (column, day) in firstDays.enumerated() where column % 4 == 0 {
            values.add("weeks") {
                $0.set("text", "\(padded(day.month, 2))-\(padded(day.day, 2))")
                $0.set("x", HeatMap.left + column * HeatMap.pitch)
                $0.set("y", HeatMap.top - 8)
            }
        }
        for (line, row) in rows.enumerated() {
            func number(_ state: State) -> Int { row.states.count { $0 == state } }
            values.add("lines") {
                $0.set("id", row.id.text)
                $0.set("href", Paths.control(row.id))
                $0.set("y", HeatMap.top + line * HeatMap.pitch + 9)
                $0.set("covered", number(.covered))
                $0.set("hole", number(.hole))
                $0.set("insufficient", number(.insufficient))
                $0.set("deviation", number(.deviation))
                $0.set("not_in_force", number(.notInForce))
            }
        }
    }

    private func total(_ state: State) -> Int { rows.reduce(0) { $0 + $1.states.count { $0 == state } } }

    private var caption: String {
        let gaps = total(.hole) + total(.insufficient)
        return "\(Words.count(rows.count, "control")) over \(Words.count(weeks.count, "week")): proof is missing in \(gaps) of "
            + "\(rows.count * weeks.count) control-weeks, deviations lie in \(total(.deviation))"
    }
}
