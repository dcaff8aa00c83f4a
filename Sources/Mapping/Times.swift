import Evidence

extension RecordMapper {
    mutating func instant(_ value: Value, _ rule: TimeRule) throws(ValueProblem) -> Span? {
        if case .instant(let span) = value { return span }
        if case .unix(let unit) = rule, case .integer(let whole) = value {
            let (nanoseconds, overflow) = whole.multipliedReportingOverflow(by: unit)
            guard !overflow else { throw ValueProblem("beyond the years 1678 to 2261") }
            return Span(Instant(nanoseconds: nanoseconds))
        }
        guard let slice = try text(value) else { return nil }
        let zone = mapper.zone
        return try withBytes(slice) { bytes in
            Result { () throws(ValueProblem) in try RecordMapper.read(bytes, rule, zone) }
        }.get()
    }

    /// By what the source says of its clock.
    func widened(_ span: Span) -> Span {
        let error = mapper.clockError
        if error == 0 { return span }
        let (earliest, below) = span.earliest.nanoseconds.subtractingReportingOverflow(error)
        let (latest, above) = span.latest.nanoseconds.addingReportingOverflow(error)
        return Span(earliest: below ? .distantPast : Instant(nanoseconds: earliest), latest: above ? .distantFuture : Instant(nanoseconds: latest))
    }

    private static func read(_ bytes: UnsafeRawBufferPointer, _ rule: TimeRule, _ zone: Zone) throws(ValueProblem) -> Span {
        let text = bytes.assumingMemoryBound(to: UInt8.self)
        switch rule {
        case .rfc3339:
            guard let instant = Instant.parse(text) else { throw ValueProblem("not a time with a zone, such as 2026-03-04T02:00:11Z") }
            return Span(instant)
        case .local:
            guard let (wall, offset) = Instant.parseLocal(text) else { throw ValueProblem("not a time such as 2026-03-04 02:00:11") }
            return located(wall, offset, zone)
        case .date:
            guard let day = Day(String(decoding: bytes, as: UTF8.self)) else { throw ValueProblem("not a day such as 2026-03-04") }
            return whole(day, zone)
        case .unix(let unit):
            guard let nanoseconds = Decimal.nanoseconds(bytes, unit: unit) else { throw ValueProblem("not a number of units since 1970") }
            return Span(Instant(nanoseconds: nanoseconds))
        case .format(let format):
            guard let (wall, offset) = format.read(bytes) else { throw ValueProblem("not a time of the given format") }
            if format.isDateOnly { return whole(wall.split().day, zone) }
            let span = located(wall, offset, zone)
            return Span(earliest: span.earliest, latest: Instant(nanoseconds: span.latest.nanoseconds + format.grain - 1))
        }
    }

    private static func whole(_ day: Day, _ zone: Zone) -> Span {
        let window = zone.window(of: day)
        return Span(earliest: window.start, latest: Instant(nanoseconds: window.end.nanoseconds - 1))
    }

    /// A wall time that the clocks show twice is a span from its first to its second occurrence. One that they skip is a span, too: a clock that showed it
    /// was either not yet set forward, or already.
    private static func located(_ wall: Instant, _ offset: Int?, _ zone: Zone) -> Span {
        if let offset { return Span(Instant(nanoseconds: wall.nanoseconds - Int64(offset) * 1_000_000_000)) }
        if zone.identifier == "UTC" { return Span(wall) }
        let parts = wall.split()
        let second = Int64(parts.nanosecond)
        let first = Instant(nanoseconds: zone.instant(parts.day, secondOfDay: parts.secondOfDay).nanoseconds + second)
        let later = zone.offset(at: Instant(nanoseconds: wall.nanoseconds + 86_400_000_000_000))
        let again = Instant(nanoseconds: wall.nanoseconds - Int64(later) * 1_000_000_000)
        let isSkipped = first.nanoseconds + Int64(zone.offset(at: first)) * 1_000_000_000 != wall.nanoseconds
        if isSkipped { return Span(earliest: min(first, again), latest: max(first, again)) }
        guard again > first, zone.offset(at: again) == later else { return Span(first) }
        return Span(earliest: first, latest: again)
    }
}
