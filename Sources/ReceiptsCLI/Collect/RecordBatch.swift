import Connectors
import Evidence
import Mapping

/// What a connector read, in its order, and what `Preparation` made of it: on its way from one thread to the other and back.
final class RecordBatch {
    enum Event {
        case origin(Origin)
        /// Its bytes, as they were read.
        case record(Range<Int>)
        case reject(Range<Int>, reason: String)
    }
    enum Outcome {
        case pending
        /// A record that maps, and the rows are its own.
        case kept(KeptRecord)
        case rejected(RejectedRecord, reason: String)
    }
    struct Item {
        let event: Event
        let ordinal: Int
        var outcome = Outcome.pending
    }

    /// A batch is full once it holds this much, or this many.
    static let target = (bytes: 1 << 17, items: 512)

    /// As read, one behind the other.
    private(set) var bytes: [UInt8] = []
    /// What is stored where it is not what was read.
    var changed: [UInt8] = []
    var items: [Item] = []
    /// By item; of each only those of its record.
    var rows: [RowBatch] = []

    var isFull: Bool { bytes.count >= RecordBatch.target.bytes || items.count >= RecordBatch.target.items }
    /// Of large records few are in memory at once.
    var isLarge: Bool { bytes.count > 4 * RecordBatch.target.bytes }

    func add(_ origin: Origin) { items.append(Item(event: .origin(origin), ordinal: 0)) }
    func add(_ record: UnsafeRawBufferPointer, ordinal: Int) { items.append(Item(event: .record(copy(record)), ordinal: ordinal)) }
    func add(reject: UnsafeRawBufferPointer, ordinal: Int, reason: String) {
        items.append(Item(event: .reject(copy(reject), reason: reason), ordinal: ordinal))
    }

    private func copy(_ record: UnsafeRawBufferPointer) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: record)
        return start..<bytes.count
    }

    func store(_ record: UnsafeRawBufferPointer) -> StoredBytes {
        let start = changed.count
        changed.append(contentsOf: record)
        return .changed(start..<changed.count)
    }

    func withBytes<Answer>(_ place: StoredBytes, _ body: (UnsafeRawBufferPointer) throws -> Answer) rethrows -> Answer {
        switch place {
        case .asRead(let range): try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
        case .changed(let range): try changed.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
        }
    }

    func clear() {
        // A long record leaves its length behind in the rows of its place, and there are many places.
        if bytes.count > RecordBatch.target.bytes + 1 << 14 { rows = [] }
        if isLarge {
            (bytes, changed) = ([], [])
        } else {
            bytes.removeAll(keepingCapacity: true)
            changed.removeAll(keepingCapacity: true)
        }
        items.removeAll(keepingCapacity: true)
    }
}

/// Where in a batch the bytes lie that are to be stored.
enum StoredBytes {
    case asRead(Range<Int>)
    case changed(Range<Int>)
}

/// A record that maps, on its way into the ledger.
struct KeptRecord {
    let bytes: StoredBytes
    /// 16 hex digits, or nothing: half of the HMAC of the bytes as received, of a record without an id that redaction changed.
    let receivedDigest: [UInt8]
    /// What its bytes are known by.
    let content: Int64
    let key: RecordKey
}

/// What a record is known by: its id, or its bytes as far as they are the first of their like.
enum RecordKey {
    case native(Int64)
    case content(Int64)
}

/// What is kept of bytes that are no record.
struct RejectedRecord {
    let bytes: [UInt8]
    /// As of a record, of bytes that redaction changed.
    let receivedDigest: [UInt8]
}
