import Assessment
import Controls
import Evidence

/// One row of a population as population, control and exceptions pages show it.
enum ItemRows {
    private static let answer = Shape("an answer", text: ["value"])
    private static let column = Shape("a column", text: ["name", "value"], flags: ["long"])
    private static let link = Shape("an evidence link", text: ["name", "id", "href"])
    private static let question = Shape("a question", text: ["letter", "says", "answer"])
    static let shape = Shape(
        "an item", text: ["ordinal", "anchor", "href", "key", "day", "at", "verdict", "class", "owner", "exception"],
        lists: [("answers", answer), ("columns", column), ("evidence", link), ("failed", question)])

    /// A longer text may be broken into lines; times, ids and numbers are not.
    private static let longest = 44

    static func fill(
        _ row: inout PageValues, _ item: ItemResult, _ control: Control, _ shown: ShownArtifacts, _ around: Surroundings, href: String
    ) {
        row.set("ordinal", item.ordinal)
        row.set("anchor", Paths.anchor(control.id, item.ordinal))
        row.set("href", href)
        row.set("key", around.directory.named(item.keyText))
        row.set("day", around.day(item.at))
        row.set("at", item.at)
        row.set("verdict", item.verdict.title)
        row.set("class", item.verdict.rawValue)
        row.set("owner", control.owner)
        row.set("exception", item.verdict == .deviation ? control.exceptionID(item) : "")
        for answer in item.attributes { row.add("answers") { $0.set("value", Words.answer(answer)) } }
        for column in others(control, item) {
            let value = column.value.map(around.directory.named) ?? "—"
            row.add("columns") {
                $0.set("name", column.name)
                $0.set("value", value)
                $0.flag("long", value.utf8.count > longest)
            }
        }
        for (name, artifact) in item.evidence {
            row.add("evidence") {
                $0.set("name", evidenceName(name))
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

    /// The columns that do not stand in the row already, as its key or its time.
    static func others(_ control: Control, _ item: ItemResult) -> [(name: String, value: String?)] {
        item.columns.filter { !control.population.key.contains($0.name) && $0.name != control.population.at }
    }

    /// `request_artifact` is the request.
    static func evidenceName(_ column: String) -> String {
        (column.hasSuffix("_artifact") ? String(column.dropLast(9)) : column).replacing("_", with: " ")
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
        for column in first.map({ others(control, $0) }) ?? [] {
            values.add("columns") {
                $0.set("name", column.name)
                $0.set("says", column.name)
            }
        }
    }
}
