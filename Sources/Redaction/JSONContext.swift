import CScan

/// What a place in a JSON record is: inside a string or not, in a key or not. Moves forward only.
struct JSONContext {
    let record: UnsafeRawBufferPointer
    private var at = 0
    private var isInside = false
    private var keys = 0
    /// Where the string ends that was looked at last.
    private var closing = 0

    init(record: UnsafeRawBufferPointer) { self.record = record }

    mutating func isInString(_ place: Int) -> Bool {
        while at < place {
            switch record[at] {
            case 34: isInside.toggle()
            case 92 where isInside: at += 1
            default: break
            }
            at += 1
        }
        return isInside
    }

    /// The whole number that a hit outside a string is part of.
    func scalar(around range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound
        var high = range.upperBound
        while low > 0, JSONContext.isScalar(record[low - 1]) { low -= 1 }
        while high < record.count, JSONContext.isScalar(record[high]) { high += 1 }
        return low..<high
    }
    private static func isScalar(_ c: UInt8) -> Bool { (c >= 48 && c <= 57) || c == 43 || c == 45 || c == 46 || c | 32 == 101 }

    /// Numbers a replacement inside a key, so that two keys of an object do not become one.
    mutating func distinguish(after place: Int, _ out: inout [UInt8]) {
        if closing < place {
            closing = place
            while closing < record.count, record[closing] != 34 { closing += record[closing] == 92 ? 2 : 1 }
        }
        var end = closing + 1
        while end < record.count, record[end] <= 32 { end += 1 }
        guard end < record.count, record[end] == UInt8(ascii: ":") else { return }
        keys += 1
        out += "#\(keys)".utf8
    }
}
