import Controls
import Evidence

/// Everything that one revision says, as values: what Portal and Exports are given. The same edition renders to the same bytes.
package struct Edition: Sendable {
    package let programme: Programme
    package let catalogue: Catalogue
    package let assessment: AssessmentResult
    package let gap: GapReport
    /// Sorted by id.
    package let sources: [SourceView]
    package let seal: SealView
    /// Resolves accounts on pages; exports hold the bare pseudonym.
    package let directory: StaffDirectory
    /// `r2`, or `draft`.
    package let revision: String
    package let previousRevision: String?
    /// From the ledger's first entry: every page says so.
    package let isSimulated: Bool
    package let toolVersion: String

    package init(
        programme: Programme, catalogue: Catalogue, assessment: AssessmentResult, gap: GapReport, sources: [SourceView], seal: SealView,
        directory: StaffDirectory = .none, revision: String, previousRevision: String?, isSimulated: Bool, toolVersion: String
    ) {
        self.programme = programme
        self.catalogue = catalogue
        self.assessment = assessment
        self.gap = gap
        self.sources = sources
        self.seal = seal
        self.directory = directory
        self.revision = revision
        self.previousRevision = previousRevision
        self.isSimulated = isSimulated
        self.toolVersion = toolVersion
    }
}

/// The signed tree head that an edition is pinned to, and the keys to check it with.
package struct SealView: Sendable {
    package let origin: String
    package let size: Int
    package let root: Digest
    /// The whole signed note.
    package let checkpoint: String
    /// The C2SP verifier key line.
    package let verifierKey: String
    /// The OpenSSH public key line, and the `allowed_signers` line for it.
    package let publicKey: String
    package let allowedSigners: String
    package let sealedAt: Instant
    /// Heads of earlier revisions that this one is proved to extend: of the same period, then of the period before.
    package let earlier: [EarlierHead]
    package init(
        origin: String, size: Int, root: Digest, checkpoint: String, verifierKey: String, publicKey: String, allowedSigners: String,
        sealedAt: Instant, earlier: [EarlierHead] = []
    ) {
        self.origin = origin
        self.size = size
        self.root = root
        self.checkpoint = checkpoint
        self.verifierKey = verifierKey
        self.publicKey = publicKey
        self.allowedSigners = allowedSigners
        self.sealedAt = sealedAt
        self.earlier = earlier
    }
}
