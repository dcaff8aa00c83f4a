/// What a snapshot of a state source shows otherwise than the one before.
package struct StateChangeView: Hashable, Sendable {
    /// The source's id of the thing.
    package let object: String
    /// appeared, changed or removed
    package let what: String
    /// The thing's records in the two snapshots; nil where it is in one of them only.
    package let before: ArtifactID?
    package let after: ArtifactID?
    /// When the two were taken: it happened somewhere between, and perhaps more than once.
    package let between: Span
    /// The source was set up otherwise for the second: the change may be of what was asked.
    package let isReconfigured: Bool

    package init(object: String, what: String, before: ArtifactID?, after: ArtifactID?, between: Span, isReconfigured: Bool) {
        self.object = object
        self.what = what
        self.before = before
        self.after = after
        self.between = between
        self.isReconfigured = isReconfigured
    }
}

/// Those of one source within a period, newest first.
package struct StateChanges: Sendable {
    package let count: Int
    /// As many of them as a page lists.
    package let listed: [StateChangeView]

    package static let none = StateChanges(count: 0, listed: [])
    package init(count: Int, listed: [StateChangeView]) {
        self.count = count
        self.listed = listed
    }
}
