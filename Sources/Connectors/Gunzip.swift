import CZlib

/// Unpacks gzip (RFC 1952) member by member. zlib holds each against its CRC-32 and length, which libarchive 3.6 does not, and libarchive takes
/// whatever follows a member and is none for the end.
final class Gunzip: FileBytes {
    private let reader: FileReader
    /// Where zlib left it: it knows a stream by its address.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    /// What was read and is not yet unpacked: the reader's own bytes, so that it reads on only when they are used up.
    private var packed = UnsafeRawBufferPointer(start: nil, count: 0)
    private var state = State.beforeMember

    private enum State { case beforeMember, inMember, padding, ended }

    init(_ reader: FileReader) throws(ReadProblem) {
        self.reader = reader
        stream.initialize(to: z_stream())
        // 16 more than the largest window: gzip and nothing else.
        guard inflateInit2_(stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw ReadProblem("no memory to unpack '\(reader.name.shown)'")
        }
    }
    deinit {
        inflateEnd(stream)
        stream.deallocate()
        buffer.deallocate()
    }

    func next() throws(ReadProblem) -> UnsafeRawBufferPointer {
        while state != .ended {
            if packed.isEmpty { packed = try reader.next() }
            switch state {
            case .beforeMember: begin()
            case .inMember:
                let count = try inflateSome()
                if count > 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
            case .padding:
                guard packed.allSatisfy({ $0 == 0 }) else { throw failure("something follows its last member that is none") }
                if packed.isEmpty { state = .ended }
                packed = UnsafeRawBufferPointer(rebasing: packed[packed.endIndex...])
            case .ended: break
            }
        }
        return UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// Tapes and some writers fill the last block with zeros; nothing else may follow but another member.
    private func begin() {
        guard let first = packed.first else { return state = .ended }
        guard first != 0 else { return state = .padding }
        inflateReset(stream)
        state = .inMember
    }

    /// How many bytes came; what was unpacked before a break is delivered before the break is told.
    private func inflateSome() throws(ReadProblem) -> Int {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: packed.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(packed.count)
        stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(buffer.count)
        let status = inflate(stream, Z_NO_FLUSH)
        let isCutOff = packed.isEmpty
        packed = UnsafeRawBufferPointer(rebasing: packed[(packed.count - Int(stream.pointee.avail_in))...])
        let count = buffer.count - Int(stream.pointee.avail_out)
        if status == Z_STREAM_END { state = .beforeMember }
        if count > 0 || status == Z_STREAM_END { return count }
        if isCutOff { throw failure("it breaks off within a member") }
        guard status == Z_OK || status == Z_BUF_ERROR else { throw failure(stream.pointee.msg.map { String(cString: $0) } ?? "zlib's error \(status)") }
        return 0
    }

    private func failure(_ why: String) -> ReadProblem {
        ReadProblem("'\(reader.name.shown)' cannot be unpacked beyond byte \(reader.offset - packed.count) of \(reader.size): \(why)")
    }
}
