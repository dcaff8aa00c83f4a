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
    package let anchors: AnchorViews
    /// Resolves accounts on pages; exports hold the bare pseudonym.
    package let directory: StaffDirectory
    /// What management entered below the head: samples, decisions, attestations.
    package let management: Statements
    /// `r2`, or `draft`.
    package let revision: String
    package let previousRevision: String?
    /// From the ledger's first entry: every page says so.
    package let isSimulated: Bool
    package let toolVersion: String

    package init(
        programme: Programme, catalogue: Catalogue, assessment: AssessmentResult, gap: GapReport, sources: [SourceView], seal: SealView,
        anchors: AnchorViews = .none, directory: StaffDirectory = .none, management: Statements = .none, revision: String, previousRevision: String?,
        isSimulated: Bool, toolVersion: String
    ) {
        self.programme = programme
        self.catalogue = catalogue
        self.assessment = assessment
        self.gap = gap
        self.sources = sources
        self.seal = seal
        self.anchors = anchors
        self.directory = directory
        self.management = management
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
    /// The OpenSSH public key line of the key in force, and `allowed_signers` for all.
    package let publicKey: String
    package let allowedSigners: String
    /// Oldest first.
    package let keys: [Key]
    /// What lies below `keys/`, sorted by name.
    package let files: [File]
    package let sealedAt: Instant
    /// The newest instant of what is signed, by our clock: the signatures were made then or later. And the same as ssh-keygen's `verify-time`.
    package let signedAt: Instant
    package let verifyTime: String
    /// Heads of earlier revisions that this one is proved to extend: of the same period, then of the period before.
    package let earlier: [EarlierHead]

    package struct Key: Sendable {
        package let fingerprint: String
        /// The ledger's entry that names it.
        package let entry: Int
        package let from: Instant
        package let until: Instant?
        package let revokedSince: Instant?
        package let reason: String?
        package init(fingerprint: String, entry: Int, from: Instant, until: Instant?, revokedSince: Instant?, reason: String?) {
            self.fingerprint = fingerprint
            self.entry = entry
            self.from = from
            self.until = until
            self.revokedSince = revokedSince
            self.reason = reason
        }
    }

    package struct File: Sendable {
        package let name: String
        package let bytes: [UInt8]
        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    package init(
        origin: String, size: Int, root: Digest, checkpoint: String, verifierKey: String, publicKey: String, allowedSigners: String, keys: [Key],
        files: [File], sealedAt: Instant, signedAt: Instant, verifyTime: String, earlier: [EarlierHead] = []
    ) {
        self.origin = origin
        self.size = size
        self.root = root
        self.checkpoint = checkpoint
        self.verifierKey = verifierKey
        self.publicKey = publicKey
        self.allowedSigners = allowedSigners
        self.keys = keys
        self.files = files
        self.sealedAt = sealedAt
        self.signedAt = signedAt
        self.verifyTime = verifyTime
        self.earlier = earlier
    }
}
