import Evidence

/// On a source's page: what of it and of another source of the same events is in one of them only.
enum ReconciliationRows {
    private static let missing = Shape("a missing event", text: ["key", "in", "at", "record", "href"])
    static let shape = Shape(
        "a reconciliation", text: ["id", "other", "by", "compared", "lacks", "other_compared", "other_lacks", "unkeyed", "shown"], flags: ["differs"],
        lists: [("missing", missing)])

    static func fill(_ values: inout PageValues, _ source: SourceID, _ results: [ReconciliationResult], _ shown: ShownArtifacts) {
        for result in results {
            let (own, other) = result.first.side.source == source ? (result.first, result.second) : (result.second, result.first)
            values.add("reconciliations") { values in
                values.set("id", result.reconciliation.id)
                values.set("other", other.side.source.text)
                values.set("by", "\(own.side.kind).\(own.side.key) and \(other.side.kind).\(other.side.key)")
                values.set("compared", own.compared)
                values.set("other_compared", other.compared)
                values.set("lacks", other.missing)
                values.set("other_lacks", own.missing)
                values.set("unkeyed", own.unkeyed + other.unkeyed)
                values.flag("differs", own.missing + other.missing > 0)
                values.set("shown", own.examples.count + other.examples.count)
                for side in [other, own] {
                    for missing in side.examples {
                        values.add("missing") {
                            $0.set("key", missing.key)
                            $0.set("in", side.side.source.text)
                            $0.set("at", missing.at.earliest.description)
                            $0.set("record", missing.artifact.description)
                            $0.set("href", shown.contains(missing.artifact) ? Paths.artifact(missing.artifact) : "")
                        }
                    }
                }
            }
        }
    }
}
