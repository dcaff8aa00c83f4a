/// The tree head that an earlier revision was pinned to: of the same period, or of the one before.
package struct EarlierHead: Hashable, Sendable {
    package let period: PeriodID
    /// `r2`.
    package let revision: String
    package let size: Int
    package let root: Digest

    package init(period: PeriodID, revision: String, size: Int, root: Digest) {
        self.period = period
        self.revision = revision
        self.size = size
        self.root = root
    }

    /// As `revision.json` lists it; nil for anything else.
    package init?(_ json: JSON) {
        guard let period = json["period"]?.text.flatMap({ PeriodID($0) }), let revision = json["revision"]?.text.flatMap({ PeriodID($0) })?.text,
            let size = json["size"]?.int, size > 0, let root = json["root"]?.text.flatMap({ Hex.decode($0) }), root.count == 32
        else { return nil }
        self.init(period: period, revision: revision, size: size, root: Digest(root))
    }

    package var json: JSON {
        ["period": .string(period.text), "revision": .string(revision), "size": .int(size), "root": .string(root.description)]
    }

    /// The proof that the revision's own head extends this one, in the form of an add-checkpoint request (C2SP tlog-witness).
    package var proofPath: String { "proof/consistency-\(period)-\(revision).txt" }
    /// The text of its checkpoint: origin, size, root; its signed note lies in that revision.
    package var checkpointPath: String { "proof/earlier-\(period)-\(revision).txt" }
}
