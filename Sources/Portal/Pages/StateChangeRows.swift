import Evidence

/// On a state source's page: what its snapshots show otherwise than the ones before them.
enum StateChangeRows {
    private static let row = Shape("a change", text: ["object", "what", "earliest", "latest", "before", "before_href", "after", "after_href"])
    static let shape = Shape("changes", text: ["count", "listed"], lists: [("rows", row)])

    static func fill(_ values: inout PageValues, _ source: SourceView, _ shown: ShownArtifacts) {
        guard source.definition.reads == .state else { return }
        values.add("changes") { values in
            values.set("count", source.changes.count)
            values.set("listed", source.changes.listed.count)
            for change in source.changes.listed {
                values.add("rows") {
                    $0.set("object", change.object)
                    $0.set("what", change.what + (change.isReconfigured ? ", and so was the source's entry" : ""))
                    $0.set("earliest", change.between.earliest.description)
                    $0.set("latest", change.between.latest.description)
                    for (name, artifact) in [("before", change.before), ("after", change.after)] {
                        $0.set(name, artifact?.description ?? "—")
                        $0.set(name + "_href", artifact.flatMap { shown.contains($0) ? Paths.artifact($0) : nil } ?? "")
                    }
                }
            }
        }
    }
}
