/// Follows the blocks of one zstd frame (RFC 8878 section 3.1.1) without decompressing, to know where it ends.
///
/// A decompressor silently skips frames marked skippable and may go on into a second one: bytes that no other tool shows.
struct ZstdFrame {
    enum State: Equatable { case header, block, checksum, ended, malformed }

    private(set) var state = State.header
    /// Bytes after the end of the frame.
    private(set) var trailing = 0
    private var pending: [UInt8] = []
    private var wanted = 5
    private var skip = 0
    private var isLast = false
    private var hasChecksum = false

    mutating func consume(_ bytes: UnsafeRawBufferPointer) {
        var at = 0
        while at < bytes.count {
            if skip > 0 {
                let step = min(skip, bytes.count - at)
                skip -= step
                at += step
                if skip == 0 { blockEnded() }
            } else if state == .ended || state == .malformed {
                trailing += bytes.count - at
                return
            } else {
                pending.append(bytes[at])
                at += 1
                if pending.count == wanted { advance() }
            }
        }
    }

    private mutating func advance() {
        switch state {
        case .header: readHeader()
        case .block: readBlock()
        case .checksum: state = .ended
        case .ended, .malformed: break
        }
    }

    private mutating func readHeader() {
        guard pending.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) else {
            state = .malformed
            return
        }
        let descriptor = pending[4]
        let isSingleSegment = descriptor & 0x20 != 0
        hasChecksum = descriptor & 0x04 != 0
        let dictionary = [0, 1, 2, 4][Int(descriptor & 3)]
        let content = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
        wanted = 5 + (isSingleSegment ? 0 : 1) + dictionary + content
        if pending.count == wanted { expect(.block, 3) }
    }

    private mutating func readBlock() {
        let header = Int(pending[0]) | Int(pending[1]) << 8 | Int(pending[2]) << 16
        isLast = header & 1 == 1
        switch header >> 1 & 3 {
        case 0, 2: skip = header >> 3
        case 1: skip = 1
        default:
            state = .malformed
            return
        }
        if skip == 0 { blockEnded() }
    }

    private mutating func blockEnded() {
        if !isLast { return expect(.block, 3) }
        if hasChecksum { expect(.checksum, 4) } else { state = .ended }
    }

    private mutating func expect(_ next: State, _ count: Int) {
        state = next
        pending.removeAll(keepingCapacity: true)
        wanted = count
    }
}
