import Controls
import Evidence

/// What was found of several controls, design and operation apart: of a criterion's, of a category's.
package struct RollUp: Sendable {
    /// Controls, and verdicts where an edited control has one a wording.
    package let controls: Int
    package let wordings: Int
    /// Wordings that were not in force for a part of the period.
    package let designGaps: Int
    /// What was found of operation, gravest first: a design gap hides none of it.
    package let operation: [(verdict: ControlVerdict, wordings: Int)]
    package let tested: Int
    package let deviations: Int

    package init(_ results: [ControlResult]) {
        controls = results.count { !$0.isEarlierWording }
        wordings = results.count
        designGaps = results.count { $0.verdict == .designGap }
        operation = ControlVerdict.allCases.compactMap { verdict in
            let count = results.count { $0.operation == verdict }
            return count == 0 ? nil : (verdict, count)
        }
        tested = results.reduce(0) { $0 + $1.counts.tested }
        deviations = results.reduce(0) { $0 + $1.counts.deviation }
    }

    /// No control of it operated: to be looked at first.
    package var hasNoneOperating: Bool { !operation.contains { $0.verdict == .operated } }
}

extension ControlResult {
    /// The verdict but for the design: what the items and the coverage alone say.
    package var operation: ControlVerdict {
        guard verdict == .designGap else { return verdict }
        if counts.deviation > 0 { return .deviation }
        if counts.insufficientEvidence > 0 || !holes.isEmpty { return .insufficientEvidence }
        if counts.operated > 0 { return .operated }
        if counts.notYetDue > 0 { return .notYetDue }
        return counts.notApplicable > 0 ? .notApplicable : .noOccurrence
    }

    /// The exact one-sided 95 % upper bound for the rate of deviations, nil where no item was tested.
    package var rateBound: Double? { DeviationBound.upper(counts.deviation, of: counts.tested) }
}
