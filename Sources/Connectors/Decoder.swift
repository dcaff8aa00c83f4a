import Evidence

/// Cuts the bytes of one file into records, chunk by chunk, with memory bounded by the limits.
protocol Decoder {
    /// Complete records, and nothing that the file might still change: bytes of the file up to here need not be read again.
    var consumed: Int { get }
    /// Records and rejects so far, those of earlier pulls included.
    var count: Int { get }
    var rejects: Int { get }
    mutating func feed<S: RecordSink>(_ chunk: UnsafeRawBufferPointer, into sink: inout S) throws
    /// The end of the file, or as far as it could be read. `isFinal`: nothing more will be written to it.
    mutating func finish<S: RecordSink>(isFinal: Bool, into sink: inout S) throws
}

/// A file on its way through a decoder: what origins and ordinals need.
struct DecoderStart {
    let name: String
    let limits: Limits
    /// Where the first byte to come lies in the file, and how many records lie before it.
    var offset = 0
    var records = 0
}

/// Bytes of a record that lies over the edge of a chunk.
struct Carry {
    private(set) var bytes: [UInt8] = []
    /// Bytes of the record so far, kept or not.
    private(set) var length = 0
    let limit: Int
    var isOverLimit: Bool { length > limit }

    init(limit: Int) { self.limit = limit }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        length += more.count
        if length <= limit {
            bytes.append(contentsOf: more)
        } else if bytes.count != 1024 || bytes.capacity > 1 << 16 {
            let head = Array(bytes.prefix(1024)) + Array(more.prefix(max(0, 1024 - bytes.count)))
            bytes = head
        }
    }
    mutating func clear() {
        length = 0
        bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
    }
}
