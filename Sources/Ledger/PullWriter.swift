import Evidence
import SQLite
import Seal

/// Writes one pull. Nothing of it can be seen until `finish` returns; then all of it is durable, or will be with the next commit if the pull is held.
///
/// A crash before that leaves the note that a pull was open, and the next run records it as interrupted.
package final class PullWriter {
    private let ledger: LedgerFile
    private let source: SourceID
    private let startedAt: Instant
    private let entry: Int
    private let insert: Statement
    private let press: Press
    /// Leaves 1…; leaf 0, the sheet, is known last.
    private var tree = CompactRange(begin: 1)
    private var block: Block
    private var blockNumber = 1
    private var next = 1

    /// Notes the pull as open (one durable write) unless it `isNoted` already or need not be, then begins its transaction.
    package init(_ ledger: LedgerFile, source: SourceID, at: Instant, randomness: Randomness, isNoted: Bool = false) throws {
        self.ledger = ledger
        self.source = source
        startedAt = at
        press = Press(randomness.forked("pull \(try ledger.size())"))
        block = press.emptyBlock()
        // One commit for this note and the end of the pull before.
        if isNoted { try ledger.settle() } else { try ledger.noteOpen(source, at) }
        try ledger.database.run("BEGIN IMMEDIATE")
        entry = try ledger.size()
        insert = try ledger.database.prepare(
            "INSERT INTO segment (entry, number, first, count, raw, data, lengths, salts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        begin(number: 1, first: 1)
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
        gather(role, origin: origin, ordinal: ordinal, bytes: bytes, receivedDigest: receivedDigest)
        let id = ArtifactID(entry: entry, record: next)
        next += 1
        if block.bytes.count >= Segment.target { try flush() }
        return id
    }

    private func gather(_ role: RecordRole, origin: Int, ordinal: Int, bytes: UnsafeRawBufferPointer, receivedDigest: [UInt8]) {
        let start = block.bytes.count
        StoredRecord.header(role: role, origin: origin, ordinal: ordinal, receivedDigest: receivedDigest, into: &block.bytes)
        block.bytes.append(contentsOf: bytes)
        withUnsafeBytes(of: UInt32(block.bytes.count - start).littleEndian) { block.lengths.append(contentsOf: $0) }
    }

    private func begin(number: Int, first: Int) {
        block.number = number
        block.first = first
    }

    private func flush() throws {
        let full = block
        block = press.emptyBlock()
        blockNumber += 1
        begin(number: blockNumber, first: next)
        if let done = press.submit(full) { try store(done) }
        // Of large records few are in memory at once.
        if full.bytes.count > 4 * Segment.target { try storeAll() }
    }

    private func storeAll() throws { while let done = press.next() { try store(done) } }

    private func store(_ block: Block) throws {
        tree.append(contentsOf: block.leaves)
        try write(block)
        press.giveBack(block)
    }

    private func write(_ block: Block) throws {
        insert.bind(1, entry)
        insert.bind(2, block.number)
        insert.bind(3, block.first)
        insert.bind(4, block.count)
        insert.bind(5, block.bytes.count)
        try block.packed.get().withUnsafeBytes { data in
            try block.lengths.withUnsafeBytes { lengths in
                try block.salts.withUnsafeBytes { salts in
                    insert.bind(6, blob: data)
                    insert.bind(7, blob: lengths)
                    insert.bind(8, blob: salts)
                    try insert.execute()
                }
            }
        }
        insert.reset()
    }

    /// Writes the sheet as record 0 and the pull's entry, and commits: durable when it returns.
    ///
    /// `isHeld`: the commit is left to whatever is written next, or to `LedgerFile.settle`. Until then a crash leaves the note that the pull was open.
    package func finish(outcome: PullOutcome, sheet: JSON, isHeld: Bool = false) throws -> LedgerEntry.PullEntry {
        try storeAll()
        if block.count > 0 {
            press.doNow(block)
            try store(block)
        }
        block = press.emptyBlock()
        begin(number: 0, first: 0)
        sheet.canonicalBytes.withUnsafeBytes { gather(.sheet, origin: 0, ordinal: 0, bytes: $0, receivedDigest: []) }
        press.doNow(block)
        var whole = block.leaves
        whole.append(contentsOf: tree)
        try write(block)
        let pull = LedgerEntry.PullEntry(source: source, at: startedAt, outcome: outcome, count: next, root: whole.root().digest)
        _ = try ledger.insert(.pull(pull))
        try ledger.clearOpenPull(source, startedAt)
        if !isHeld { try ledger.settle() }
        return pull
    }

    /// Undoes everything but the note that the pull was open.
    package func abandon() {
        // After a full disk SQLite may already have rolled back by itself.
        try? ledger.database.run("ROLLBACK")
    }
}

extension LedgerFile {
    /// Commits the pull that was held, if one was.
    package func settle() throws { if database.isInTransaction { try database.run("COMMIT") } }

    fileprivate func noteOpen(_ source: SourceID, _ at: Instant) throws {
        let open = try database.prepare("INSERT INTO open_pull (source, at) VALUES (?, ?)")
        open.bind(1, source.text)
        open.bind(2, at.description)
        try open.execute()
        try settle()
    }

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
