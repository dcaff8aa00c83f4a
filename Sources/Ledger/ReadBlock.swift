import Evidence
import SQLite
import Seal
import Threads

/// What of a pull's records is worked out beside the thread that reads them.
package enum Hashing {
    case nothing
    /// Each record's leaf, and the tree of them.
    case leaves
    /// And the hash by which the index knows a record's bytes.
    case leavesAndContents
}

/// A segment on its way from its row to its reader: unpacked, and where the reader needs it, hashed.
final class ReadBlock {
    private(set) var number = 0
    private(set) var first = 0
    private(set) var count = 0
    /// Bytes of its records, as the row says.
    private(set) var raw = 0
    private var packed: [UInt8] = []
    private var lengths: [UInt8] = []
    private var salts: [UInt8] = []
    private let decompressor = Decompressor()
    private var isUnpacked = false
    private var leaves: [Digest32] = []
    private var contents: [Int64] = []
    /// Of its leaves.
    private(set) var tree = CompactRange(begin: 0)

    static let columns = "number, first, count, raw, data, lengths, salts"

    /// Nothing of the row is believed yet.
    func take(_ row: Statement) {
        (number, first, count, raw) = (row.int(0), row.int(1), row.int(2), row.int(3))
        packed.replaceSubrange(packed.indices, with: row.bytes(4))
        lengths.replaceSubrange(lengths.indices, with: row.bytes(5))
        salts.replaceSubrange(salts.indices, with: row.bytes(6))
        leaves.removeAll(keepingCapacity: true)
        contents.removeAll(keepingCapacity: true)
        isUnpacked = false
    }

    /// On any thread. What is damaged is left to `each` to say.
    func unpack(_ hashing: Hashing) {
        guard isEven else { return }
        isUnpacked = packed.withUnsafeBytes { decompressor.decompress($0, size: raw) }
        guard isUnpacked, hashing != .nothing else { return }
        tree = CompactRange(begin: first)
        decompressor.bytes.withUnsafeBytes { bytes in
            salts.withUnsafeBytes { salts in
                var offset = 0
                for i in 0..<count {
                    let length = length(of: i)
                    guard offset + length <= raw else { return }
                    let salt = UnsafeRawBufferPointer(rebasing: salts[i * Segment.saltSize..<(i + 1) * Segment.saltSize])
                    let whole = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
                    // Of an erased record the leaf is all that is left, and stands where its salt was.
                    let leaf = length == 0 ? Digest32(copying: salt) : TreeHash.leaf(salt: salt, record: whole)
                    leaves.append(leaf)
                    tree.append(leaf)
                    if hashing == .leavesAndContents { contents.append(DedupeKey.content(of: StoredRecord.body(of: whole))) }
                    offset += length
                }
            }
        }
    }

    /// By division: a stored number may be as large as it likes.
    private var isEven: Bool {
        count > 0 && first >= 0 && first < 1 << 32 - lengths.count && lengths.count % 4 == 0 && lengths.count / 4 == count
            && salts.count % Segment.saltSize == 0 && salts.count / Segment.saltSize == count
    }

    private func length(of i: Int) -> Int { lengths.withUnsafeBytes { Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: i * 4, as: UInt32.self))) } }

    /// Its records in order, or the one that is `wanted`. Throws `damaged` where the block contradicts itself.
    func each(of entry: Int, wanted: Int? = nil, _ body: (StoredRecord) throws -> Void) throws {
        let at = ArtifactID(entry: entry, record: min(max(first, 0), 1 << 31))
        guard isEven else { throw LedgerError.damaged(at, reason: "lengths or salts do not match the number of records") }
        guard isUnpacked else { throw LedgerError.damaged(at, reason: "a segment cannot be decompressed") }
        try decompressor.bytes.withUnsafeBytes { bytes in
            try salts.withUnsafeBytes { salts in
                var offset = 0
                for i in 0..<count {
                    let length = length(of: i)
                    let id = ArtifactID(entry: entry, record: first + i)
                    guard offset + length <= raw else { throw LedgerError.damaged(id, reason: "a record reaches beyond its segment") }
                    if wanted == nil || wanted == first + i {
                        let whole = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
                        let salt = UnsafeRawBufferPointer(rebasing: salts[i * Segment.saltSize..<(i + 1) * Segment.saltSize])
                        let hashes = i < leaves.count ? (leaf: leaves[i], content: i < contents.count ? contents[i] : nil) : nil
                        guard let record = StoredRecord(id: id, whole: whole, salt: salt, hashes: hashes) else {
                            throw LedgerError.damaged(id, reason: "a record's header line is not one")
                        }
                        try body(record)
                    }
                    offset += length
                }
                guard offset == raw else { throw LedgerError.damaged(at, reason: "bytes of a segment belong to no record") }
            }
        }
    }
}

/// Blocks of one pull, unpacked and hashed beside the thread that reads them, and given back in order.
final class BlockReading {
    /// Enough that neither thread waits for the other's unevenness.
    private static let depth = 3
    private let hashing: Hashing
    /// Begun with the second block: most pulls fit into one.
    private var lane: Lane<ReadBlock>?
    private var free: [ReadBlock] = []
    /// Under way, their records' bytes together: of large records few are in memory at once.
    private var raw = 0
    private var started = 0

    init(_ hashing: Hashing) { self.hashing = hashing }

    func emptyBlock() -> ReadBlock { free.popLast() ?? ReadBlock() }
    func giveBack(_ block: ReadBlock) { free.append(block) }

    /// Hands a row's block over; gives those back that are to be read before the next one is fetched.
    func submit(_ block: ReadBlock, _ read: (ReadBlock) throws -> Void) throws {
        started += 1
        guard started > 1 else {
            block.unpack(hashing)
            return try deliver(block, read)
        }
        let hashing = hashing
        let lane = self.lane ?? Lane { $0.unpack(hashing) }
        self.lane = lane
        raw += max(0, min(block.raw, Segment.rawLimit))
        lane.submit(block)
        while lane.outstanding >= BlockReading.depth || (raw > 4 * Segment.target && lane.outstanding > 0) { try takeOne(read) }
    }

    func finish(_ read: (ReadBlock) throws -> Void) throws { while lane?.outstanding ?? 0 > 0 { try takeOne(read) } }

    private func takeOne(_ read: (ReadBlock) throws -> Void) throws {
        guard let block = lane?.take() else { return }
        raw -= max(0, min(block.raw, Segment.rawLimit))
        try deliver(block, read)
    }

    private func deliver(_ block: ReadBlock, _ read: (ReadBlock) throws -> Void) throws {
        try read(block)
        giveBack(block)
    }
}
