/// Text as XML can hold it and a reader can see it. libxml2's writer checks nothing and reports success for a file that nobody can read.
enum SafeText {
    /// For element content: what XML 1.0 forbids, and what could hide or reorder text, becomes a mark such as `⟦U+202E⟧`; nothing is dropped.
    static func block(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isHidden(scalar.value) {
                let hex = String(scalar.value, radix: 16, uppercase: true)
                out.append(contentsOf: "⟦U+\(String(repeating: "0", count: max(0, 4 - hex.utf8.count)))\(hex)⟧".unicodeScalars)
            } else {
                out.append(scalar)
            }
        }
        return String(out)
    }

    /// For values that OSCAL wants on one line, with no blank at either end, and never empty.
    static func line(_ text: String) -> String {
        let words = block(text).split { $0.unicodeScalars.allSatisfy { $0 == " " || $0 == "\n" || $0 == "\t" } }
        return words.isEmpty ? "—" : words.joined(separator: " ")
    }

    private static func isHidden(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 9, 10: false
        case 0..<32, 0x7f...0x9f, 0xad, 0x61c, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xfff0...0xfffb: true
        case 0xfdd0...0xfdef, 0xe0000...0xe0fff: true
        default: scalar & 0xfffe == 0xfffe
        }
    }
}
