/// The anchors of a revision as its pages and its archive show them.
package struct AnchorViews: Sendable {
    /// What they come to, in a clause: `self-attested, no external anchor`, `anchored up to entry 10 at …`.
    package let words: String
    package let bounds: AnchorBounds
    /// In order of entry.
    package let anchors: [AnchorView]

    package init(words: String, bounds: AnchorBounds, anchors: [AnchorView]) {
        self.words = words
        self.bounds = bounds
        self.anchors = anchors
    }
    package static let none = AnchorViews(words: "self-attested, no external anchor", bounds: AnchorBounds([]), anchors: [])
}

package struct AnchorView: Sendable {
    package let entry: Int
    package let kind: AnchorKind
    package let by: String
    /// Entries that it covers.
    package let size: Int
    /// As it says; of a held checkpoint our clock when it was imported.
    package let time: Span
    /// Whether it was found valid, or why it was not checked.
    package let state: String
    /// What it is checked with: names in the folder of anchors, and bytes.
    package let files: [(name: String, bytes: [UInt8])]

    package init(entry: Int, kind: AnchorKind, by: String, size: Int, time: Span, state: String, files: [(name: String, bytes: [UInt8])]) {
        self.entry = entry
        self.kind = kind
        self.by = by
        self.size = size
        self.time = time
        self.state = state
        self.files = files
    }
}
