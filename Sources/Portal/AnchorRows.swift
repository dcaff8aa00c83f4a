import Evidence

/// Anchors and the bounds that they give, as rows and words.
enum AnchorRows {
    private static let file = Shape("a file of an anchor", text: ["name", "href"])
    static let anchor = Shape("an anchor", text: ["id", "kind", "by", "size", "time", "state", "token"], flags: ["independent"], lists: [("files", file)])
    static let run = Shape("a run of entries", text: ["entries", "not_before", "not_after"])

    static func add(_ values: inout PageValues, _ views: AnchorViews, size: Int) {
        for view in views.anchors {
            values.add("anchors") { row in
                row.set("id", "e\(view.entry)")
                row.set("kind", view.kind.title)
                row.set("by", view.by)
                row.set("size", view.size)
                row.set("time", Words.span(view.time))
                row.set("state", view.state)
                row.set("token", view.kind == .timestamp ? Paths.anchorFile("e\(view.entry)") : "")
                row.flag("independent", view.kind.isIndependent)
                for (name, _) in view.files {
                    row.add("files") {
                        $0.set("name", name)
                        $0.set("href", Paths.anchorFile(name))
                    }
                }
            }
        }
        guard !views.anchors.isEmpty else { return }
        for (entries, bounds) in views.bounds.runs(of: size) {
            let last = entries.upperBound - 1
            values.add("runs") {
                $0.set("entries", entries.count == 1 ? "\(last)" : "\(entries.lowerBound) to \(last)")
                $0.set("not_before", notBefore(bounds))
                $0.set("not_after", notAfter(bounds))
            }
        }
    }

    static func notBefore(_ bounds: TimeBounds) -> String {
        guard let anchor = bounds.notBefore, let time = anchor.time else { return "unknown: the ledger took in no anchor before" }
        return "\(time.earliest), \(named(anchor))"
    }

    static func notAfter(_ bounds: TimeBounds) -> String {
        guard let anchor = bounds.notAfter, let time = anchor.time else { return "unknown: no anchor covers it, so our own clock alone says when" }
        if anchor.kind.isIndependent { return "\(time.latest), \(named(anchor))" }
        // Our own clock dates it, and nobody but the holder can tell: a bound for nobody else.
        return "unknown, unless you are \(anchor.by), who is said to hold checkpoint \(place(anchor)), entered \(time.latest) by our own clock"
    }

    private static func named(_ anchor: Anchored) -> String { "\(anchor.kind.title) \(place(anchor)) by \(anchor.by)" }

    private static func place(_ anchor: Anchored) -> String { anchor.entry.map { "e\($0)" } ?? "" }
}
