import Evidence

/// Writing text as bytes without a String per value: a busy day has thousands of records.
extension [UInt8] {
    mutating func append(text: String) { append(contentsOf: text.utf8) }
    mutating func append(literal text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    mutating func append(integer value: Int) {
        if value < 0 { append(45) }
        var divisor = 1
        let magnitude = abs(value)
        while magnitude / divisor >= 10 { divisor *= 10 }
        append(digits: magnitude, below: divisor)
    }
    /// Exactly `width` digits, zeros in front.
    mutating func append(integer value: Int, width: Int) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        append(digits: value, below: divisor)
    }
    private mutating func append(digits value: Int, below highest: Int) {
        var divisor = highest
        while divisor > 0 {
            append(UInt8(48 + value / divisor % 10))
            divisor /= 10
        }
    }

    /// `2026-03-04T02:00:11.250Z`: always with milliseconds, as gateways write it.
    mutating func append(_ instant: Instant) {
        let (day, second, nanosecond) = instant.split()
        append(day)
        append(84)
        append(integer: second / 3600, width: 2)
        append(58)
        append(integer: second / 60 % 60, width: 2)
        append(58)
        append(integer: second % 60, width: 2)
        append(46)
        append(integer: nanosecond / 1_000_000, width: 3)
        append(90)
    }
    mutating func append(_ day: Day) {
        append(integer: day.year, width: 4)
        append(45)
        append(integer: day.month, width: 2)
        append(45)
        append(integer: day.day, width: 2)
    }

    /// The lowest digits of `bits`, least significant first: only ever used for made-up ids.
    mutating func append(hex bits: UInt64, digits: Int) {
        var bits = bits
        for _ in 0..<digits {
            let nibble = UInt8(bits & 15)
            append(nibble < 10 ? 48 + nibble : 87 + nibble)
            bits >>= 4
        }
    }
    mutating func appendHex(_ random: inout Random, _ digits: Int) {
        for start in stride(from: 0, to: digits, by: 16) { append(hex: random.next(), digits: Swift.min(16, digits - start)) }
    }
}
