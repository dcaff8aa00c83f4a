import Connectors
import Evidence
import Ledger

/// One pull into one ledger and its index: opened, filled, closed with its sheet.
struct PullRecording {
    private let store: Store
    private let randomness: Randomness
    private let now: @Sendable () -> Instant

    init(_ store: Store, _ randomness: Randomness, now: @escaping @Sendable () -> Instant) {
        self.store = store
        self.randomness = randomness
        self.now = now
    }

    /// Opens a pull, lets `read` fill it, closes it with its sheet: ledger first, then index. Nil for a source without a mapping.
    ///
    /// `isOneOfMany`: more is written at once, and commits this pull with it; the caller commits the index at the end of its run. `isNoted`: that it began
    /// is not noted: nothing outside is read, and one that a crash ends is simply made again.
    func record(
        _ source: SourceDefinition, _ asked: Window, _ startedAt: Instant, _ key: [UInt8], known: [String: FileCursor],
        isOneOfMany: Bool = false, isNoted: Bool = false, read: (inout Collector) throws -> PullReport
    ) throws -> (sheet: EvidenceSheet, tally: PullTally)? {
        guard let entry = store.mappings.entries[source.id] else { return nil }
        let writer = try PullWriter(store.ledger, source: source.id, at: startedAt, randomness: randomness, isNoted: isNoted)
        do {
            try store.index.begin()
            let lastStart = try store.index.lastStart(of: source.id)
            let indexed = try IndexedPull(store.index, source: source.id, entry: writer.entryNumber)
            var collector = try Collector(entry, writer: writer, indexed: indexed, key: key, known: known, takenAt: source.reads == .state ? startedAt : nil)
            var pulled = try read(&collector)
            let (tally, files, redactions) = try collector.finish()
            Complaint.tell(&pulled, key: key)
            let previous = source.reads == .state ? try store.index.lastSnapshot(of: source.id) : nil
            let sheet = EvidenceSheet(
                source: source, asked: asked, lastStart: lastStart, startedAt: startedAt, finishedAt: now(), report: pulled,
                tally: tally, redactions: redactions, known: known, files: files, previous: previous)
            let json = sheet.json
            let pull = try writer.finish(outcome: sheet.outcome, sheet: json, isHeld: isOneOfMany)
            try indexed.finish(pull, sheet: json)
            if !isOneOfMany {
                try store.index.commit()
            } else if store.index.isDue {
                // Never ahead of the ledger.
                try store.ledger.settle()
                try store.index.commit()
            }
            return (sheet, tally)
        } catch {
            writer.abandon()
            store.index.rollback()
            throw error
        }
    }
}
