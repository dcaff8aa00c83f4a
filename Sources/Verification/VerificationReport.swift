import Evidence

/// A verification for a terminal or a machine: the same facts either way.
package struct VerificationReport {
    package let subject: String
    package let facts: [(name: String, value: JSON)]
    package let findings: [String]
    /// What is said where nothing is found.
    package let intact: String
    /// And where something is.
    package let flawed: String
    /// Who stands for it, where that is not the anchors' to say.
    private let attested: String?
    /// What others vouch for.
    package let anchors: AnchorStanding

    /// Findings of the anchors are added to `findings`.
    package init(
        subject: String, facts: [(name: String, value: JSON)], findings: [String], intact: String = "intact", flawed: String = "integrity broken",
        attested: String? = nil, anchors: AnchorStanding = .none()
    ) {
        self.subject = subject
        self.facts = facts
        self.findings = findings + anchors.findings
        self.intact = intact
        self.attested = attested
        let isUnusable = findings.isEmpty && !anchors.findings.isEmpty && !anchors.isContradiction
        self.flawed = anchors.isContradiction ? "integrity broken" : isUnusable ? "integrity is not claimed: an anchor that you gave cannot be used" : flawed
        self.anchors = anchors
    }

    /// Nothing was changed since it was signed, by keys of which one is not to be believed.
    package static let distrusted = "unchanged, but integrity is not claimed"

    /// Nothing outside of what is verified says when it was signed.
    package static let unanchored = "self-attested, no external anchor"

    package var text: String {
        var lines = facts.map { "\($0.name): \($0.value.text ?? $0.value.canonical)" }
        lines += anchors.text
        lines += findings.map { "found: \($0)" }
        let count = "\(findings.count) finding\(findings.count == 1 ? "" : "s")"
        lines.append("\(subject): \(findings.isEmpty ? "\(intact); \(attested ?? anchors.words)" : "\(flawed), \(count)")")
        return lines.map(\.shown).joined(separator: "\n")
    }

    package var json: JSON {
        var members = Dictionary(facts.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
        members["subject"] = .string(subject)
        members["findings"] = .array(findings.map { .string($0) })
        members.merge(anchors.json) { _, anchor in anchor }
        if let attested { members["anchor"] = .string(attested) }
        return .object(members)
    }

    package func outcome(acceptingUnanchored: Bool) -> Outcome {
        findings.isEmpty ? (acceptingUnanchored || anchors.isWhole ? .done : .unanchored) : .integrityBroken
    }
}
