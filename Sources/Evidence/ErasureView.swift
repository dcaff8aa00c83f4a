/// An erased record as the page of its source lists it: what its tombstone says.
package struct ErasureView: Sendable {
    package let artifact: ArtifactID
    /// Number of the tombstone's entry.
    package let entry: Int
    /// What it had been read as; none if it was a reject, a conflict or nothing.
    package let kinds: [KindName]
    /// Local days on which it happened; nil if nobody knows.
    package let days: ClosedRange<Day>?
    package let leaf: Digest
    package let at: Instant
    package let reason: String
    package let approver: String

    package init(
        artifact: ArtifactID, entry: Int, kinds: [KindName], days: ClosedRange<Day>?, leaf: Digest, at: Instant, reason: String, approver: String
    ) {
        self.artifact = artifact
        self.entry = entry
        self.kinds = kinds
        self.days = days
        self.leaf = leaf
        self.at = at
        self.reason = reason
        self.approver = approver
    }
}
