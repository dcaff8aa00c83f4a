import Evidence

/// A strptime-like format: `%Y %m %d %e %H %M %S %f %b %z`, `%%`, and text that must stand as it is. English month names, no locale.
struct TimeFormat: Sendable {
    private enum Part: Sendable { case literal(UInt8), year, month, day, hour, minute, second, fraction, monthName, zone }
    private let parts: [Part]
    /// Names no time of day: the whole day is meant.
    let isDateOnly: Bool
    /// How much time one text of the format names, in nanoseconds: an hour without %M, a minute without %S; a second's own stamp is taken at its word.
    let grain: Int64

    init(_ text: String) throws(SyntaxError) {
        var parts: [Part] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else {
                parts.append(.literal(byte))
                continue
            }
            let letter = bytes.next() ?? 0
            switch letter {
            case UInt8(ascii: "Y"): parts.append(.year)
            case UInt8(ascii: "m"): parts.append(.month)
            case UInt8(ascii: "d"), UInt8(ascii: "e"): parts.append(.day)
            case UInt8(ascii: "H"): parts.append(.hour)
            case UInt8(ascii: "M"): parts.append(.minute)
            case UInt8(ascii: "S"): parts.append(.second)
            case UInt8(ascii: "f"): parts.append(.fraction)
            case UInt8(ascii: "b"): parts.append(.monthName)
            case UInt8(ascii: "z"): parts.append(.zone)
            case UInt8(ascii: "%"): parts.append(.literal(letter))
            default: throw SyntaxError("'%\(String(decoding: [letter], as: UTF8.self))' is not one of %Y %m %d %e %H %M %S %f %b %z")
            }
        }
        let letters = parts
        func has(_ test: (Part) -> Bool) -> Bool { letters.contains(where: test) }
        guard has({ if case .year = $0 { true } else { false } }), has({ if case .day = $0 { true } else { false } }),
            has({ if case .month = $0 { true } else if case .monthName = $0 { true } else { false } })
        else { throw SyntaxError("the time format '\(text)' must name year, month and day (%Y, %m or %b, %d)") }
        isDateOnly = !has { if case .hour = $0 { true } else { false } }
        let hasMinute = has { if case .minute = $0 { true } else { false } }
        let hasSecond = has { if case .second = $0 { true } else { false } }
        grain = hasSecond ? 1 : hasMinute ? 60_000_000_000 : 3_600_000_000_000
        self.parts = parts
    }

    /// Wall time as if it were UTC and the zone's offset in seconds, if the text names one.
    func read(_ text: UnsafeRawBufferPointer) -> (wall: Instant, offset: Int?)? {
        var cursor = Cursor(text: text)
        var year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, nanosecond = 0
        var offset: Int?
        for part in parts {
            switch part {
            case .literal(let byte): guard cursor.take(byte) else { return nil }
            case .year: guard let value = cursor.number(4, exactly: true) else { return nil }; year = value
            case .month: guard let value = cursor.number(2) else { return nil }; month = value
            case .day:
                _ = cursor.take(32)
                guard let value = cursor.number(2) else { return nil }
                day = value
            case .hour: guard let value = cursor.number(2) else { return nil }; hour = value
            case .minute: guard let value = cursor.number(2) else { return nil }; minute = value
            case .second: guard let value = cursor.number(2) else { return nil }; second = value
            case .fraction: guard let value = cursor.fraction() else { return nil }; nanosecond = value
            case .monthName: guard let value = cursor.monthName() else { return nil }; month = value
            case .zone: guard let value = cursor.zone() else { return nil }; offset = value
            }
        }
        if second == 60 { second = 59; nanosecond = 999_999_999 }
        guard cursor.isAtEnd, hour < 24, minute < 60, second < 60, (1678...2261).contains(year), let date = Day(year: year, month: month, day: day)
        else { return nil }
        return (Instant(date, secondOfDay: hour * 3600 + minute * 60 + second, nanosecond: nanosecond), offset)
    }
}

private struct Cursor {
    let text: UnsafeRawBufferPointer
    var at = 0

    var isAtEnd: Bool { at == text.count }
    var peek: UInt8 { at < text.count ? text[at] : 0 }

    mutating func take(_ byte: UInt8) -> Bool {
        guard at < text.count, text[at] == byte else { return false }
        at += 1
        return true
    }

    mutating func number(_ width: Int, exactly: Bool = false) -> Int? {
        var value = 0
        let start = at
        while at < text.count, at - start < width, text[at] >= 48, text[at] <= 57 {
            value = value * 10 + Int(text[at] - 48)
            at += 1
        }
        return at == start || (exactly && at - start != width) ? nil : value
    }

    /// One to nine digits of a second's fraction; more are cut.
    mutating func fraction() -> Int? {
        var value = 0
        var scale = 100_000_000
        let start = at
        while at < text.count, text[at] >= 48, text[at] <= 57 {
            value += Int(text[at] - 48) * scale
            scale /= 10
            at += 1
        }
        return at == start ? nil : value
    }

    mutating func monthName() -> Int? {
        guard at + 3 <= text.count else { return nil }
        let names: StaticString = "janfebmaraprmayjunjulaugsepoctnovdec"
        for month in 0..<12 where (0..<3).allSatisfy({ names.utf8Start[month * 3 + $0] == text[at + $0] | 32 }) {
            at += 3
            return month + 1
        }
        return nil
    }

    /// `Z`, `+hhmm` or `+hh:mm`.
    mutating func zone() -> Int? {
        if take(UInt8(ascii: "Z")) { return 0 }
        let isWest = peek == UInt8(ascii: "-")
        guard isWest || peek == UInt8(ascii: "+") else { return nil }
        at += 1
        guard let hours = number(2, exactly: true) else { return nil }
        _ = take(UInt8(ascii: ":"))
        guard let minutes = number(2, exactly: true), hours < 24, minutes < 60 else { return nil }
        return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
