import Assessment
import Controls
import Evidence

/// One line about a control, on every page that lists controls.
enum ControlRows {
    static let shape = Shape(
        "a control row",
        text: ["id", "title", "href", "owner", "category", "criteria", "verdict", "class", "finding", "total", "deviation", "insufficient", "holes"])

    static func add(_ values: inout PageValues, _ result: ControlResult) {
        let control = result.control
        values.add("controls") {
            $0.set("id", control.id.text)
            $0.set("title", control.title)
            $0.set("href", Paths.control(control.id))
            $0.set("owner", control.owner)
            $0.set("category", control.category.title)
            $0.set("criteria", control.criteria.map(\.text).joined(separator: " "))
            $0.set("verdict", result.verdict.title)
            $0.set("class", result.verdict.rawValue)
            $0.set("finding", Words.finding(result))
            $0.set("total", result.counts.total)
            $0.set("deviation", result.counts.deviation)
            $0.set("insufficient", result.counts.insufficientEvidence)
            $0.set("holes", result.holes.count)
        }
    }

    static let tally = Shape("a tally", text: ["verdict", "class", "number", "meaning"])

    /// How many controls have each verdict, in the order of gravity; verdicts that none has are left out unless asked for.
    static func addTally(_ values: inout PageValues, _ results: [ControlResult], all: Bool = false) {
        for verdict in ControlVerdict.allCases {
            let number = results.count { $0.verdict == verdict }
            guard all || number > 0 else { continue }
            values.add("tally") {
                $0.set("verdict", verdict.title)
                $0.set("class", verdict.rawValue)
                $0.set("number", number)
                $0.set("meaning", Words.meaning(verdict))
            }
        }
    }

    /// `3 with deviations, 1 with insufficient evidence`, for headings: what is wrong first, never "all well".
    static func summary(_ results: [ControlResult]) -> String {
        guard !results.isEmpty else { return "no control is mapped" }
        return ControlVerdict.allCases.compactMap { verdict in
            let number = results.count { $0.verdict == verdict }
            return number == 0 ? nil : "\(number) \(Words.having(verdict))"
        }.joined(separator: ", ")
    }
}
