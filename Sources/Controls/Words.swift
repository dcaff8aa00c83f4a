import Evidence

/// How the words of our YAML are read. Nil is left to the caller to report with the place.
enum Words {
    /// `90s`, `15m`, `24h`, `30d`: whole numbers; a day is 24 hours.
    static func duration(_ text: String) -> Duration? {
        guard let unit = text.last, let count = Int64(text.dropLast()), text.first != "+", (0...36_500_000).contains(count) else { return nil }
        switch unit {
        case "s": return .seconds(count)
        case "m": return .seconds(count * 60)
        case "h": return .seconds(count * 3_600)
        case "d": return count <= 36_500 ? .seconds(count * 86_400) : nil
        default: return nil
        }
    }

    /// `5%`, `0.5%`: the share, 0 to 1.
    static func percent(_ text: String) -> Double? {
        guard text.hasSuffix("%"), let value = Double(text.dropLast()), (0...100).contains(value), text.utf8.allSatisfy(isPercentByte) else {
            return nil
        }
        return value / 100
    }
    private static func isPercentByte(_ byte: UInt8) -> Bool { (48...57).contains(byte) || byte == 46 || byte == 37 }

    /// Decimal digits with an optional minus; no sign, base or grouping besides.
    static func integer(_ text: String) -> Int? {
        text.utf8.first == UInt8(ascii: "+") ? nil : Int(text)
    }

    /// An RFC 3339 time with its zone, a day (the whole day in UTC), or two times with `/` between them: the first and the last that it may have been.
    static func span(_ text: String) -> Span? {
        let ends = text.split(separator: "/", omittingEmptySubsequences: false).map { Instant(String($0)) }
        if ends.count == 2, let earliest = ends[0], let latest = ends[1], earliest <= latest { return Span(earliest: earliest, latest: latest) }
        if let instant = Instant(text) { return Span(instant) }
        guard let day = Day(text) else { return nil }
        let window = Zone.utc.window(of: day)
        return Span(earliest: window.start, latest: Instant(nanoseconds: window.end.nanoseconds - 1))
    }

    /// `at`, `30d before`, `1d after`, `2h around`.
    static func need(_ text: String) -> NeedSpan? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        if parts.count == 1, parts[0] == "at" { return .at }
        guard parts.count == 2, let length = duration(String(parts[0])) else { return nil }
        switch parts[1] {
        case "before": return .before(length)
        case "after": return .after(length)
        case "around": return .around(length)
        default: return nil
        }
    }

    /// Lower-case letters, digits and `_`, beginning with a letter: safe as a column, an XML name and a word in a template.
    static func isColumn(_ text: String) -> Bool {
        guard let first = text.utf8.first, (97...122).contains(first), text.utf8.count <= 60 else { return false }
        return text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }

    /// Relative, and never up and out of the programme's folder.
    static func isInnerPath(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("/") && !text.hasPrefix("~") && !text.utf8.contains(0)
            && !text.split(separator: "/", omittingEmptySubsequences: false).contains("..")
    }

    /// A byte that may stand in the name of a file that goes into an archive.
    static func isArchivable(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte | 32) && byte > 64 || "._-/".utf8.contains(byte)
    }

    static func isHex(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) || (65...70).contains($0) }
    }

    /// Hexadecimal, or `algorithm:hex`.
    static func isDigest(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return isHex(text) }
        return isColumn(String(text[..<colon].filter { $0 != "-" })) && isHex(text[text.index(after: colon)...])
    }

    static func isNumber(_ text: String) -> Bool {
        guard let value = Double(text) else { return false }
        return value.isFinite && text.utf8.allSatisfy { (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }
    }
}

extension FieldType {
    /// Whether text, as YAML wrote it, is a value of this type; nil if it is, else what was expected.
    func refusal(of text: String) -> String? {
        switch self {
        case .text, .id, .account, .subject: nil
        case .integer: Words.integer(text) == nil ? "an integer" : nil
        case .number: Words.isNumber(text) ? nil : "a number"
        case .boolean: text == "true" || text == "false" ? nil : "true or false"
        case .instant: Words.span(text) == nil ? "a time such as 2026-01-31T10:00:00Z, a day, or two times with / between them" : nil
        case .digest: Words.isDigest(text) ? nil : "a hexadecimal digest"
        case .oneOf(let values): values.contains(text) ? nil : "one of: " + values.joined(separator: ", ")
        }
    }
}
