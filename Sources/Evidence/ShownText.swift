extension String {
    /// With what a terminal would obey, or a reader not see, spelt out as `\u{1b}`. Names in what is verified are anybody's, and so is what is wrong with them.
    package var shown: String {
        guard unicodeScalars.contains(where: String.isHidden) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if String.isHidden(scalar) { text += "\\u{\(String(scalar.value, radix: 16))}" } else { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f...0x9f, 0x61c, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff: true
        default: false
        }
    }

    /// A file's name as it may be said: bytes that are not UTF-8 as `\xff`.
    package init(naming bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        if let text = String(validating: bytes, as: UTF8.self) {
            self = text
        } else {
            self = bytes.map { (0x20..<0x7f).contains($0) ? String(UnicodeScalar($0)) : "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }
}
