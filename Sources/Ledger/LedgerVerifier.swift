import Evidence
import SQLite
import Seal

/// Re-derives everything from the hashed bytes: leaves, roots, entries, checkpoints, and every row of the index.
///
/// It proves that nothing changed since sealing, never that a source told the truth. What the file itself does wrong, down to SQLite's
/// pages, is a finding; only a failing machine is an error.
package struct LedgerVerifier<Decoder: RowDecoder> {
    private let ledger: LedgerFile
    private let index: IndexFile?
    private var decoder: Decoder
    private var result = LedgerVerification()
    private var comparison: IndexComparison?
    private var indexed = 0
    private var pullSources: [Int: SourceID] = [:]
    /// Leaf hashes of records without bytes, for which no tombstone was met yet, and of those for which one was.
    private var erased: [ArtifactID: Digest32] = [:]
    private var entombed: Set<ArtifactID> = []
    /// Entries that records lie beside.
    private var filled: Set<Int> = []
    /// Tree sizes that were signed when the program went on.
    private var signedSizes: [Int] = []

    /// Without an index only the ledger itself is verified.
    package init(_ ledger: LedgerFile, index: IndexFile?, decoder: Decoder) {
        self.ledger = ledger
        self.index = index
        self.decoder = decoder
    }

    /// `signer` checks the notes; `lastSigned` is the signer's own memory, kept outside the ledger, and `outside` are heads that others hold.
    /// A ledger that an archive brought has only its last checkpoint and those by which keys vouched for changes. `anchored`: heads of which
    /// somebody else says when they were there.
    package mutating func verify(
        signer: CheckpointVerifier, lastSigned: SignedHead?, outside: [OutsideHead] = [], hasAllCheckpoints: Bool = true, anchored: [AnchoredHead] = []
    ) throws -> LedgerVerification {
        do { try openIndex() } catch { try lose(index: error) }
        do { try verifyFile() } catch { try note(error, .file, "ledger.sqlite") }
        var heads: [Int: Digest32] = [:]
        do { heads = try signedHeads(signer) } catch { try note(error, .checkpoint, "table") }
        var vouched = VouchedHeads(signer, outside: outside)
        do { try vouched.read(ledger) } catch { try note(error, .anchor, "entries") }
        let roots = try walk(Set(heads.keys).union(vouched.sizes).union(lastSigned.map { [$0.size] } ?? []))
        for id in erased.keys.sorted() where !result.isCut {
            result.found(LedgerFinding(.record, "\(id)", "its bytes are overwritten, and no tombstone says why"))
        }
        if !result.isCut { do { try verifyStraySegments() } catch { try note(error, .segment, "table") } }
        do { _ = try ledger.openPulls() } catch { try note(error, .file, "open_pull") }
        do { try compareSeen() } catch { try lose(index: error) }
        do { try comparison?.finish(into: &result) } catch { try lose(index: error) }
        verify(heads, roots)
        let believed = heads.filter { roots[$0.key] == $0.value }
        for finding in KeyCheck(keys: signer.keys, heads: believed, entries: result.entries, anchored: anchored).findings { result.found(finding) }
        if hasAllCheckpoints { verifyNoneIsMissing(heads) }
        if let lastSigned { verify(lastSigned, roots) }
        for finding in vouched.findings(roots, entries: result.entries, isCut: result.isCut) { result.found(finding) }
        return result
    }

    private mutating func openIndex() throws {
        guard let index else { return }
        comparison = try IndexComparison(index)
        indexed = try index.nextEntry()
    }

    private mutating func compareSeen() throws {
        guard let comparison, try !comparison.holdsWhatIsSeen() else { return }
        var lookup = SeenLookup(comparison.index)
        try lookup.examine(ledger, below: indexed, decoder: &decoder, into: &result)
    }

    /// SQLite's own pages are whole, so that the next write harms nothing; the guard rails stand, and nothing stands beside them.
    private mutating func verifyFile() throws {
        let problems = try ledger.database.apart().prepare("PRAGMA integrity_check(20)")
        while try problems.step() {
            let problem = problems.text(0).split(separator: "\n").joined(separator: ": ")
            if problem != "ok" { result.found(LedgerFinding(.file, "ledger.sqlite", problem)) }
        }
        let fresh = try Database(path: ":memory:", access: .create)
        try fresh.run(LedgerFile.schema)
        let (found, wanted) = (Set(try ledger.database.schema()), Set(try fresh.schema()))
        for line in wanted.subtracting(found).sorted() { result.found(LedgerFinding(.schema, name(line), "is missing or was changed")) }
        for line in found.subtracting(wanted).sorted() { result.found(LedgerFinding(.schema, name(line), "does not belong in a ledger")) }
    }

    private func name(_ line: String) -> String { String(line.prefix { $0 != ":" }) }

    // MARK: Entries

    /// Every entry, whatever its number; gives the tree's roots at the sizes wanted.
    private mutating func walk(_ wanted: Set<Int>) throws -> [Int: Digest32] {
        var leaves = CompactRange(begin: 0)
        var roots: [Int: Digest32] = [:]
        do {
            try ledger.forEachEntry(from: .min) { seq, bytes in
                guard seq >= 0, seq < 1 << 31 else { return result.found(LedgerFinding(.entry, "\(seq)", "has a number that no entry has")) }
                if seq != result.entries { result.found(LedgerFinding(.entry, "\(result.entries)", "is missing; the next one is \(seq)")) }
                result.entries = seq + 1
                bytes.withUnsafeBytes { leaves.append(TreeHash.leaf($0)) }
                if wanted.contains(leaves.end) { roots[leaves.end] = leaves.root() }
                try verify(entry: seq, bytes)
            }
        } catch {
            try note(error, .entry, "\(result.entries)")
            result.isCut = true
            // Its rows of what lies behind have nothing to be held against.
            comparison = nil
        }
        return roots
    }

    private mutating func verify(entry seq: Int, _ bytes: [UInt8]) throws {
        guard let entry = LedgerEntry(bytes) else {
            return result.found(LedgerFinding(.entry, "\(seq)", "is not an entry that this program writes"))
        }
        if entry.isSigned { signedSizes.append(seq + 1) }
        if case .genesis = entry, seq != 0 { result.found(LedgerFinding(.entry, "\(seq)", "a second genesis")) }
        if entry.isEvidence { result.evidenceSize = seq + 1 }
        if entry.recordCount != nil { filled.insert(seq) }
        if case .anchor(let anchor) = entry { try verify(anchor, seq) }
        if case .pull(let pull) = entry {
            pullSources[seq] = pull.source
            do { try verify(pull, seq) } catch {
                try note(error, .segment, "of entry \(seq)")
                // Its rows have nothing to be held against any more.
                if comparison != nil { result.found(LedgerFinding(.index, "from entry \(seq)", "cannot be compared: the records cannot be read")) }
                comparison = nil
            }
            return
        }
        if case .erasure(let erasure) = entry { verify(erasure, seq) }
        if seq < indexed {
            do { try comparison?.expect(entry, seq) } catch { try lose(index: error) }
        }
    }

    /// The tombstone comes after its pull, and what it speaks of is gone, but for the leaf.
    private mutating func verify(_ erasure: LedgerEntry.Erasure, _ seq: Int) {
        let id = erasure.artifact
        guard let leaf = erased.removeValue(forKey: id) else {
            let reason = entombed.contains(id) ? "a second tombstone of \(id)" : "a tombstone of \(id), whose bytes are there, or which is no record before it"
            return result.found(LedgerFinding(.entry, "\(seq)", reason))
        }
        entombed.insert(id)
        result.erased += 1
        if leaf.digest != erasure.leaf { result.found(LedgerFinding(.record, "\(id)", "its tombstone names another leaf hash")) }
        if pullSources[id.entry] != erasure.source { result.found(LedgerFinding(.entry, "\(seq)", "the tombstone of \(id) names another source")) }
    }

    private mutating func verify(_ pull: LedgerEntry.PullEntry, _ seq: Int) throws {
        var target: PullComparison?
        do {
            target = seq < indexed ? try comparison?.begin(pull, seq) : nil
            if target != nil { try decoder.begin(source: pull.source) }
        } catch { try lose(index: error) }
        let tree = try ledger.forEachRecord(of: seq, hashing: target == nil ? .leaves : .leavesAndContents) { record in
            if (record.role == .sheet) != (record.id.record == 0) {
                result.found(LedgerFinding(.record, "\(record.id)", "a sheet is record 0, and nothing else is"))
            }
            result.records += 1
            if record.role == .erased { erased[record.id] = record.leaf }
            do { try target?.expect(record, decoder: &decoder, into: &result) } catch {
                try lose(index: error)
                target = nil
            }
        }
        if tree.end != pull.count {
            result.found(LedgerFinding(.segment, "of entry \(seq)", "\(tree.end) records lie there, the entry says \(pull.count)"))
        }
        if tree.root().digest != pull.root {
            result.found(LedgerFinding(.record, "of entry \(seq) (source \(pull.source))", "the records, salts or sheet are not those that were sealed"))
        }
        do { try target?.finish() } catch { try lose(index: error) }
    }

    private mutating func verify(_ anchor: AnchorEntry, _ seq: Int) throws {
        var tree = CompactRange(begin: 0)
        do {
            try ledger.forEachRecord(of: seq) { record in
                if record.role != .anchor { result.found(LedgerFinding(.record, "\(record.id)", "not a part of an anchor")) }
                tree.append(record.leaf)
            }
        } catch { return try note(error, .segment, "of entry \(seq)") }
        guard tree.end == anchor.count, tree.root().digest == anchor.root else {
            return result.found(LedgerFinding(.record, "of entry \(seq) (anchor)", "checkpoint, proof or salts are not those that were entered"))
        }
    }

    /// Segments that no entry speaks for.
    private mutating func verifyStraySegments() throws {
        let rows = try ledger.database.prepare("SELECT DISTINCT entry FROM segment ORDER BY entry")
        while try rows.step() {
            if !filled.contains(rows.int(0)) { result.found(LedgerFinding(.segment, "of entry \(rows.int(0))", "belongs to no pull")) }
        }
    }
}

// MARK: Signatures

extension LedgerVerifier {
    /// Every stored checkpoint whose signature verifies, by size.
    private mutating func signedHeads(_ signer: CheckpointVerifier) throws -> [Int: Digest32] {
        var heads: [Int: Digest32] = [:]
        for (size, note) in try ledger.checkpoints() {
            result.checkpoints += 1
            let head: SignedHead
            switch signer.read(note) {
            case .head(let opened, _): head = opened
            case .outside(_, let tenure):
                result.found(
                    LedgerFinding(.signature, "of size \(size)", "is by \(tenure.key.fingerprint), which signs \(tenure.sizes) only"))
                continue
            case .refused:
                result.found(LedgerFinding(.signature, "of size \(size)", "the checkpoint's signature does not verify"))
                continue
            }
            guard head.size == size else {
                result.found(LedgerFinding(.checkpoint, "of size \(size)", "its note is of size \(head.size)"))
                continue
            }
            heads[size] = head.root
        }
        if result.checkpoints == 0 { result.found(LedgerFinding(.checkpoint, "none", "the ledger was never signed")) }
        return heads
    }

    private mutating func verify(_ heads: [Int: Digest32], _ roots: [Int: Digest32]) {
        for (size, root) in heads.sorted(by: { $0.key < $1.key }) {
            guard roots[size] == root else {
                if result.isCut, size > result.entries { continue }
                result.found(LedgerFinding(.checkpoint, "of size \(size)", "signs another tree than the entries form"))
                continue
            }
            result.signedSize = size
            result.root = root.digest
        }
    }

    /// The last one may be: a crash came before its signature, or before it was stored.
    private mutating func verifyNoneIsMissing(_ heads: [Int: Digest32]) {
        for size in signedSizes where heads[size] == nil && size != result.entries {
            result.found(LedgerFinding(.checkpoint, "of size \(size)", "is missing"))
        }
    }

    private mutating func verify(_ last: SignedHead, _ roots: [Int: Digest32]) {
        if last.size > result.entries, result.isCut { return }
        if last.size > result.entries {
            result.found(LedgerFinding(.signer, "head", "the signer last signed \(last.size) entries, the ledger has \(result.entries): it was rolled back"))
        } else if roots[last.size] != last.root {
            result.found(LedgerFinding(.signer, "head", "the ledger is a fork of what the signer last signed at size \(last.size)"))
        } else if let signedSize = result.signedSize, last.size < signedSize {
            result.found(LedgerFinding(.signer, "head", "the signer remembers size \(last.size), yet size \(signedSize) is signed: its memory was rolled back"))
        }
    }

    // MARK: Errors that are findings

    private mutating func note(_ error: any Error, _ part: LedgerFinding.Part, _ place: String) throws {
        switch error {
        case LedgerError.damaged(let id, let reason): result.found(LedgerFinding(part, id?.description ?? place, reason))
        case let error as SQLiteError where error.blamesFile: result.found(LedgerFinding(part, place, error.message))
        default: throw error
        }
    }

    private mutating func lose(index error: any Error) throws {
        try note(error, .index, "whole")
        comparison = nil
    }
}
