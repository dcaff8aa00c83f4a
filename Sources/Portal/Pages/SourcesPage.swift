import Evidence

/// Every configured source and how its latest pull ended.
enum SourcesPage {
    private static let row = Shape(
        "a source", text: ["id", "title", "href", "owner", "connector", "kinds", "pulls", "failed", "latest", "outcome", "class", "rejects", "covered"])
    static let shape = Shape(page: "the source list", lists: [("sources", row)])

    static func write<W: PageWriter>(_ press: inout Press<W>) throws {
        let edition = press.edition
        let pulls = edition.sources.reduce(0) { $0 + $1.pulls.count }
        // The control files, and what management entered, are no source of receipts.yaml.
        let own = edition.sources.count - edition.programme.sources.count
        let sources = Words.count(edition.programme.sources.count, "source") + (own > 0 ? " and \(own) of the programme's own" : "")
        let failed = edition.sources.reduce(0) { $0 + $1.pulls.count { SourcePage.isTrouble($0.outcome) } }
        let head = PageHead(
            "sources/index.html", title: "Sources",
            heading: "\(sources), \(Words.count(pulls, "pull")), \(failed) of them failed, partial or interrupted")
        try press.page(.sources, head) { values in
            for source in edition.sources {
                let latest = source.pulls.max { $0.entry < $1.entry }
                let definition = source.definition
                values.add("sources") {
                    $0.set("id", definition.id.text)
                    $0.set("title", definition.title)
                    $0.set("href", Paths.source(definition.id))
                    $0.set("owner", definition.owner)
                    $0.set("connector", definition.connector.name)
                    $0.set("kinds", definition.yields.map(\.kind.text).joined(separator: ", "))
                    $0.set("pulls", source.pulls.count)
                    $0.set("failed", source.pulls.count { SourcePage.isTrouble($0.outcome) })
                    $0.set("latest", latest?.startedAt.description ?? "never")
                    $0.set("outcome", latest?.outcome.rawValue ?? "never pulled")
                    $0.set("class", latest?.outcome.rawValue ?? "failed")
                    $0.set("rejects", source.pulls.reduce(0) { $0 + $1.rejects })
                    $0.set("covered", Coverage(source, edition.assessment).summary)
                }
            }
        }
    }
}
