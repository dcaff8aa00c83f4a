import Foundation

/// An IANA time zone: where a programme's days begin and end.
package struct Zone: Hashable, Sendable, CustomStringConvertible {
    package let identifier: String
    private let rules: TimeZone

    /// Nil for a name the tz database does not know.
    package init?(_ identifier: String) {
        guard let rules = TimeZone(identifier: identifier) else { return nil }
        self.identifier = identifier
        self.rules = rules
    }

    package static let utc = Zone("UTC") ?? Zone(fixed: TimeZone(secondsFromGMT: 0))
    private init(fixed: TimeZone?) {
        guard let fixed else { preconditionFailure("a zone without an offset exists on every system") }
        identifier = "UTC"
        rules = fixed
    }

    package var description: String { identifier }

    package func offset(at instant: Instant) -> Int {
        identifier == "UTC" ? 0 : rules.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.nanoseconds / 1_000_000_000)))
    }

    /// The instant at which a clock on this zone's wall first shows `day` at `secondOfDay`.
    ///
    /// A wall time that a clock change skips is taken with the offset before the change, and one that occurs twice is its first occurrence.
    package func instant(_ day: Day, secondOfDay: Int = 0) -> Instant {
        let wall = Instant(day, secondOfDay: secondOfDay)
        let before = offset(at: Instant(nanoseconds: wall.nanoseconds - 86_400_000_000_000))
        let guess = Instant(nanoseconds: wall.nanoseconds - Int64(before) * 1_000_000_000)
        if offset(at: guess) == before { return guess }
        let after = offset(at: guess)
        let second = Instant(nanoseconds: wall.nanoseconds - Int64(after) * 1_000_000_000)
        return offset(at: second) == after ? second : guess
    }

    /// The half-open window of a local day: 23, 24 or 25 hours long.
    package func window(of day: Day) -> Window {
        Window(start: instant(day), end: instant(day.adding(days: 1)))
    }

    /// `181 days`, `30 hours`: how long windows are together by the clock on the wall, so that a day is a day where clocks change.
    package func length(of windows: [Window]) -> String {
        let seconds = windows.reduce(0) {
            $0 + Int(($1.end.nanoseconds - $1.start.nanoseconds) / 1_000_000_000) + offset(at: $1.end) - offset(at: $1.start)
        }
        return seconds >= 172_800 ? "\(seconds / 86_400) days" : "\((seconds + 3599) / 3600) hours"
    }

    package func day(of instant: Instant) -> Day {
        Instant(nanoseconds: instant.nanoseconds + Int64(offset(at: instant)) * 1_000_000_000).split().day
    }
}
