/// A point in time: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds, years 1678 to 2261.
///
/// Parsed once where it enters and printed once where it leaves; nothing in between knows a time zone.
package struct Instant: Hashable, Comparable, Sendable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    package init(seconds: Int64) { nanoseconds = seconds &* 1_000_000_000 }

    package static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }
    package func advanced(by duration: Duration) -> Instant { Instant(nanoseconds: nanoseconds + duration.inNanoseconds) }
    package static let distantPast = Instant(nanoseconds: -9_000_000_000_000_000_000)
    package static let distantFuture = Instant(nanoseconds: 9_000_000_000_000_000_000)
}

extension Duration {
    /// Whole nanoseconds; the attoseconds below are dropped.
    package var inNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

/// What is known of when something happened: no earlier than `earliest`, no later than `latest` (both included).
///
/// A date without a time is the whole day; a clock with a known offset widens both ends.
package struct Span: Hashable, Sendable {
    package let earliest: Instant
    package let latest: Instant

    package init(earliest: Instant, latest: Instant) {
        precondition(earliest <= latest, "a span ends before it begins")
        self.earliest = earliest
        self.latest = latest
    }
    package init(_ instant: Instant) { self.init(earliest: instant, latest: instant) }
    package var isExact: Bool { earliest == latest }
}

/// A half-open stretch of time, `start` included, `end` not.
package struct Window: Hashable, Sendable {
    package let start: Instant
    package let end: Instant

    package init(start: Instant, end: Instant) {
        precondition(start <= end, "a window ends before it starts")
        self.start = start
        self.end = end
    }
    package func contains(_ instant: Instant) -> Bool { start <= instant && instant < end }
    package var isEmpty: Bool { start == end }
}
