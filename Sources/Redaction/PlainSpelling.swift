import CScan

/// JSON in which no ASCII character hides behind a `\u` escape: patterns look at bytes, and `mira\u0040example.org` is an address too.
package enum PlainSpelling {
    /// The record with each `\u0020` to `\u007e` written as the character itself, save the quote and the backslash; nil if it has none.
    /// What a JSON reader sees stays the same.
    package static func of(_ record: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let base = record.assumingMemoryBound(to: UInt8.self).baseAddress else { return nil }
        var at = scan_find(base, record.count, 92)
        var out: [UInt8] = []
        var done = 0
        while at + 1 < record.count {
            if let character = character(record, at) {
                out.append(contentsOf: record[done..<at])
                out.append(character)
                at += 6
                done = at
            } else {
                at += record[at] == 92 ? 2 : 1
            }
        }
        if done == 0 { return nil }
        out.append(contentsOf: record[done...])
        return out
    }

    private static func character(_ record: UnsafeRawBufferPointer, _ at: Int) -> UInt8? {
        guard at + 6 <= record.count, record[at] == 92, record[at + 1] == UInt8(ascii: "u"), record[at + 2] == 48, record[at + 3] == 48,
            let high = hex(record[at + 4]), let low = hex(record[at + 5])
        else { return nil }
        let character = high << 4 | low
        return character < 32 || character > 126 || character == 34 || character == 92 ? nil : character
    }

    private static func hex(_ c: UInt8) -> UInt8? {
        switch c {
        case 48...57: c - 48
        case 65...70: c - 55
        case 97...102: c - 87
        default: nil
        }
    }
}
