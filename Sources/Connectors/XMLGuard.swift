/// Looks at XML before a parser does: libxml2 takes time that is quadratic in the attributes of one element.
struct XMLGuard {
    static let doctype = "it has a DOCTYPE, which is not read"
    private enum State { case text, tag, quoted(UInt8), comment, data, instruction }
    private var state = State.text
    private var length = 0
    /// The last bytes of the markup in hand, enough to know its kind and its end.
    private var start: [UInt8] = []
    private var last: (UInt8, UInt8) = (0, 0)
    private var total = 0

    /// Why the bytes are refused, if they are.
    mutating func check(_ chunk: UnsafeRawBufferPointer) -> String? {
        if total == 0, chunk.starts(with: [0xff, 0xfe]) || chunk.starts(with: [0xfe, 0xff]) || chunk.prefix(4).contains(0) { return "it is not UTF-8" }
        total += chunk.count
        for byte in chunk {
            if let problem = step(byte) { return problem }
            last = (last.1, byte)
        }
        return nil
    }

    private mutating func step(_ byte: UInt8) -> String? {
        switch state {
        case .text:
            if byte == UInt8(ascii: "<") {
                state = .tag
                length = 0
                start.removeAll(keepingCapacity: true)
            }
        case .tag:
            length += 1
            if length > 1 << 16 { return "a start tag is longer than 64 KiB" }
            if start.count < 8 {
                start.append(byte)
                if start == Array("!--".utf8) { state = .comment; last = (0, 0); return nil }
                if start == Array("![CDATA[".utf8) { state = .data; last = (0, 0); return nil }
                if start == [UInt8(ascii: "?")] { state = .instruction; return nil }
                if start.count == 8, String(decoding: start, as: UTF8.self).uppercased() == "!DOCTYPE" { return XMLGuard.doctype }
            }
            if byte == 34 || byte == 39 { state = .quoted(byte) } else if byte == UInt8(ascii: ">") { state = .text }
        case .quoted(let quote):
            length += 1
            if length > 1 << 16 { return "a start tag is longer than 64 KiB" }
            if byte == quote { state = .tag }
        case .comment: if byte == UInt8(ascii: ">"), last == (45, 45) { state = .text }
        case .data: if byte == UInt8(ascii: ">"), last == (93, 93) { state = .text }
        case .instruction: if byte == UInt8(ascii: ">"), last.1 == UInt8(ascii: "?") { state = .text }
        }
        return nil
    }
}
