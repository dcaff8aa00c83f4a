import Evidence

/// What a person decided about a control or one item, and on which evidence. It stands beside what was found and changes nothing of it.
package struct Decision: Hashable, Sendable {
    package let id: ArtifactID
    package let control: ControlID
    package let period: PeriodID
    /// Nil: about the control as a whole.
    package let item: String?
    /// The item's stable id; nil for a control.
    package let exception: String?
    package let word: DecisionWord
    package let by: String
    package let at: Instant
    package let reason: String
    /// What the tool had found and proposed.
    package let found: String
    package let proposed: String?
    /// Digest of the evidence and the wording that it was decided on.
    package let basis: String
    package let wordingDigest: String
    package let headSize: Int
    package let headRoot: String
    package let remarks: DecisionRemarks

    package init(
        id: ArtifactID, control: ControlID, period: PeriodID, item: String?, exception: String?, word: DecisionWord, by: String, at: Instant,
        reason: String, found: String, proposed: String?, basis: String, wordingDigest: String, headSize: Int, headRoot: String,
        remarks: DecisionRemarks
    ) {
        self.id = id
        self.control = control
        self.period = period
        self.item = item
        self.exception = exception
        self.word = word
        self.by = by
        self.at = at
        self.reason = reason
        self.found = found
        self.proposed = proposed
        self.basis = basis
        self.wordingDigest = wordingDigest
        self.headSize = headSize
        self.headRoot = headRoot
        self.remarks = remarks
    }
}

/// What else is to be said of an exception. Each is a person's word.
package struct DecisionRemarks: Hashable, Sendable {
    /// From when to when the deviation was exposed, as far as somebody looked.
    package var exposedFrom: String?
    package var exposedUntil: String?
    package var cause: String?
    /// Was the gap used, and what query says so.
    package var consequence: String?
    /// A control that meets the same risk.
    package var compensating: ControlID?
    package var response: String?
    package var retest: String?
    package init() {}

    package static let titles = ["exposed_from", "exposed_until", "cause", "consequence", "compensating_control", "response", "retest"]
    package var values: [(name: String, value: String)] {
        zip(DecisionRemarks.titles, [exposedFrom, exposedUntil, cause, consequence, compensating?.text, response, retest])
            .compactMap { name, value in value.map { (name, $0) } }
    }
}

/// Management's words, a closed list. None is an auditor's, and none is a verdict.
package enum DecisionWord: String, Sendable, CaseIterable {
    // Of a control.
    case effective
    case effectiveWithDeviations = "effective-with-deviations"
    case notEffective = "not-effective"
    case unableToConclude = "unable-to-conclude"
    // Of an item.
    case open, isolated, systemic, remediated, accepted

    package var isOfControl: Bool {
        switch self {
        case .effective, .effectiveWithDeviations, .notEffective, .unableToConclude: true
        case .open, .isolated, .systemic, .remediated, .accepted: false
        }
    }
    package var title: String { rawValue.replacing("-", with: " ") }
}

/// A person's statement about something that no system records. Never read as operated.
package struct Attestation: Hashable, Sendable {
    package let id: ArtifactID
    package let control: ControlID?
    package let period: PeriodID
    package let by: String
    package let at: Instant
    package let says: String

    package init(
        id: ArtifactID, control: ControlID?, period: PeriodID, by: String, at: Instant, says: String
    ) {
        self.id = id
        self.control = control
        self.period = period
        self.by = by
        self.at = at
        self.says = says
    }
}
