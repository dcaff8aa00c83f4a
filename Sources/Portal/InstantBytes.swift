import Evidence

extension Instant {
    /// The same bytes as `description`, without a String: rows of populations print two of them each.
    func append(to bytes: inout [UInt8]) {
        let (day, second, fraction) = split()
        append(day.year, 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(day.month, 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(day.day, 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        append(second / 3600, 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(second / 60 % 60, 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(second % 60, 2, to: &bytes)
        if fraction != 0 {
            bytes.append(UInt8(ascii: "."))
            append(fraction, 9, to: &bytes)
            while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    private func append(_ value: Int, _ width: Int, to bytes: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(48 + value / divisor % 10))
            divisor /= 10
        }
    }
}
