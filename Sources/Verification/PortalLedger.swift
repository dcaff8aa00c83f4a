import Anchors
import Archive
import Evidence
import Ledger
import Seal

/// The signed head that a published folder is pinned to, and the anchors beside it. Its entries are elsewhere: only proofs of artifacts lead to it.
struct PortalLedger {
    private let head: SignedHead
    private let note: KnownNote
    private let signer: CheckpointVerifier
    private let anchors: [PublishedAnchor]
    private(set) var findings: [String] = []

    /// Nil if the folder holds no checkpoint. Throws where a file cannot be read.
    init?(_ folder: String, _ chain: KeyChain?) throws {
        let (checkpoint, verifierKey) = (folder + "/proof/checkpoint.txt", folder + "/proof/verifier-key.txt")
        guard SmallFile.exists(checkpoint), SmallFile.exists(verifierKey),
            let line = try SmallFile.read(verifierKey).split(separator: 10).first, let signer = CheckpointVerifier(chain, else: line),
            let note = KnownNote(try SmallFile.read(checkpoint), signer)
        else { return nil }
        self.signer = signer
        self.note = note
        head = note.head
        let read = PublishedAnchor.read(try SmallFile.all(in: folder + "/anchors"))
        anchors = read.anchors
        findings = read.findings
        for anchor in anchors {
            if let flaw = anchor.flaw(against: head, signer) { findings.append("anchor e\(anchor.stored.entry): \(flaw)") }
        }
    }

    /// What revoked keys signed and nobody is believed to have seen before: of the heads that are here, and of those by which keys were handed over.
    func untrusted(_ trust: Trust, _ standing: AnchorStanding) -> [LedgerFinding] {
        let sizes = anchors.compactMap { KnownNote($0.stored.checkpoint, signer)?.head.size } + signer.keys.changes.map { $0 + 1 } + [head.size]
        return trust.revoked(of: signer.keys) + KeyCheck.untrusted(signer.keys, sizes: Set(sizes), standing.dated)
    }

    /// A folder names nobody itself: without `roots` its anchors are not checked. `log`: its tiles, which hold every earlier head.
    func standing(roots: TrustRoots?, files: [String], log: PublishedLog) throws -> AnchorStanding {
        let notes = anchors.compactMap { KnownNote($0.stored.checkpoint, signer) } + [note]
        var outside = try OutsideAnchors(files: files, signer: signer, notes: notes, roots: roots ?? .none)
        outside.hold(against: head) { size in
            // Without tiles it knows only those that its own anchors show to be of this history.
            log.root(at: size) ?? notes.first { $0.head.size == size }?.head.root
        }
        return AnchorStanding(
            stored: anchors.map(\.stored), outside: outside, roots: roots ?? .none, origin: .reader, wanted: head.size, size: head.size)
    }
}
