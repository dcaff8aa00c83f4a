import Connectors
import Evidence
import Ledger
import Threads

/// Takes a connector's records one by one and gives them on in batches: to be prepared beside this thread, then to be kept in the ledger.
struct Collector: RecordSink {
    /// One is prepared, one waits for it, one is done: more would only cost memory.
    private static let depth = 3

    private let preparation: Preparation
    /// Begun with the first full batch: most pulls fit into one.
    private var lane: Lane<RecordBatch>?
    private var batch = RecordBatch()
    private var free: [RecordBatch] = []
    private var keeper: RecordKeeper

    /// `takenAt`: of a state source, when the reading began.
    init(_ entry: Mappings.Entry, writer: PullWriter, indexed: IndexedPull, key: [UInt8], known: [String: FileCursor], takenAt: Instant? = nil) throws {
        preparation = Preparation(entry, key: key, takenAt: takenAt)
        keeper = try RecordKeeper(entry, writer: writer, indexed: indexed, key: key, known: known, takenAt: takenAt)
    }

    mutating func origin(_ origin: Origin) throws {
        batch.add(origin)
        try submitIfFull()
    }

    mutating func record(_ bytes: UnsafeRawBufferPointer, ordinal: Int, shape: RecordForm) throws {
        batch.add(bytes, ordinal: ordinal)
        try submitIfFull()
    }

    mutating func reject(_ bytes: UnsafeRawBufferPointer, ordinal: Int, reason: String) throws {
        batch.add(reject: bytes, ordinal: ordinal, reason: reason)
        try submitIfFull()
    }

    var rejected: Int {
        mutating get throws {
            try settle()
            return keeper.tally.rejected
        }
    }

    /// What has become of everything that was read.
    mutating func finish() throws -> (tally: PullTally, files: [FileTally], redactions: [String: Int]) {
        try settle()
        return (keeper.tally, keeper.files, preparation.redactions.merging(keeper.redactions, uniquingKeysWith: +))
    }

    private mutating func submitIfFull() throws {
        guard batch.isFull else { return }
        if batch.isLarge { return try settle() }
        let lane = self.lane ?? Lane { [preparation] in preparation.prepare($0) }
        self.lane = lane
        lane.submit(batch)
        batch = free.popLast() ?? RecordBatch()
        if lane.outstanding >= Collector.depth, let done = lane.take() { try keep(done) }
    }

    /// Keeps everything that was read so far.
    private mutating func settle() throws {
        while let done = lane?.take() { try keep(done) }
        // Nothing is under way: what remains is prepared here.
        preparation.prepare(batch)
        try keep(batch)
        batch = free.popLast() ?? RecordBatch()
    }

    private mutating func keep(_ done: RecordBatch) throws {
        for i in done.items.indices { try keeper.keep(done, i) }
        done.clear()
        free.append(done)
    }
}
