import Crypto

/// Pseudonyms of values seen lately: the same few accounts fill a log, and an HMAC costs more than the rest of a record.
struct PseudonymTable {
    private struct Entry {
        var raw: [UInt8] = []
        var role = Pseudonym.Role.account
        var shape = RedactionShape.json
        var name: [UInt8] = []
    }
    /// At most; about 200 bytes each once they are filled. Most pulls see a handful of values, and a full table costs a megabyte to make and to destroy.
    private static let mostSlots = 1 << 15
    private let keyed: HMAC<SHA256>
    private var entries = [Entry](repeating: Entry(), count: 1 << 6)
    /// Values that were entered, since it grew, where there was none or another one.
    private var entered = 0

    init(key: SymmetricKey) { keyed = HMAC(key: key) }

    mutating func name(_ raw: UnsafeRawBufferPointer, _ role: Pseudonym.Role, _ shape: RedactionShape) -> [UInt8] {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in raw { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let slot = Int(hash >> 40) & (entries.count - 1)
        if !entries[slot].name.isEmpty, entries[slot].role == role, entries[slot].shape == shape, entries[slot].raw.elementsEqual(raw) {
            return entries[slot].name
        }
        let name = Pseudonym.make(PseudonymTable.plain(raw, shape), role, keyed)
        entries[slot] = Entry(raw: Array(raw), role: role, shape: shape, name: name)
        entered += 1
        if entered == entries.count, entries.count < PseudonymTable.mostSlots { grow() }
        return name
    }

    /// What it held is worked out again when it comes again.
    private mutating func grow() {
        entries = [Entry](repeating: Entry(), count: entries.count * 8)
        entered = 0
    }

    /// The value that the bytes write.
    private static func plain(_ raw: UnsafeRawBufferPointer, _ shape: RedactionShape) -> [UInt8] {
        var out: [UInt8] = []
        var at = 0
        while at < raw.count {
            switch shape {
            case .json where raw[at] == 92:
                at += EscapedJSON.unescape(raw, at, into: &out)
            case .csv where raw[at] == 34:
                out.append(34)
                at += at + 1 < raw.count && raw[at + 1] == 34 ? 2 : 1
            case .json, .csv, .text:
                out.append(raw[at])
                at += 1
            }
        }
        return out
    }
}

enum EscapedJSON {
    /// Appends what the escape at `at` stands for; returns its length. A lone surrogate becomes U+FFFD.
    static func unescape(_ raw: UnsafeRawBufferPointer, _ at: Int, into out: inout [UInt8]) -> Int {
        guard at + 1 < raw.count else { return 1 }
        switch raw[at + 1] {
        case UInt8(ascii: "b"): out.append(8)
        case UInt8(ascii: "f"): out.append(12)
        case UInt8(ascii: "n"): out.append(10)
        case UInt8(ascii: "r"): out.append(13)
        case UInt8(ascii: "t"): out.append(9)
        case UInt8(ascii: "u"):
            guard let unit = unit(raw, at) else { return 2 }
            if unit & 0xfc00 == 0xd800, let low = self.unit(raw, at + 6), low & 0xfc00 == 0xdc00 {
                append(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00), to: &out)
                return 12
            }
            append(unit, to: &out)
            return 6
        default: out.append(raw[at + 1])
        }
        return 2
    }

    private static func unit(_ raw: UnsafeRawBufferPointer, _ at: Int) -> UInt32? {
        guard at + 6 <= raw.count, raw[at] == 92, raw[at + 1] == UInt8(ascii: "u") else { return nil }
        return UInt32(String(decoding: raw[at + 2..<at + 6], as: UTF8.self), radix: 16)
    }

    private static func append(_ scalar: UInt32, to out: inout [UInt8]) {
        out += UTF8.encode(Unicode.Scalar(scalar) ?? "\u{fffd}") ?? UTF8.encodedReplacementCharacter
    }
}
