/// What kind of record a ledger record is; the first byte of its leaf.
package enum RecordRole: UInt8, Sendable, CaseIterable {
    case sheet = 83  // S
    case origin = 79  // O
    case data = 68  // D
    case reject = 82  // R
    case conflict = 67  // C
    /// Bytes and salt are overwritten, the leaf hash is left. Stored as a length of 0; no record begins with this letter.
    case erased = 88  // X
    case anchor = 65  // A

    package var title: String {
        switch self {
        case .sheet: "evidence sheet"
        case .origin: "origin"
        case .data: "record"
        case .reject: "reject"
        case .conflict: "conflict"
        case .erased: "erased record"
        case .anchor: "part of an anchor"
        }
    }
}

/// An artifact as a page or an export shows it. Made by the command line from ledger and index; pages never touch either.
package struct ArtifactView: Sendable {
    package let id: ArtifactID
    package let role: RecordRole
    package let source: SourceID
    /// The stored bytes, after redaction.
    package let bytes: [UInt8]
    package let fidelity: Fidelity
    /// File or repository it came from and its ordinal there, from 1.
    package let originName: String?
    package let ordinal: Int?
    /// The rows that the index derives from it: kind, then (field, value as text, nil where absent) in the kind's order.
    package let rows: [ArtifactRow]
    package let occurredAt: Span?
    package let collectedAt: Instant
    package let sealedAt: Instant?
    /// SHA-256 of the leaf: `0x00 ‖ salt ‖ header line ‖ bytes` (docs/formats/ledger-proofs.md).
    package let leaf: Digest
    package let proof: ArtifactProof?
    /// Why it was rejected or conflicts, if it was or does.
    package let reason: String?

    package init(
        id: ArtifactID, role: RecordRole, source: SourceID, bytes: [UInt8], fidelity: Fidelity, originName: String?, ordinal: Int?,
        rows: [ArtifactRow], occurredAt: Span?, collectedAt: Instant, sealedAt: Instant?, leaf: Digest, proof: ArtifactProof?, reason: String?
    ) {
        self.id = id
        self.role = role
        self.source = source
        self.bytes = bytes
        self.fidelity = fidelity
        self.originName = originName
        self.ordinal = ordinal
        self.rows = rows
        self.occurredAt = occurredAt
        self.collectedAt = collectedAt
        self.sealedAt = sealedAt
        self.leaf = leaf
        self.proof = proof
        self.reason = reason
    }
}

package struct ArtifactRow: Sendable {
    package let kind: KindName
    package let fields: [(name: String, value: String?)]
    package init(kind: KindName, fields: [(name: String, value: String?)]) {
        self.kind = kind
        self.fields = fields
    }
}

/// The path from an artifact's bytes to the signed tree head.
package struct ArtifactProof: Sendable {
    package let salt: [UInt8]
    /// The whole preimage of the leaf after the 0x00: salt, header line, bytes.
    package let preimage: [UInt8]
    /// Index of the record among the pull's records, and their number.
    package let recordIndex: Int
    package let recordCount: Int
    /// Sibling hashes from the leaf up to the pull's records root.
    package let recordPath: [Digest]
    package let recordsRoot: Digest
    /// The pull's entry, verbatim; it names the records root.
    package let entry: [UInt8]
    package let entryIndex: Int
    /// The entry's C2SP tlog-proof against the checkpoint, as text.
    package let tlogProof: String
    package init(
        salt: [UInt8], preimage: [UInt8], recordIndex: Int, recordCount: Int, recordPath: [Digest], recordsRoot: Digest, entry: [UInt8],
        entryIndex: Int, tlogProof: String
    ) {
        self.salt = salt
        self.preimage = preimage
        self.recordIndex = recordIndex
        self.recordCount = recordCount
        self.recordPath = recordPath
        self.recordsRoot = recordsRoot
        self.entry = entry
        self.entryIndex = entryIndex
        self.tlogProof = tlogProof
    }
}

/// A source as its page shows it.
package struct SourceView: Sendable {
    package let definition: SourceDefinition
    package let pulls: [PullView]
    /// For each kind it yields: merged spans that are proved covered, sorted, within the period.
    package let coverage: [(kind: KindName, covered: [Window])]
    /// Per local day of the period: records that occurred on it.
    package let recordsPerDay: [(day: Day, records: Int)]
    /// Rejects and conflicts that its page lists, newest pull first; there may be more.
    package let rejects: [ArtifactID]
    /// In order of the records.
    package let erasures: [ErasureView]
    /// Of a state source: at how many instants it was seen and how far they lie apart, a sentence for each kind.
    package let snapshots: [String]
    package let changes: StateChanges
    /// With which others it was held against.
    package let reconciliations: [ReconciliationResult]
    package init(
        definition: SourceDefinition, pulls: [PullView], coverage: [(kind: KindName, covered: [Window])],
        recordsPerDay: [(day: Day, records: Int)], rejects: [ArtifactID], erasures: [ErasureView] = [], snapshots: [String] = [],
        changes: StateChanges = .none, reconciliations: [ReconciliationResult] = []
    ) {
        self.definition = definition
        self.pulls = pulls
        self.coverage = coverage
        self.recordsPerDay = recordsPerDay
        self.rejects = rejects
        self.erasures = erasures
        self.snapshots = snapshots
        self.changes = changes
        self.reconciliations = reconciliations
    }
}

/// A pull as pages show it: its evidence sheet's facts.
package struct PullView: Sendable {
    package let entry: Int
    package let source: SourceID
    package let outcome: PullOutcome
    package let startedAt: Instant
    package let sealedAt: Instant?
    package let recordsIn: Int
    package let kept: Int
    package let duplicates: Int
    package let conflicts: Int
    package let rejects: Int
    /// Records that were erased before and came again: counted, not stored.
    package let erased: Int
    package let redactions: [(rule: String, count: Int)]
    package let firstEvent: Instant?
    package let lastEvent: Instant?
    package let problems: [String]
    package let query: String
    /// What a server said besides records: pages, why the last was the last, name, clock. Nil where none was asked.
    package let exchange: String?
    package let root: Digest
    package init(
        entry: Int, source: SourceID, outcome: PullOutcome, startedAt: Instant, sealedAt: Instant?, recordsIn: Int, kept: Int,
        duplicates: Int, conflicts: Int, rejects: Int, erased: Int = 0, redactions: [(rule: String, count: Int)], firstEvent: Instant?, lastEvent: Instant?,
        problems: [String], query: String, exchange: String? = nil, root: Digest
    ) {
        self.entry = entry
        self.source = source
        self.outcome = outcome
        self.startedAt = startedAt
        self.sealedAt = sealedAt
        self.recordsIn = recordsIn
        self.kept = kept
        self.duplicates = duplicates
        self.conflicts = conflicts
        self.rejects = rejects
        self.erased = erased
        self.redactions = redactions
        self.firstEvent = firstEvent
        self.lastEvent = lastEvent
        self.problems = problems
        self.query = query
        self.exchange = exchange
        self.root = root
    }
}
