import Evidence

/// The list of everything that has a page of its own.
enum ArtifactsPage {
    private static let row = Shape("an artifact", text: ["id", "href", "controls", "items"])
    static let rowLimit = 500
    static let shape = Shape(
        page: "the evidence list", text: ["total", "omitted", "limit", "operated_limit", "row_limit"], flags: ["rows_cut"], lists: [("rows", row)])

    static func write<W: PageWriter>(_ shown: ShownArtifacts, _ press: inout Press<W>) throws {
        let ids = shown.sorted
        let head = PageHead("artifacts.html", title: "Evidence", heading: "\(Words.count(ids.count, "artifact")) shown with bytes and proof")
        try press.page(.artifacts, head) { values in
            values.set("total", ids.count)
            values.set("omitted", shown.omitted == 0 ? "" : String(shown.omitted))
            values.set("limit", ShownArtifacts.limit)
            values.set("operated_limit", ShownArtifacts.operatedPerControl)
            values.set("row_limit", rowLimit)
            values.flag("rows_cut", ids.count > rowLimit)
            for id in ids.prefix(rowLimit) {
                let uses = shown.uses[id] ?? []
                values.add("rows") {
                    $0.set("id", id.description)
                    $0.set("href", Paths.artifact(id))
                    $0.set("controls", Set(uses.map(\.control)).sorted().map(\.text).joined(separator: ", "))
                    $0.set("items", uses.isEmpty ? (id.record == 0 ? "evidence sheet of a pull" : "entered by management") : Words.count(uses.count, "item"))
                }
            }
        }
    }
}
