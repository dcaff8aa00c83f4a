import Controls
import Evidence

/// What management's tests found over one period, as known at one checkpoint.
package struct AssessmentResult: Sendable {
    package let period: Period
    package let asOf: Instant
    /// Sorted by control id.
    package let controls: [ControlResult]
    package init(period: Period, asOf: Instant, controls: [ControlResult]) {
        self.period = period
        self.asOf = asOf
        self.controls = controls
    }
}

/// One control over the period.
package struct ControlResult: Sendable {
    package let control: Control
    /// Nil where one wording was in force throughout.
    package let wording: ControlWording?
    /// Since when the wording is in force.
    package let inForce: Instant
    /// The control's verdict, derived from `counts`, `holes` and `reasons` in the order of docs/design (design gap first).
    package let verdict: ControlVerdict
    /// Why the verdict is what it is, one sentence each, gravest first.
    package let reasons: [String]
    package let counts: ItemCounts
    /// Deviations and insufficient items, in population order, at most `ControlResult.listLimit` of each; `counts` has them all.
    package let deviations: [ItemResult]
    package let insufficient: [ItemResult]
    /// Where a needed kind is not covered in the window.
    package let holes: [CoverageHole]
    /// Where kinds that items need, and that do not make their list complete, are not covered in the window. It bears on a verdict by the items alone.
    package let neededHoles: [CoverageHole]
    /// SHA-256 over the keys in population order (by `at`, then key), one a line: what a sample is drawn from.
    package let populationDigest: Digest
    /// How many items each attribute found true, false and unknown, by letter.
    package let attributes: [AttributeCounts]
    package let trail: ItemTrail
    /// Of a Type I test: the items of its window that it did not walk through.
    package let passedOver: ItemCounts

    /// An earlier wording of a control that has another result under its own id.
    package var isEarlierWording: Bool { wording.map { $0.number < $0.count } ?? false }

    package static let listLimit = 10_000

    package init(
        control: Control, wording: ControlWording? = nil, inForce: Instant, verdict: ControlVerdict, reasons: [String], counts: ItemCounts,
        deviations: [ItemResult], insufficient: [ItemResult], holes: [CoverageHole], neededHoles: [CoverageHole] = [], populationDigest: Digest,
        attributes: [AttributeCounts],
        trail: ItemTrail = ItemTrail(), passedOver: ItemCounts = ItemCounts()
    ) {
        self.control = control
        self.wording = wording
        self.inForce = inForce
        self.verdict = verdict
        self.reasons = reasons
        self.counts = counts
        self.deviations = deviations
        self.insufficient = insufficient
        self.holes = holes
        self.neededHoles = neededHoles
        self.populationDigest = populationDigest
        self.attributes = attributes
        self.trail = trail
        self.passedOver = passedOver
    }
}

/// What of a population's order in time says since when a control operates: of all items, also those beyond `listLimit`.
package struct ItemTrail: Hashable, Sendable {
    /// The first instant after the spans of all deviating and unproved items; `distantFuture` where one of them has no instant.
    package var troubledUntil: Instant?
    /// When the last item that operated happened, at the earliest.
    package var lastOperated: Instant?
    package init(troubledUntil: Instant? = nil, lastOperated: Instant? = nil) {
        self.troubledUntil = troubledUntil
        self.lastOperated = lastOperated
    }

    mutating func trouble(until end: Instant) { troubledUntil = max(troubledUntil ?? end, end) }
    mutating func operated(at instant: Instant?) {
        guard let instant else { return }
        lastOperated = max(lastOperated ?? instant, instant)
    }
}

package struct ItemCounts: Hashable, Sendable {
    package var operated = 0
    package var deviation = 0
    package var insufficientEvidence = 0
    package var notYetDue = 0
    package var notApplicable = 0
    package init() {}
    package var total: Int { operated + deviation + insufficientEvidence + notYetDue + notApplicable }
    /// Items that the test could decide.
    package var tested: Int { operated + deviation }
    /// What the total holds besides those that could be judged: `; 3 not applicable, 1 not yet due`.
    package var besides: String {
        let others = [(notApplicable, "not applicable"), (notYetDue, "not yet due")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return others.isEmpty ? "" : "; " + others.joined(separator: ", ")
    }
    package mutating func add(_ verdict: ItemVerdict) {
        switch verdict {
        case .operated: operated += 1
        case .deviation: deviation += 1
        case .insufficientEvidence: insufficientEvidence += 1
        case .notYetDue: notYetDue += 1
        case .notApplicable: notApplicable += 1
        }
    }
}

package struct AttributeCounts: Hashable, Sendable {
    package let letter: String
    package var isTrue = 0
    package var isFalse = 0
    package var isUnknown = 0
    package init(letter: String) { self.letter = letter }
}

/// One row of a population, tested.
package struct ItemResult: Sendable {
    /// From 1, in population order (by `at`, then key).
    package let ordinal: Int
    /// The key columns' values, in the control's order.
    package let key: [String]
    package let at: Span?
    package let verdict: ItemVerdict
    /// In the order of the control's attributes; nil is NULL.
    package let attributes: [Bool?]
    /// The population's other columns, in SELECT order, as text for people; nil is NULL. Instants are RFC 3339.
    package let columns: [(name: String, value: String?)]
    /// From columns named `…_artifact`, in SELECT order, NULLs left out.
    package let evidence: [(name: String, artifact: ArtifactID)]
    package init(
        ordinal: Int, key: [String], at: Span?, verdict: ItemVerdict, attributes: [Bool?], columns: [(name: String, value: String?)],
        evidence: [(name: String, artifact: ArtifactID)]
    ) {
        self.ordinal = ordinal
        self.key = key
        self.at = at
        self.verdict = verdict
        self.attributes = attributes
        self.columns = columns
        self.evidence = evidence
    }
    package var keyText: String { key.joined(separator: " ") }
}

/// A stretch of the control's window for which nothing proves that a kind's source was live and complete.
package struct CoverageHole: Hashable, Sendable {
    package let kind: KindName
    package let window: Window
    package let reason: String
    package init(kind: KindName, window: Window, reason: String) {
        self.kind = kind
        self.window = window
        self.reason = reason
    }
}
