import Assessment
import Controls
import Evidence

/// What persons decided and stated, beside what was found.
enum DecisionRows {
    private static let remark = Shape("a remark", text: ["name", "value", "href"])
    static let shape = Shape(
        "a decision", text: ["id", "href", "about", "exception", "decision", "by", "at", "reason", "found", "proposed", "standing"], flags: ["lapsed"],
        lists: [("remarks", remark)])
    static let attestation = Shape("an attestation", text: ["id", "href", "by", "at", "says"])

    /// `item`: answers for a key with the item as it is found now.
    static func add(
        _ values: inout PageValues, _ decision: Decision, _ result: ControlResult, _ shown: ShownArtifacts, _ edition: Edition, _ around: Surroundings,
        item: (String) -> ItemResult?
    ) {
        let about = decision.item.flatMap(item)
        let standing = DecisionStanding(decision, result, item: about)
        values.add("decisions") {
            $0.set("id", decision.id.description)
            $0.set("href", shown.contains(decision.id) ? Paths.artifact(decision.id) : "")
            $0.set("about", decision.item.map { around.directory.named(about?.keyText ?? $0) } ?? "the control")
            $0.set("exception", decision.exception ?? "")
            $0.set("decision", decision.word.title)
            $0.set("by", decision.by)
            $0.set("at", decision.at.description)
            $0.set("reason", decision.reason)
            $0.set("found", decision.found.replacing("_", with: " "))
            $0.set("proposed", decision.proposed?.replacing("-", with: " ") ?? "")
            $0.set("standing", standing.title)
            $0.flag("lapsed", standing != .stands)
            for (name, value) in decision.remarks.values {
                $0.add("remarks") {
                    $0.set("name", name.replacing("_", with: " "))
                    // What is said to make up for a deviation may deviate itself.
                    let other = name == "compensating_control" ? edition.assessment.controls.last { $0.control.id == decision.remarks.compensating } : nil
                    $0.set("value", other.map { "\(value), found: \($0.verdict.title)" } ?? value)
                    $0.set("href", other.map { Paths.control($0.control.id) } ?? "")
                }
            }
        }
    }

    static func add(_ values: inout PageValues, _ attestation: Attestation, _ shown: ShownArtifacts) {
        values.add("attestations") {
            $0.set("id", attestation.id.description)
            $0.set("href", shown.contains(attestation.id) ? Paths.artifact(attestation.id) : "")
            $0.set("by", attestation.by)
            $0.set("at", attestation.at.description)
            $0.set("says", attestation.says)
        }
    }
}
