/// Numbers from their text, exactly.
enum Decimal {
    /// The whole number that the text is, also as `12.0` or `1e3`; nil if it is none or beyond Int64.
    static func integer(_ text: UnsafeRawBufferPointer) -> Int64? { scaled(text, by: 1, cuts: false) }

    /// The number times `unit`, without a binary fraction in between; digits below one are cut.
    static func nanoseconds(_ text: UnsafeRawBufferPointer, unit: Int64) -> Int64? { scaled(text, by: unit, cuts: true) }

    private static func scaled(_ text: UnsafeRawBufferPointer, by unit: Int64, cuts: Bool) -> Int64? {
        guard let parts = Parts(text) else { return nil }
        // unit is a power of ten: the shift says how many digits lie before the point.
        var shift = parts.exponent
        var rest = unit
        while rest >= 10 { rest /= 10; shift += 1 }
        let whole = parts.wholeDigits + shift
        guard whole <= 19 || parts.isZero else { return nil }
        var value: Int64 = 0
        var seen = 0
        for i in parts.digits where text[i] != UInt8(ascii: ".") {
            let digit = Int64(text[i] - 48)
            if seen >= whole {
                guard cuts || digit == 0 else { return nil }
            } else {
                let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
                let (next, carry) = parts.isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
                guard !overflow, !carry else { return nil }
                value = next
            }
            seen += 1
        }
        while seen < whole, value != 0 {
            let (next, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = next
            seen += 1
        }
        return value
    }

    private struct Parts {
        var isNegative = false
        var digits: Range<Int>
        /// Digits before the point.
        var wholeDigits = 0
        var exponent = 0
        var isZero = true

        init?(_ text: UnsafeRawBufferPointer) {
            var at = 0
            if at < text.count, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
                isNegative = text[at] == UInt8(ascii: "-")
                at += 1
            }
            let start = at
            var point: Int?
            while at < text.count {
                if text[at] == UInt8(ascii: "."), point == nil {
                    point = at
                } else if text[at] < 48 || text[at] > 57 {
                    break
                } else if text[at] != 48 {
                    isZero = false
                }
                at += 1
            }
            digits = start..<at
            wholeDigits = (point ?? at) - start
            guard wholeDigits > 0, point.map({ at > $0 + 1 }) ?? true else { return nil }
            if at == text.count { return }
            guard text[at] | 32 == UInt8(ascii: "e"), let exponent = Int(String(decoding: text[(at + 1)...], as: UTF8.self)), abs(exponent) < 400 else {
                return nil
            }
            self.exponent = exponent
        }
    }

    /// Nil for what is no finite number, also for `nan` and `inf`.
    static func number(_ text: UnsafeRawBufferPointer) -> Double? {
        guard Parts(text) != nil else { return nil }
        if text.count <= 16, let exact = short(text) { return exact }
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// Up to fifteen digits and a point: one division of two exact numbers is correctly rounded.
    private static func short(_ text: UnsafeRawBufferPointer) -> Double? {
        var value = 0
        var divisor = 1.0
        var isFraction = false
        for byte in text {
            if byte == UInt8(ascii: "."), !isFraction { isFraction = true; continue }
            guard byte >= 48, byte <= 57, value < 100_000_000_000_000 else { return nil }
            value = value * 10 + Int(byte - 48)
            if isFraction { divisor *= 10 }
        }
        return Double(value) / divisor
    }
}
