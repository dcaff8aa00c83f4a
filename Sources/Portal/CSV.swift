import Evidence

/// RFC 4180 with CRLF, UTF-8, no byte order mark. A cell that a spreadsheet would run as a formula gets an apostrophe in front.
struct CSV {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    mutating func cell(_ text: String) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        var text = text
        let needsQuotes = text.withUTF8 { $0.contains { $0 == 34 || $0 == 44 || $0 < 32 || $0 == 59 } }
        if needsQuotes { bytes.append(34) }
        if CSV.isFormula(text) { bytes.append(UInt8(ascii: "'")) }
        if needsQuotes {
            for byte in text.utf8 {
                if byte == 34 { bytes.append(34) }
                bytes.append(byte)
            }
            bytes.append(34)
        } else {
            text.withUTF8 { bytes.append(contentsOf: $0) }
        }
    }
    mutating func cell(_ instant: Instant?) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        instant?.append(to: &bytes)
    }
    mutating func endRow() {
        bytes += [13, 10]
        isFirst = true
    }

    /// Starts, blanks aside, with what spreadsheets read as the start of a formula; a plain negative number does not.
    private static func isFormula(_ text: String) -> Bool {
        guard var first = text.utf8.first else { return false }
        if first <= 32 { first = text.utf8.first { $0 > 32 } ?? first }
        switch first {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "@"), 9, 13: return true
        case UInt8(ascii: "-"): return text.utf8.dropFirst().contains { !($0 >= 48 && $0 <= 57) && $0 != 46 } || text.utf8.count == 1
        // Full-width forms of the same four signs, which some spreadsheets fold.
        case 0xef: return ["＝", "＋", "－", "＠"].contains { text.hasPrefix($0) }
        default: return false
        }
    }
}
