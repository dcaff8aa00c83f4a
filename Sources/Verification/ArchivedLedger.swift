import Anchors
import Archive
import Evidence
import Ledger
import Seal

/// The ledger's slice in a period's archive: whether entries, records and anchors are those that its signed head is of.
struct ArchivedLedger {
    private let entries: [[UInt8]]
    private let head: SignedHead
    private let signer: CheckpointVerifier
    private let notes: [KnownNote]
    private let anchors: [PublishedAnchor]
    private(set) var findings: [String] = []

    static let folder = "data/anchors/"
    private static let checkpoint = "data/checkpoint"
    private static let verifierKey = "data/verifier_key"
    private static let entryLines = "data/ledger/entries.jsonl"
    private static let checkpoints = "data/ledger/checkpoints"
    static let kept: Set = [checkpoint, verifierKey, entryLines, checkpoints]

    /// Nil if the archive brings no ledger. `records`: of each entry, as they lie there.
    init?(_ report: ArchiveReport, _ chain: KeyChain?, records: [Int: ArchivedRecords]) {
        guard let note = report.kept[ArchivedLedger.checkpoint], let lines = report.kept[ArchivedLedger.entryLines],
            let line = report.kept[ArchivedLedger.verifierKey]?.split(separator: 10).first
        else { return nil }
        entries = lines.split(separator: 10).map { Array($0) }
        guard let signer = CheckpointVerifier(chain, else: line), let head = signer.open(note) else { return nil }
        self.signer = signer
        self.head = head
        let earlier = ArchivedLedger.notes(report.kept[ArchivedLedger.checkpoints] ?? [])
        notes = (earlier + [note]).compactMap { KnownNote($0, signer) }
        let folder = report.kept.filter { $0.key.hasPrefix(ArchivedLedger.folder) }
        let read = PublishedAnchor.read(
            Dictionary(uniqueKeysWithValues: folder.map { (String($0.key.dropFirst(ArchivedLedger.folder.count)), $0.value) }))
        anchors = read.anchors
        findings = read.findings
        if notes.count != earlier.count + 1 { findings.append("a checkpoint among the earlier ones is not signed by the log's key") }
        verifyEntries()
        verify(records)
        for anchor in anchors {
            if let flaw = anchor.flaw(against: head, signer) { findings.append("anchor e\(anchor.stored.entry): \(flaw)") }
        }
    }

    /// Notes of five lines each, one after the other.
    private static func notes(_ bytes: [UInt8]) -> [[UInt8]] {
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast()
        return stride(from: lines.startIndex, to: lines.endIndex, by: 5).map { start in
            Array(lines[start..<min(start + 5, lines.endIndex)].map { Array($0) + [10] }.joined())
        }
    }

    private mutating func verifyEntries() {
        var tree = CompactRange(begin: 0)
        let sizes = Set(notes.map(\.head.size))
        var roots: [Int: Digest32] = [:]
        for bytes in entries {
            tree.append(TreeHash.leaf(bytes))
            if sizes.contains(tree.end) { roots[tree.end] = tree.root() }
        }
        guard tree.end == head.size, tree.root() == head.root else {
            return findings.append("the \(entries.count) entries do not form the tree of \(head.size) that the checkpoint signs")
        }
        for note in notes where roots[note.head.size] != note.head.root {
            findings.append("the checkpoint of size \(note.head.size) signs another tree than the entries form")
        }
        guard let first = entries.first, case .genesis(let genesis)? = LedgerEntry(first), genesis.origin == signer.origin,
            (try? PublicKey(sshLine: genesis.publicKey)) == signer.keys.tenures.first?.key
        else { return findings.append("the first entry names another log or key than the checkpoint") }
    }

    private mutating func verify(_ records: [Int: ArchivedRecords]) {
        for (seq, bytes) in entries.enumerated() {
            let wanted: (count: Int, root: Digest)
            switch LedgerEntry(bytes) {
            case .pull(let pull)?: wanted = (pull.count, pull.root)
            case .anchor(let anchor)?: wanted = (anchor.count, anchor.root)
            case .genesis?, .run?, .seal?, .key?, .revocation?, .erasure?: continue
            case nil:
                findings.append("entry \(seq) is not an entry that this program writes")
                continue
            }
            guard let found = records[seq] else {
                findings.append("the records of entry \(seq) are missing")
                continue
            }
            guard found.count == wanted.count, found.root?.digest == wanted.root else {
                findings.append("the records of entry \(seq) are not those that were sealed")
                continue
            }
        }
    }

    // MARK: Keys and anchors

    /// What revoked keys signed and nobody is believed to have seen before.
    func untrusted(_ trust: Trust, _ standing: AnchorStanding) -> [LedgerFinding] {
        trust.revoked(of: signer.keys) + KeyCheck.untrusted(signer.keys, sizes: Set(notes.map(\.head.size)), standing.dated)
    }

    /// `given`: whom the reader believes; nil to fall back on whom the archive itself names.
    func standing(given: TrustRoots?, own: TrustRoots, files: [String]) throws -> AnchorStanding {
        let roots = given ?? own
        let known = notes + anchors.compactMap { KnownNote($0.stored.checkpoint, signer) }
        var outside = try OutsideAnchors(files: files, signer: signer, notes: known, roots: roots)
        outside.hold(against: SignedHead(size: head.size, root: head.root)) { size in
            var tree = CompactRange(begin: 0)
            for bytes in entries.prefix(size) { tree.append(TreeHash.leaf(bytes)) }
            return tree.root()
        }
        let read = entries.map { LedgerEntry($0) }
        var genesis: LedgerEntry.Genesis?
        if case .genesis(let first)?? = read.first { genesis = first }
        return AnchorStanding(
            stored: anchors.map(\.stored), outside: outside, roots: roots, origin: given == nil ? .subject : .reader, wanted: head.size, size: head.size,
            clock: EntryClock(genesis, times: read.map(EntryClock.time)))
    }
}
