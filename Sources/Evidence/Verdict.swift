/// What management's test found of one item. The order of the cases is the order of gravity, gravest first.
package enum ItemVerdict: String, Sendable, CaseIterable {
    /// A record shows that the control did not do what it says.
    case deviation
    /// The records cannot tell. Never read as success.
    case insufficientEvidence = "insufficient_evidence"
    /// Due after the as-of instant.
    case notYetDue = "not_yet_due"
    /// The control's own `applies:` says that this item is outside it.
    case notApplicable = "not_applicable"
    case operated
}

/// What management's test found of a control over one window of the period.
package enum ControlVerdict: String, Sendable, CaseIterable {
    /// No wording was in force for part of the window.
    case designGap = "design_gap"
    case deviation
    case insufficientEvidence = "insufficient_evidence"
    /// Nothing happened that the control applies to, and a live, complete source proves it.
    case noOccurrence = "no_occurrence"
    case notYetDue = "not_yet_due"
    case notApplicable = "not_applicable"
    case operated

    /// The words on pages and in reports.
    package var title: String { rawValue.replacingUnderscores }
}

extension ItemVerdict {
    package var title: String { rawValue.replacingUnderscores }
}

extension String {
    fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
}

/// The five trust services categories.
package enum Category: String, Sendable, CaseIterable {
    case security
    case availability
    case processingIntegrity = "processing-integrity"
    case confidentiality
    case privacy

    package var title: String {
        switch self {
        case .security: "Security"
        case .availability: "Availability"
        case .processingIntegrity: "Processing integrity"
        case .confidentiality: "Confidentiality"
        case .privacy: "Privacy"
        }
    }
}
