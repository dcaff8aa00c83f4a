import Evidence

/// Whether what a decision rests on is still what is found.
package enum DecisionStanding: Hashable, Sendable {
    case stands
    case otherWording
    case otherEvidence
    /// No such item is in the population.
    case itemGone

    /// `item`: the one that it is about, as it is found now; nil for a control, or where there is none.
    package init(_ decision: Decision, _ result: ControlResult, item: ItemResult?) {
        let isSameWording = decision.wordingDigest == result.control.wordingDigest.description
        if decision.item != nil {
            guard let item else {
                self = .itemGone
                return
            }
            self = Basis.of(item, result.control).description == decision.basis ? .stands : isSameWording ? .otherEvidence : .otherWording
        } else {
            self = Basis.of(result).description == decision.basis ? .stands : isSameWording ? .otherEvidence : .otherWording
        }
    }

    package var title: String {
        switch self {
        case .stands: "stands on this evidence"
        case .otherWording: "lapsed: decided on another wording"
        case .otherEvidence: "lapsed: decided on other evidence"
        case .itemGone: "lapsed: the item is not in the population any more"
        }
    }
}

extension ControlResult {
    /// Among the deviations and the undecided items that the result holds.
    package func item(withFrozenKey key: String) -> ItemResult? { (deviations + insufficient).first { $0.frozenKey == key } }
}

extension Statements {
    /// Records that have a page of their own in that period.
    package func shown(in period: PeriodID) -> [ArtifactID] {
        let samples = frozen.filter { $0.period == period }.map(\.id) + draws.filter { $0.period == period }.map(\.id) + seeds.map(\.id)
        let replaced = replacements.filter { $0.period == period }.map(\.id)
        return samples + replaced + decisions.filter { $0.period == period }.map(\.id) + attestations.filter { $0.period == period }.map(\.id)
    }
}
