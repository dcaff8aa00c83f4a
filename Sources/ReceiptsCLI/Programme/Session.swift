import Archive
import Assessment
import Controls
import Evidence
import Ledger
import SQLite
import Seal

/// A programme assessed over one period, as known at one sealed head: what `assess`, `gap`, `publish` and `status` start from.
struct Session {
    let folder: ProgrammeFolder
    let store: Store
    let period: Period
    let head: PinnedHead
    let coverage: Coverage
    let engine: Engine
    let anchors: PublishedAnchors
    /// A connection of its own, read-only: control authors' SQL runs here.
    let index: Database

    /// `archived`: the folder of anchors of an archive, whose ledger ends at its head; nil to take the ledger's own.
    init(_ folder: ProgrammeFolder, _ store: Store, period: Period, archived: String? = nil) throws {
        self.folder = folder
        self.store = store
        self.period = period
        try store.catchUp()
        head = try PinnedHead(store)
        anchors = try archived.map { try PublishedAnchors(archived: $0) } ?? PublishedAnchors(store, head: head)
        index = try Database(path: IndexFile.path(in: folder.ledgerFolder), access: .readOnly)
        try index.run("PRAGMA cache_size = -24000")
        coverage = try Coverage.read(
            index, sources: folder.sources, kinds: folder.catalogue.kinds, reconciliations: folder.programme.reconciliations, period: period.window)
        engine = try Engine(
            index, catalogue: folder.catalogue, coverage: coverage, period: period, asOf: head.sealedAt,
            history: try WordingHistory(folder, store).files(below: head.size))
    }

    /// The newest instant of what is published of this state, by our clock: the head's own, or when the last anchor was entered. Whatever signs it signs then or
    /// later; no clock of the publication is in it, so that the same state gives the same bytes. In the time of the key that signs: a change of keys moves
    /// the head, and nothing behind the head is one.
    var signedAt: Instant { anchors.anchors.map { $0.stored.anchor.at }.reduce(head.signedAt, max) }

    /// Who signs what is published of this state.
    func signer() throws -> Signer { try folder.keys.signer(for: head.keys.current.key) }

    /// Of the key that signed the head. What is published of it is signed by the key in force after it, which is the same unless the head ends with a
    /// handover.
    func verifierKey() throws -> VerifierKey {
        try VerifierKey(name: store.ledger.genesis.origin, key: head.keys.tenure(signing: head.size).key)
    }

    /// What lies below `keys/` in a portal and in an archive.
    func keyFiles() throws -> [KeyFiles.File] {
        let namespaces = [SignatureNamespace.container, SignatureNamespace.tagManifest, SignatureNamespace.site]
        return try KeyFiles(store.ledger, history: head.keys, head: (head.size, head.note), namespaces: namespaces).files
    }

    func keyViews() -> [SealView.Key] {
        head.keys.tenures.map { tenure in
            SealView.Key(
                fingerprint: tenure.key.fingerprint, entry: tenure.entry, from: tenure.from, until: tenure.end?.at, revokedSince: tenure.revocation?.since,
                reason: tenure.revocation?.reason)
        }
    }

    /// Empty where no source yields a directory.
    func staffDirectory() throws -> StaffDirectory {
        guard folder.catalogue.kind(KindName(trusted: "person_account")) != nil else { return .none }
        let rows = try index.prepare(
            "SELECT account, person FROM person_account WHERE artifact < ? GROUP BY 1, 2 ORDER BY account, min(coalesce(from_at, 0)), person")
        rows.bind(1, ArtifactID(entry: head.size, record: 0).packed)
        var holders: [(account: String, person: String)] = []
        while try rows.step() { if let account = rows.textIfAny(0), let person = rows.textIfAny(1) { holders.append((account, person)) } }
        return StaffDirectory(holders)
    }

    func gap(_ assessment: AssessmentResult) throws -> GapReport {
        try GapBuilder(catalogue: folder.catalogue, programme: folder.programme, index: index, coverage: coverage).report(assessment)
    }
}

/// The newest checkpoint that covers evidence or a change of keys: seals and anchors only speak of earlier heads and are left out, so that publishing
/// again sees the same state, and an anchor's own checkpoint does not ask for another anchor.
struct PinnedHead {
    let size: Int
    let root: Digest32
    let note: [UInt8]
    /// When the run that it covers last was sealed.
    let sealedAt: Instant
    /// When it was signed, by our clock: `sealedAt`, or the change of keys that it ends with.
    let signedAt: Instant
    let keys: KeyHistory

    init(_ store: Store) throws {
        var isEvidence: [Bool] = []
        var lastRun: (entry: Int, at: Instant)?
        var runs: [Int: Instant] = [:]
        var changes: [(entry: Int, at: Instant)] = []
        try store.ledger.forEachEntry { seq, bytes in
            let entry = LedgerEntry(bytes)
            if case .run(let at, _, _)? = entry {
                lastRun = (seq, at)
                runs[seq] = at
            } else {
                if case .key(let change)? = entry { changes.append((seq, change.at)) }
                if case .revocation(let revocation)? = entry { changes.append((seq, revocation.at)) }
            }
            isEvidence.append(entry?.isEvidence ?? true)
        }
        let verifier = try CheckpointVerifier(store.ledger)
        let checkpoint = try store.ledger.checkpoints().last { $0.size > 0 && $0.size <= isEvidence.count && isEvidence[$0.size - 1] }
        guard let checkpoint, lastRun != nil else {
            throw CommandError(.badInput, "nothing is sealed yet", hint: "run 'receipts collect' first")
        }
        guard let head = verifier.open(checkpoint.note) else {
            throw LedgerError.damaged(nil, reason: "the checkpoint of size \(checkpoint.size) does not verify under the ledger's key")
        }
        size = head.size
        root = head.root
        note = checkpoint.note
        sealedAt = runs.filter { $0.key < head.size }.max { $0.key < $1.key }?.value ?? store.ledger.genesis.at
        keys = try KeyHistory(store.ledger, below: head.size)
        signedAt = changes.last { $0.entry < checkpoint.size }.map { [sealedAt] in max(sealedAt, $0.at) } ?? sealedAt
    }

    /// Every publication so far, in order: where its seal lies, and the size of the head that it was made from.
    static func publications(_ ledger: LedgerFile) throws -> [(entry: Int, seal: LedgerEntry.Seal, size: Int)] {
        let signed = Set(try ledger.checkpoints().map(\.size))
        var pinned = 0
        var found: [(Int, LedgerEntry.Seal, Int)] = []
        try ledger.forEachEntry { seq, bytes in
            let entry = LedgerEntry(bytes)
            if case .seal(let seal)? = entry {
                found.append((seq, seal, pinned))
            } else if entry?.isEvidence ?? true, signed.contains(seq + 1) {
                pinned = seq + 1
            }
        }
        return found
    }
}
