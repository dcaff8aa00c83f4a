import Assessment
import Evidence

/// Design and operation of several controls, each in its own words, so that neither hides the other.
enum RollUpWords {
    static func design(_ rollUp: RollUp) -> String {
        if rollUp.wordings == 0 { return "no control" }
        let gaps = rollUp.designGaps
        if gaps == 0 { return rollUp.wordings == 1 ? "in force throughout" : "all \(rollUp.wordings) in force throughout" }
        return rollUp.wordings == 1 ? "design gap" : "design gap in \(gaps) of \(rollUp.wordings)"
    }

    static func operation(_ rollUp: RollUp) -> String {
        if rollUp.wordings == 0 { return "nothing to test" }
        return rollUp.operation.map { "\($0.wordings) \(Words.having($0.verdict))" }.joined(separator: ", ")
    }

    static func fill(_ values: inout PageValues, _ rollUp: RollUp) {
        values.set("design", design(rollUp))
        values.set("operation", operation(rollUp))
        values.set("tested", rollUp.tested)
        values.set("deviation", rollUp.deviations)
    }
}
