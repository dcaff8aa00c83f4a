import CScan

/// Writes bytes that came from anywhere into HTML text, a quoted attribute or a relative link.
///
/// Works on bytes, never on Characters: a quote that a combining mark follows is one Character and would slip through.
/// What could hide or reorder text (controls, bidi, zero width, invalid UTF-8) becomes a visible mark; nothing is dropped.
enum Escape {
    /// For text and for quoted attributes: one rule that is safe in both.
    static func html(_ bytes: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
        guard let base = bytes.baseAddress else { return }
        var from = 0
        var at = 0
        while at < bytes.count {
            at = nextSpecial(base, at, bytes.count)
            guard at < bytes.count else { break }
            let (length, replacement) = special(bytes, at)
            guard let replacement else {
                at += length
                continue
            }
            if at > from { out.append(contentsOf: UnsafeBufferPointer(start: base + from, count: at - from)) }
            write(replacement, into: &out)
            at += length
            from = at
        }
        if bytes.count > from { out.append(contentsOf: UnsafeBufferPointer(start: base + from, count: bytes.count - from)) }
    }

    /// For `href` and `src`: everything but the letters of our own relative links is percent-encoded, so that no value can name a scheme
    /// or a host.
    static func link(_ bytes: UnsafeBufferPointer<UInt8>, isStart: Bool, into out: inout [UInt8]) {
        for (i, byte) in bytes.enumerated() {
            let isPlain =
                (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || (byte >= 45 && byte <= 57) || byte == 95 || byte == 126 || byte == 35
            if isPlain && !(isStart && i == 0 && byte == 47) {
                out.append(byte)
            } else {
                out.append(37)
                out.append(hexDigit(byte >> 4))
                out.append(hexDigit(byte & 15))
            }
        }
    }

    /// The first byte from `at` on that needs a look: markup, a control character, or anything beyond ASCII.
    private static func nextSpecial(_ base: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Int {
        var at = start
        while at + 16 <= count {
            let p = base + at
            var mask = scan_html_mask(p) | scan_json_string_mask(p)
            let low = UnsafeRawPointer(p).loadUnaligned(as: UInt64.self)
            let high = UnsafeRawPointer(p + 8).loadUnaligned(as: UInt64.self)
            // 0x7f and bytes beyond ASCII; a chunk that holds one is walked byte by byte.
            if (low | high) & 0x8080_8080_8080_8080 != 0 { mask = 0xffff } else { mask |= scan_byte_mask(p, 0x7f) }
            if mask == 0 {
                at += 16
                continue
            }
            at += mask.trailingZeroBitCount
            if isSpecial(base[at]) { return at }
            at += 1
        }
        while at < count, !isSpecial(base[at]) { at += 1 }
        return at
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case 9, 10: false
        case 0..<32, 127...255: true
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
        default: false
        }
    }

    private enum Replacement {
        case entity(StaticString)
        case scalar(UInt32)
        case byte(UInt8)
    }

    /// How many bytes belong together at `at`, and what stands for them; nil: they stand for themselves.
    private static func special(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> (length: Int, replacement: Replacement?) {
        let byte = bytes[at]
        switch byte {
        case UInt8(ascii: "&"): return (1, .entity("&amp;"))
        case UInt8(ascii: "<"): return (1, .entity("&lt;"))
        case UInt8(ascii: ">"): return (1, .entity("&gt;"))
        case UInt8(ascii: "\""): return (1, .entity("&quot;"))
        case UInt8(ascii: "'"): return (1, .entity("&#39;"))
        case 0..<32, 127: return (1, .scalar(UInt32(byte)))
        default: break
        }
        guard let (scalar, length) = UTF8Scan.scalar(bytes, at) else { return (1, .byte(byte)) }
        return (length, UTF8Scan.isInvisible(scalar) ? .scalar(scalar) : nil)
    }

    private static func write(_ replacement: Replacement, into out: inout [UInt8]) {
        switch replacement {
        case .entity(let text): text.withUTF8Buffer { out.append(contentsOf: $0) }
        case .scalar(let value):
            out.append(contentsOf: "⟦U+".utf8)
            for shift in stride(from: value > 0xfffff ? 20 : value > 0xffff ? 16 : 12, through: 0, by: -4) {
                out.append(hexDigit(UInt8(value >> UInt32(shift) & 15)))
            }
            out.append(contentsOf: "⟧".utf8)
        case .byte(let value): out.append(contentsOf: "⟦".utf8 + [hexDigit(value >> 4), hexDigit(value & 15)] + "⟧".utf8)
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }
}
