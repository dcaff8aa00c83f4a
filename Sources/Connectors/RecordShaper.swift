import Evidence

/// Makes of a record of an answer what is stored: takes it apart (`unwind`), and leaves out what is not to be kept (`keep`).
struct RecordShaper {
    private let unwind: String?
    private let omitsEmpty: Bool
    private let keep: [[String]]

    init(_ shape: HTTPShape) {
        unwind = shape.unwind
        omitsEmpty = shape.omitsEmpty
        keep = shape.keep.map(MemberPath.names)
    }

    /// Calls with each record that one becomes; an empty array leaves the record as it is, so that it is not lost.
    func each(of record: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let unwind else { return try kept(record, body) }
        let range = JSONMembers.range(of: unwind, in: record)
        if range == nil, omitsEmpty { return try kept(record, body) }
        guard let place = range, record[place.lowerBound] == UInt8(ascii: "[") else {
            throw ReadProblem("a record holds no array at '\(unwind)'")
        }
        let array = UnsafeRawBufferPointer(rebasing: record[place])
        var elements: [Range<Int>] = []
        if let problem = JSONSlices("").each(of: array, { elements.append($0) }) { throw ReadProblem("the array at '\(unwind)' is not whole: \(problem)") }
        guard !elements.isEmpty else { return try kept(record, body) }
        for element in elements {
            let one = Array(record[..<place.lowerBound]) + Array(array[element]) + Array(record[place.upperBound...])
            try one.withUnsafeBytes { try kept($0, body) }
        }
    }

    private func kept(_ record: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard !keep.isEmpty else { return try body(record) }
        var out: [UInt8] = []
        try JSONMembers.keeping(keep, of: record, 0..<record.count, into: &out)
        try out.withUnsafeBytes { try body($0) }
    }
}

/// Decides by their times which records of a list that shows the newest first lie in a window, and when the list reaches back before it.
struct NewestFirstFilter {
    private let rule: HTTPShape.NewestFirst
    private let times: HTTPSettings.TimeForm
    private let window: Window
    private var previous: Instant?
    private(set) var reachesBack = false
    private(set) var left = 0

    init(_ rule: HTTPShape.NewestFirst, _ settings: HTTPSettings, _ window: Window) {
        self.rule = rule
        times = settings.times
        self.window = window
    }

    /// Throws where the list is not in that order, which would make its end mean nothing.
    mutating func takes(_ record: UnsafeRawBufferPointer) throws(ReadProblem) -> Bool {
        guard let time = try self.time(rule.by, record) else { throw ReadProblem("a record has no time at '\(rule.by)', which the list should be sorted by") }
        if let previous, time > previous { throw ReadProblem("the list is not sorted by '\(rule.by)', the newest first: its end proves nothing") }
        previous = time
        if time < window.start { reachesBack = true }
        if let taken = try self.time(rule.take, record), taken >= window.start, taken < window.end { return true }
        left += 1
        return false
    }

    private func time(_ path: String, _ record: UnsafeRawBufferPointer) throws(ReadProblem) -> Instant? {
        guard let range = JSONMembers.range(of: path, in: record) else { return nil }
        guard let value = try? JSON.parse(record[range]) else { throw ReadProblem("a record holds no time at '\(path)'") }
        switch value {
        case .null, .string(""): return nil
        case .string(let text):
            if let instant = Instant(text) { return instant }
            if let instant = NewestFirstFilter.instant(text, times) { return instant }
        // As it is written: no fraction of a second is lost on the way.
        case .integer, .number: if let instant = NewestFirstFilter.instant(String(decoding: record[range], as: UTF8.self), times) { return instant }
        case .bool, .array, .object: break
        }
        throw ReadProblem("a record holds no time at '\(path)' that can be read")
    }

    /// Digits below a nanosecond are cut.
    private static func instant(_ text: String, _ times: HTTPSettings.TimeForm) -> Instant? {
        let unit: Int64? =
            switch times {
            case .rfc3339: nil
            case .unix: 1_000_000_000
            case .unixMilliseconds: 1_000_000
            case .unixNanoseconds: 1
            }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let unit, let whole = parts.first.flatMap({ Int64($0) }) else { return nil }
        var nanoseconds: Int64 = 0
        if parts.count > 1 {
            guard !parts[1].isEmpty, parts[1].utf8.allSatisfy({ (48...57).contains($0) }), !text.hasPrefix("-") else { return nil }
            var part = unit
            for digit in parts[1].utf8 {
                part /= 10
                nanoseconds += Int64(digit - 48) * part
            }
        }
        let (value, isTooLarge) = whole.multipliedReportingOverflow(by: unit)
        let (sum, isBeyond) = value.addingReportingOverflow(nanoseconds)
        return isTooLarge || isBeyond ? nil : Instant(nanoseconds: sum)
    }
}
