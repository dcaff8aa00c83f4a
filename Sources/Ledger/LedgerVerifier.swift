import Evidence
import SQLite
import Seal

/// Re-derives everything from the hashed bytes: leaves, roots, entries, checkpoints, and every row of the index.
///
/// It proves that nothing changed since sealing, never that a source told the truth.
package struct LedgerVerifier<Decoder: RowDecoder> {
    private let ledger: LedgerFile
    private let index: IndexFile?
    private var decoder: Decoder
    private var result = LedgerVerification()
    private var comparison: IndexComparison?

    /// Without an index only the ledger itself is verified.
    package init(_ ledger: LedgerFile, index: IndexFile?, decoder: Decoder) throws {
        self.ledger = ledger
        self.index = index
        self.decoder = decoder
        comparison = try index.map { try IndexComparison($0) }
    }

    /// `signer` checks the notes; `lastSigned` is the signer's own memory, kept outside the ledger.
    package mutating func verify(signer: CheckpointVerifier, lastSigned: SignedHead?) throws -> LedgerVerification {
        var leaves = CompactRange(begin: 0)
        var roots: [Int: Digest32] = [:]
        let sizes = Set(try ledger.checkpoints().map(\.size) + (lastSigned.map { [$0.size] } ?? []))
        let indexed = try index.map { try $0.nextEntry() } ?? 0
        try ledger.forEachEntry { seq, bytes in
            if seq != result.entries { result.found(LedgerFinding(.entry, "\(result.entries)", "is missing; the next one is \(seq)")) }
            result.entries = seq + 1
            bytes.withUnsafeBytes { leaves.append(TreeHash.leaf($0)) }
            if sizes.contains(leaves.end) { roots[leaves.end] = leaves.root() }
            try verify(entry: seq, bytes, isIndexed: seq < indexed)
        }
        try verifyStraySegments()
        if comparison != nil { try comparison?.finish(indexedEntries: min(indexed, result.entries), into: &result) }
        try verifyCheckpoints(signer, roots, lastSigned)
        return result
    }

    private mutating func verify(entry seq: Int, _ bytes: [UInt8], isIndexed: Bool) throws {
        guard let entry = LedgerEntry(bytes) else {
            result.found(LedgerFinding(.entry, "\(seq)", "is not an entry that this program writes"))
            return
        }
        if case .genesis = entry, seq != 0 { result.found(LedgerFinding(.entry, "\(seq)", "a second genesis")) }
        guard case .pull(let pull) = entry else {
            if isIndexed { try comparison?.expect(entry, seq, into: &result) }
            return
        }
        do {
            try verify(pull, seq, isIndexed: isIndexed)
        } catch LedgerError.damaged(let id, let reason) {
            result.found(LedgerFinding(.segment, id?.description ?? "of entry \(seq)", reason))
        } catch let error as SQLiteError where error.isDamage {
            result.found(LedgerFinding(.segment, "of entry \(seq)", error.message))
        }
    }

    private mutating func verify(_ pull: LedgerEntry.PullEntry, _ seq: Int, isIndexed: Bool) throws {
        var tree = CompactRange(begin: 0)
        let target = isIndexed ? try comparison?.begin(pull, seq) : nil
        try decoder.begin(source: pull.source)
        try ledger.forEachRecord(of: seq) { record in
            tree.append(record.leaf)
            result.records += 1
            if record.role == .origin, let json = try? JSON.parse(record.bytes) { try decoder.origin(json) }
            try target?.expect(record, decoder: &decoder, into: &result)
        }
        if tree.end != pull.count {
            result.found(LedgerFinding(.segment, "of entry \(seq)", "\(tree.end) records lie there, the entry says \(pull.count)"))
        }
        if tree.root().digest != pull.root {
            result.found(LedgerFinding(.record, "of entry \(seq) (source \(pull.source))", "the records, salts or sheet are not those that were sealed"))
        }
        try target?.finish(into: &result)
    }

    /// Segments that no entry speaks for.
    private mutating func verifyStraySegments() throws {
        let stray = try ledger.database.prepare(
            "SELECT DISTINCT entry FROM segment WHERE entry NOT IN (SELECT seq FROM entry WHERE json_extract(CAST(bytes AS TEXT), '$.type') = 'pull') ORDER BY entry"
        )
        while try stray.step() { result.found(LedgerFinding(.segment, "of entry \(stray.int(0))", "belongs to no pull")) }
    }

    private mutating func verifyCheckpoints(_ signer: CheckpointVerifier, _ roots: [Int: Digest32], _ lastSigned: SignedHead?) throws {
        for (size, note) in try ledger.checkpoints() {
            result.checkpoints += 1
            let place = "of size \(size)"
            guard let head = signer.open(note) else {
                result.found(LedgerFinding(.signature, place, "the checkpoint's signature does not verify"))
                continue
            }
            guard head.size == size, let root = roots[size], root == head.root else {
                result.found(LedgerFinding(.checkpoint, place, "signs another tree than the entries form"))
                continue
            }
            result.signedSize = size
            result.root = root.digest
        }
        if result.checkpoints == 0 { result.found(LedgerFinding(.checkpoint, "none", "the ledger was never signed")) }
        guard let lastSigned else { return }
        if lastSigned.size > result.entries {
            result.found(
                LedgerFinding(.signer, "head", "the signer last signed \(lastSigned.size) entries, the ledger has \(result.entries): it was rolled back"))
        } else if roots[lastSigned.size] != lastSigned.root {
            result.found(LedgerFinding(.signer, "head", "the ledger is a fork of what the signer last signed at size \(lastSigned.size)"))
        }
    }
}
