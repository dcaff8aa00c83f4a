extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC, with as many of nine fractional digits as are not trailing zeros: `2026-03-04T02:00:11Z`.
    package var description: String {
        let (day, secondOfDay, fraction) = split()
        var text = "\(day)T\(padded(secondOfDay / 3600, 2)):\(padded(secondOfDay / 60 % 60, 2)):\(padded(secondOfDay % 60, 2))"
        if fraction != 0 {
            var digits = padded(fraction, 9)
            while digits.last == "0" { digits.removeLast() }
            text += "." + digits
        }
        return text + "Z"
    }

    /// The UTC day, seconds since its midnight, and nanoseconds of the second.
    package func split() -> (day: Day, secondOfDay: Int, nanosecond: Int) {
        var seconds = nanoseconds / 1_000_000_000
        var fraction = nanoseconds % 1_000_000_000
        if fraction < 0 { fraction += 1_000_000_000; seconds -= 1 }
        var days = seconds / 86_400
        if seconds % 86_400 < 0 { days -= 1 }
        return (Day(daysSinceEpoch: Int(days)), Int(seconds - days * 86_400), Int(fraction))
    }

    /// Midnight UTC at the start of `day`, plus seconds.
    package init(_ day: Day, secondOfDay: Int = 0, nanosecond: Int = 0) {
        let seconds = Int64(day.daysSinceEpoch) * 86_400 + Int64(secondOfDay)
        self.init(nanoseconds: seconds * 1_000_000_000 + Int64(nanosecond))
    }

    /// Reads RFC 3339 with a mandatory zone (`Z` or `+hh:mm`); nil for anything else.
    package init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { Instant.parse($0) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// The same from bytes, with no allocation. Accepts `T`, `t` or a blank between date and time, one to nine fractional
    /// digits (more are cut), `:60` as the last nanosecond of its minute, and `+hhmm`.
    package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Instant? {
        guard let (instant, offset) = parseLocal(bytes), let offset else { return nil }
        return Instant(nanoseconds: instant.nanoseconds - Int64(offset) * 1_000_000_000)
    }

    /// Wall time as if it were UTC, and the zone's offset in seconds if the text names one.
    package static func parseLocal(_ b: UnsafeBufferPointer<UInt8>) -> (wall: Instant, offset: Int?)? {
        guard b.count >= 19, b[4] == UInt8(ascii: "-"), b[7] == UInt8(ascii: "-"), b[13] == UInt8(ascii: ":"), b[16] == UInt8(ascii: ":"),
            b[10] == UInt8(ascii: "T") || b[10] == UInt8(ascii: "t") || b[10] == UInt8(ascii: " "),
            let year = digits(b, 0, 4), let month = digits(b, 5, 2), let dayNumber = digits(b, 8, 2),
            let hour = digits(b, 11, 2), let minute = digits(b, 14, 2), var second = digits(b, 17, 2),
            (1678...2261).contains(year), let day = Day(year: year, month: month, day: dayNumber),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var at = 19
        var fraction = 0
        if at < b.count, b[at] == UInt8(ascii: ".") || b[at] == UInt8(ascii: ",") {
            at += 1
            var scale = 100_000_000
            let first = at
            while at < b.count, b[at] >= 48, b[at] <= 57 {
                fraction += Int(b[at] - 48) * scale
                scale /= 10
                at += 1
            }
            guard at > first else { return nil }
        }
        if second == 60 { second = 59; fraction = 999_999_999 }
        let wall = Instant(day, secondOfDay: hour * 3600 + minute * 60 + second, nanosecond: fraction)
        guard at < b.count else { return (wall, nil) }
        guard let offset = zoneOffset(b, at) else { return nil }
        return (wall, offset)
    }

    private static func zoneOffset(_ b: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int? {
        if b[at] == UInt8(ascii: "Z") || b[at] == UInt8(ascii: "z") { return at + 1 == b.count ? 0 : nil }
        guard b[at] == UInt8(ascii: "+") || b[at] == UInt8(ascii: "-"), b.count >= at + 5 else { return nil }
        let sign = b[at] == UInt8(ascii: "-") ? -1 : 1
        let minutesAt = b[at + 3] == UInt8(ascii: ":") ? at + 4 : at + 3
        guard b.count == minutesAt + 2, let hours = digits(b, at + 1, 2), let minutes = digits(b, minutesAt, 2), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private static func digits(_ b: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
        var value = 0
        for i in start..<start + count {
            guard b[i] >= 48, b[i] <= 57 else { return nil }
            value = value * 10 + Int(b[i] - 48)
        }
        return value
    }
}
