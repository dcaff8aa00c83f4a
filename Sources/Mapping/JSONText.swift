import CScan

/// A position in a record's bytes and the grammar of RFC 8259's tokens.
struct JSONText {
    let bytes: UnsafeRawBufferPointer
    let count: Int
    var at = 0
    private let base: UnsafePointer<UInt8>

    /// Nil if there are no bytes.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress, !bytes.isEmpty else { return nil }
        self.bytes = bytes
        self.base = base
        count = bytes.count
    }

    func failure(_ reason: String) -> RejectReason { .malformed(reason, at: at) }

    /// The byte here, or 0 at the end: no token begins with 0.
    var peek: UInt8 { at < count ? base[at] : 0 }

    @inline(__always)
    mutating func skipBlanks() {
        while at < count, base[at] <= 32, base[at] == 32 || base[at] == 10 || base[at] == 13 || base[at] == 9 { at += 1 }
    }

    mutating func skipWord(_ word: StaticString) throws(RejectReason) {
        guard at + word.utf8CodeUnitCount <= count else { throw failure("not a JSON value") }
        for i in 0..<word.utf8CodeUnitCount where base[at + i] != word.utf8Start[i] { throw failure("not a JSON value") }
        at += word.utf8CodeUnitCount
    }

    /// From the opening quote to behind the closing one; true if escapes were met, each of them valid.
    @inline(__always)
    mutating func skipString() throws(RejectReason) -> Bool {
        at += 1
        var isEscaped = false
        while true {
            try skipPlain()
            let byte = base[at]
            if byte == 34 {
                at += 1
                return isEscaped
            }
            guard byte == 92 else { throw failure("a control character stands in a string") }
            isEscaped = true
            try skipEscape()
        }
    }

    /// To the next quote, backslash or control character.
    @inline(__always)
    private mutating func skipPlain() throws(RejectReason) {
        while at + 16 <= count {
            let mask = scan_json_string_mask(base + at)
            if mask != 0 {
                at += mask.trailingZeroBitCount
                return
            }
            at += 16
        }
        while at < count {
            let byte = base[at]
            if byte == 34 || byte == 92 || byte < 32 { return }
            at += 1
        }
        throw failure("a string does not end")
    }

    private mutating func skipEscape() throws(RejectReason) {
        guard at + 1 < count else { throw failure("a string does not end") }
        switch base[at + 1] {
        case 34, 92, 47, UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"): at += 2
        case UInt8(ascii: "u"):
            guard let unit = JSONText.unit(bytes, at) else { throw failure("a bad \\u escape") }
            if unit & 0xf800 == 0xd800 {
                guard unit < 0xdc00, let low = JSONText.unit(bytes, at + 6), low & 0xfc00 == 0xdc00 else { throw failure("a lone surrogate") }
                at += 6
            }
            at += 6
        default: throw failure("an unknown escape")
        }
    }

    /// The code unit of the `\uXXXX` at an offset.
    private static func unit(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt32? {
        guard at + 6 <= bytes.count, bytes[at] == 92, bytes[at + 1] == UInt8(ascii: "u") else { return nil }
        var value: UInt32 = 0
        for i in at + 2..<at + 6 {
            switch bytes[i] {
            case 48...57: value = value << 4 | UInt32(bytes[i] - 48)
            case 97...102: value = value << 4 | UInt32(bytes[i] - 87)
            case 65...70: value = value << 4 | UInt32(bytes[i] - 55)
            default: return nil
            }
        }
        return value
    }

    mutating func skipNumber() throws(RejectReason) {
        if peek == UInt8(ascii: "-") { at += 1 }
        if peek == 48 { at += 1 } else { try skipDigits("not a JSON value") }
        if peek == UInt8(ascii: ".") {
            at += 1
            try skipDigits("not a number")
        }
        if peek | 32 == UInt8(ascii: "e") {
            at += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
            try skipDigits("not a number")
        }
    }

    private mutating func skipDigits(_ reason: String) throws(RejectReason) {
        let start = at
        while at < count, base[at] >= 48, base[at] <= 57 { at += 1 }
        guard at > start else { throw failure(reason) }
    }

    /// Resolves the escapes of a string that was checked.
    static func unescape(_ text: UnsafeRawBufferPointer, into out: inout [UInt8]) {
        var i = 0
        while i < text.count {
            guard text[i] == 92 else {
                out.append(text[i])
                i += 1
                continue
            }
            switch text[i + 1] {
            case UInt8(ascii: "b"): out.append(8)
            case UInt8(ascii: "f"): out.append(12)
            case UInt8(ascii: "n"): out.append(10)
            case UInt8(ascii: "r"): out.append(13)
            case UInt8(ascii: "t"): out.append(9)
            case UInt8(ascii: "u"):
                var scalar = unit(text, i) ?? 0xfffd
                i += 4
                if scalar & 0xfc00 == 0xd800, let low = unit(text, i + 2) {
                    scalar = 0x10000 + (scalar - 0xd800) << 10 + (low - 0xdc00)
                    i += 6
                }
                out += UTF8.encode(Unicode.Scalar(scalar) ?? "\u{fffd}") ?? UTF8.encodedReplacementCharacter
            default: out.append(text[i + 1])
            }
            i += 2
        }
    }
}
