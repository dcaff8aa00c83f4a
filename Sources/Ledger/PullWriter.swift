import Evidence
import SQLite
import Seal

/// Writes one pull. Nothing of it can be seen until `finish` returns; then all of it is durable.
///
/// A crash before that leaves the note that a pull was open, and the next run records it as interrupted.
package final class PullWriter {
    private let ledger: LedgerFile
    private let source: SourceID
    private let startedAt: Instant
    private let entry: Int
    private let insert: Statement
    private let compressor = Compressor()
    private var randomness: Randomness
    /// Leaves 1…; leaf 0, the sheet, is known last.
    private var tree = CompactRange(begin: 1)
    private var block: [UInt8] = []
    private var lengths: [UInt8] = []
    private var salts: [UInt8] = []
    private var blockFirst = 1
    private var blockNumber = 1
    private var next = 1

    /// Notes the pull as open (one durable write) unless it `isNoted`, then begins its transaction.
    package init(_ ledger: LedgerFile, source: SourceID, at: Instant, randomness: Randomness, isNoted: Bool = false) throws {
        self.ledger = ledger
        self.source = source
        startedAt = at
        self.randomness = randomness.forked("pull \(try ledger.size())")
        if !isNoted {
            let open = try ledger.database.prepare("INSERT INTO open_pull (source, at) VALUES (?, ?)")
            open.bind(1, source.text)
            open.bind(2, at.description)
            try open.execute()
        }
        try ledger.database.run("BEGIN IMMEDIATE")
        entry = try ledger.size()
        insert = try ledger.database.prepare(
            "INSERT INTO segment (entry, number, first, count, raw, data, lengths, salts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        block.reserveCapacity(Segment.target + 1 << 16)
    }

    /// The number that the pull's entry will have.
    package var entryNumber: Int { entry }
    /// The id that the next record will have.
    package var nextID: ArtifactID { ArtifactID(entry: entry, record: next) }

    /// Adds a record and gives its id. `receivedDigest`: 16 hex digits or nothing.
    package func append(
        _ role: RecordRole, origin: Int, ordinal: Int, bytes: UnsafeRawBufferPointer, receivedDigest: [UInt8] = []
    ) throws -> ArtifactID {
        guard bytes.count <= StoredRecord.sizeLimit else { throw LedgerError.damaged(nil, reason: "a record of \(bytes.count) bytes is too large") }
        let start = block.count
        StoredRecord.header(role: role, origin: origin, ordinal: ordinal, receivedDigest: receivedDigest, into: &block)
        block.append(contentsOf: bytes)
        let id = ArtifactID(entry: entry, record: next)
        tree.append(hashLast(from: start))
        next += 1
        if block.count >= Segment.target { try flush() }
        return id
    }

    private func hashLast(from start: Int) -> Digest32 {
        let saltStart = salts.count
        randomness.append(Segment.saltSize, to: &salts)
        withUnsafeBytes(of: UInt32(block.count - start).littleEndian) { lengths.append(contentsOf: $0) }
        return salts.withUnsafeBytes { salts in
            block.withUnsafeBytes { block in
                TreeHash.leaf(
                    salt: UnsafeRawBufferPointer(rebasing: salts[saltStart...]), record: UnsafeRawBufferPointer(rebasing: block[start...]))
            }
        }
    }

    private func flush() throws {
        guard !block.isEmpty else { return }
        try write(number: blockNumber, first: blockFirst)
        blockNumber += 1
        blockFirst = next
    }

    private func write(number: Int, first: Int) throws {
        let data = try compressor.compress(block)
        insert.bind(1, entry)
        insert.bind(2, number)
        insert.bind(3, first)
        insert.bind(4, lengths.count / 4)
        insert.bind(5, block.count)
        try data.withUnsafeBytes { data in
            try lengths.withUnsafeBytes { lengths in
                try salts.withUnsafeBytes { salts in
                    insert.bind(6, blob: data)
                    insert.bind(7, blob: lengths)
                    insert.bind(8, blob: salts)
                    try insert.execute()
                }
            }
        }
        insert.reset()
        block.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        salts.removeAll(keepingCapacity: true)
    }

    /// Writes the sheet as record 0 and the pull's entry, and commits. Durable when it returns.
    package func finish(outcome: PullOutcome, sheet: JSON) throws -> LedgerEntry.PullEntry {
        try flush()
        StoredRecord.header(role: .sheet, origin: 0, ordinal: 0, receivedDigest: [], into: &block)
        block.append(contentsOf: sheet.canonicalBytes)
        var whole = CompactRange(begin: 0)
        whole.append(hashLast(from: 0))
        whole.append(contentsOf: tree)
        try write(number: 0, first: 0)
        let pull = LedgerEntry.PullEntry(source: source, at: startedAt, outcome: outcome, count: next, root: whole.root().digest)
        _ = try ledger.insert(.pull(pull))
        try ledger.clearOpenPull(source, startedAt)
        try ledger.database.run("COMMIT")
        return pull
    }

    /// Undoes everything but the note that the pull was open.
    package func abandon() {
        // After a full disk SQLite may already have rolled back by itself.
        try? ledger.database.run("ROLLBACK")
    }
}

extension LedgerFile {
    /// Pulls that began and never ended, oldest first.
    package func openPulls() throws -> [(source: SourceID, at: Instant)] {
        let rows = try database.prepare("SELECT source, at FROM open_pull ORDER BY rowid")
        var open: [(SourceID, Instant)] = []
        while try rows.step() {
            guard let source = SourceID(rows.text(0)), let at = Instant(rows.text(1)) else {
                throw LedgerError.damaged(nil, reason: "the note of an open pull cannot be read")
            }
            open.append((source, at))
        }
        return open
    }

    func clearOpenPull(_ source: SourceID, _ at: Instant) throws {
        let clear = try database.prepare("DELETE FROM open_pull WHERE source = ? AND at = ?")
        clear.bind(1, source.text)
        clear.bind(2, at.description)
        try clear.execute()
    }

    /// Ends what a crash left open: an entry of its own, with a sheet and no records.
    package func closeInterrupted(randomness: Randomness, sheet: (SourceID, Instant) -> JSON) throws -> Int {
        let open = try openPulls()
        for pull in open {
            let writer = try PullWriter(self, source: pull.source, at: pull.at, randomness: randomness, isNoted: true)
            _ = try writer.finish(outcome: .interrupted, sheet: sheet(pull.source, pull.at))
        }
        return open.count
    }
}
