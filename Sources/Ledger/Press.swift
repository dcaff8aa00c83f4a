import Evidence
import Seal
import Threads

/// Records on their way into a segment: gathered by the writer, then salted, hashed and compressed by the press.
final class Block {
    /// The segment's number in its pull, and its first record's.
    var number = 0
    var first = 0
    /// Record after record, each with its header line.
    var bytes: [UInt8] = []
    /// Of each record, four bytes, little-endian.
    var lengths: [UInt8] = []
    fileprivate(set) var salts: [UInt8] = []
    fileprivate(set) var leaves = CompactRange(begin: 0)
    fileprivate(set) var packed: Result<[UInt8], LedgerError> = .success([])

    var count: Int { lengths.count / 4 }

    fileprivate func clear() {
        bytes.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
    }
}

/// Salts, hashes and compresses blocks beside the thread that gathers them. Blocks come back in order, so a seeded ledger's salts do not depend on timing.
final class Press {
    /// Enough that neither thread waits for the other's unevenness; more would only cost memory.
    private static let depth = 3

    private let work: (Block) -> Void
    /// Begun with the first block: most pulls fit into one, which is worked on when the pull ends.
    private var lane: Lane<Block>?
    private var free: [Block] = []

    init(_ randomness: Randomness) {
        var randomness = randomness
        let compressor = Compressor()
        work = { block in
            Press.hash(block, &randomness)
            block.packed = Result { () throws(LedgerError) in try compressor.compress(block.bytes) }
        }
    }

    func emptyBlock() -> Block { free.popLast() ?? Block() }
    func giveBack(_ block: Block) {
        block.clear()
        free.append(block)
    }

    /// Hands a full block over; gives the oldest one back, done, when enough of them are under way.
    func submit(_ block: Block) -> Block? {
        let lane = self.lane ?? Lane(work)
        self.lane = lane
        lane.submit(block)
        return lane.outstanding < Press.depth ? nil : lane.take()
    }

    /// The oldest of those under way; nil if there is none.
    func next() -> Block? { lane?.take() }

    /// For a block after which, or before which, nothing is under way.
    func doNow(_ block: Block) { work(block) }

    private static func hash(_ block: Block, _ randomness: inout Randomness) {
        block.salts.removeAll(keepingCapacity: true)
        randomness.append(block.count * Segment.saltSize, to: &block.salts)
        block.leaves = CompactRange(begin: block.first)
        block.bytes.withUnsafeBytes { bytes in
            block.lengths.withUnsafeBytes { lengths in
                block.salts.withUnsafeBytes { salts in
                    var start = 0
                    for i in 0..<lengths.count / 4 {
                        let end = start + Int(UInt32(littleEndian: lengths.loadUnaligned(fromByteOffset: i * 4, as: UInt32.self)))
                        let salt = UnsafeRawBufferPointer(rebasing: salts[i * Segment.saltSize..<(i + 1) * Segment.saltSize])
                        block.leaves.append(TreeHash.leaf(salt: salt, record: UnsafeRawBufferPointer(rebasing: bytes[start..<end])))
                        start = end
                    }
                }
            }
        }
    }
}
