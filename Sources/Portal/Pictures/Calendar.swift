import Evidence

/// A source's days as a grid, a column a week, Monday on top; the same days are in a table below.
struct Calendar {
    private static let layer = Shape("a layer", text: ["class", "path", "word", "number"])
    private static let label = Shape("a label", text: ["text", "x", "y"])
    private static let day = Shape("a day", text: ["day", "state", "class", "records"])
    static let shape = Shape(
        "a coverage calendar", text: ["caption", "width", "height", "view"],
        lists: [("layers", layer), ("months", label), ("weekdays", label), ("days", day)])

    private static let cell = 11
    private static let pitch = 14
    private static let left = 34
    private static let top = 20

    private let coverage: Coverage
    private let title: String

    init(_ coverage: Coverage, title: String) {
        self.coverage = coverage
        self.title = title
    }

    func fill(_ values: inout PageValues) {
        guard let first = coverage.days.first?.day else { return }
        let offset = first.weekday - 1
        let weeks = (coverage.days.count + offset + 6) / 7
        let width = Calendar.left + weeks * Calendar.pitch
        values.set("caption", "\(title): \(coverage.summary)")
        values.set("width", width)
        values.set("height", Calendar.top + 7 * Calendar.pitch)
        values.set("view", "0 0 \(width) \(Calendar.top + 7 * Calendar.pitch)")
        var paths = [String](repeating: "", count: Coverage.State.allCases.count)
        for (i, day) in coverage.days.enumerated() {
            let (column, line) = ((i + offset) / 7, (i + offset) % 7)
            let (x, y) = (Calendar.left + column * Calendar.pitch, Calendar.top + line * Calendar.pitch)
            paths[day.state.rawValue] += Calendar.mark(day.state).path(x, y, Calendar.cell)
            if day.day.day == 1 || i == 0, day.day.day <= 20 {
                values.add("months") {
                    $0.set("text", "\(padded(day.day.year, 4))-\(padded(day.day.month, 2))")
                    $0.set("x", x)
                    $0.set("y", Calendar.top - 7)
                }
            }
        }
        for (line, name) in [(0, "Mon"), (2, "Wed"), (4, "Fri"), (6, "Sun")] {
            values.add("weekdays") {
                $0.set("text", name)
                $0.set("x", 0)
                $0.set("y", Calendar.top + line * Calendar.pitch + 9)
            }
        }
        for state in Coverage.State.allCases where coverage.count(state) > 0 {
            values.add("layers") {
                $0.set("class", Calendar.name(state))
                $0.set("path", paths[state.rawValue])
                $0.set("word", Calendar.word(state))
                $0.set("number", coverage.count(state))
            }
        }
        for day in coverage.days {
            values.add("days") {
                $0.set("day", day.day.description)
                $0.set("state", Calendar.word(day.state))
                $0.set("class", Calendar.name(day.state))
                $0.set("records", day.records)
            }
        }
    }

    private static func mark(_ state: Coverage.State) -> Mark {
        switch state {
        case .covered: .block
        case .partly: .frame
        case .uncovered: .cross
        case .ahead: .dash
        }
    }
    private static func name(_ state: Coverage.State) -> String {
        switch state {
        case .covered: "covered"
        case .partly: "partly"
        case .uncovered: "uncovered"
        case .ahead: "ahead"
        }
    }
    private static func word(_ state: Coverage.State) -> String {
        switch state {
        case .covered: "covered"
        case .partly: "partly covered"
        case .uncovered: "not covered"
        case .ahead: "after as-of"
        }
    }
}
