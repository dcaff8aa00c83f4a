import Assessment
import Controls
import Evidence

/// One row of a population as population, control and exceptions pages show it.
enum ItemRows {
    private static let cell = Shape("a cell", text: ["value"])
    private static let link = Shape("an evidence link", text: ["name", "id", "href"])
    private static let question = Shape("a question", text: ["letter", "says", "answer"])
    static let shape = Shape(
        "an item", text: ["ordinal", "anchor", "href", "key", "at", "verdict", "class", "owner"],
        lists: [("answers", cell), ("columns", cell), ("evidence", link), ("failed", question)])

    static func fill(_ row: inout PageValues, _ item: ItemResult, _ control: Control, _ shown: ShownArtifacts, href: String) {
        row.set("ordinal", item.ordinal)
        row.set("anchor", Paths.anchor(control.id, item.ordinal))
        row.set("href", href)
        row.set("key", item.keyText)
        row.set("at", item.at)
        row.set("verdict", item.verdict.title)
        row.set("class", item.verdict.rawValue)
        row.set("owner", control.owner)
        for answer in item.attributes { row.add("answers") { $0.set("value", Words.answer(answer)) } }
        for column in item.columns { row.add("columns") { $0.set("value", column.value ?? "—") } }
        for (name, artifact) in item.evidence {
            row.add("evidence") {
                $0.set("name", name)
                $0.set("id", artifact.description)
                $0.set("href", shown.contains(artifact) ? Paths.artifact(artifact) : "")
            }
        }
        guard item.verdict == .deviation || item.verdict == .insufficientEvidence else { return }
        for (attribute, answer) in zip(control.attributes, item.attributes) where answer != true {
            row.add("failed") {
                $0.set("letter", attribute.letter)
                $0.set("says", attribute.says)
                $0.set("answer", Words.answer(answer))
            }
        }
    }

    /// Names of the columns, for the head of a table.
    static let head = Shape("a column head", text: ["name", "says"])
    static func fillHead(_ values: inout PageValues, _ control: Control, _ first: ItemResult?) {
        for attribute in control.attributes {
            values.add("questions") {
                $0.set("name", attribute.letter)
                $0.set("says", attribute.says)
            }
        }
        for column in first?.columns ?? [] {
            values.add("columns") {
                $0.set("name", column.name)
                $0.set("says", column.name)
            }
        }
    }
}
