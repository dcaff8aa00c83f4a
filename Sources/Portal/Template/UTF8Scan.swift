/// Strict UTF-8, one scalar at a time, and which scalars a reader cannot see.
enum UTF8Scan {
    /// The scalar at `at` and its length in bytes; nil where the bytes are not UTF-8 (overlong, surrogate, cut off).
    static func scalar(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> (value: UInt32, length: Int)? {
        let first = bytes[at]
        let (length, minimum, start): (Int, UInt32, UInt32)
        switch first {
        case 0..<0x80: return (UInt32(first), 1)
        case 0xc2...0xdf: (length, minimum, start) = (2, 0x80, UInt32(first & 0x1f))
        case 0xe0...0xef: (length, minimum, start) = (3, 0x800, UInt32(first & 0x0f))
        case 0xf0...0xf4: (length, minimum, start) = (4, 0x10000, UInt32(first & 0x07))
        default: return nil
        }
        guard at + length <= bytes.count else { return nil }
        var value = start
        for i in 1..<length {
            guard bytes[at + i] & 0xc0 == 0x80 else { return nil }
            value = value << 6 | UInt32(bytes[at + i] & 0x3f)
        }
        guard value >= minimum, value <= 0x10ffff, !(0xd800...0xdfff).contains(value) else { return nil }
        return (value, length)
    }

    /// Controls, bidi and zero-width characters, separators, fillers, tags, variation selectors' kin and noncharacters.
    static func isInvisible(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x80...0x9f, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b...0x180f: true
        case 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0x3164, 0xfeff, 0xffa0, 0xfff0...0xfffb: true
        case 0xfdd0...0xfdef, 0xe0000...0xe0fff: true
        default: scalar & 0xfffe == 0xfffe
        }
    }
}
