/// When a source is to be pulled, and how long it gives the collector to do so.
package struct PullSchedule: Hashable, Sendable {
    /// From the start of one pull to the start of the next.
    package let every: Duration?
    /// How long the source itself keeps what it tells: older events can no longer be asked for.
    package let retention: Duration?

    package static let none = PullSchedule()

    package init(every: Duration? = nil, retention: Duration? = nil) {
        self.every = every
        self.retention = retention
    }

    /// Pulls that should have begun between one start and a later instant and did not. A quarter of an interval is left for
    /// timers that wait for a quiet moment, and for what ran before in the same run.
    package func missed(from start: Instant, to instant: Instant) -> Int {
        guard let every = every?.inNanoseconds, every > 0, instant > start else { return 0 }
        return Int(max(0, (instant.nanoseconds &- start.nanoseconds &- every / 4) / every))
    }

    /// What lies before it is gone from the source.
    package func horizon(at instant: Instant) -> Instant? {
        retention.map { instant.advanced(by: .zero - $0) }
    }
}

extension Duration {
    /// In one unit or two, never less than it is: `36h`, `5d 12h`, `24h 1m`, `20m`, `9s`.
    package var inWords: String {
        let seconds = (inNanoseconds + 999_999_999) / 1_000_000_000
        let units: [(name: String, length: Int64)] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]
        for (large, small) in zip(units, units.dropFirst()) where seconds >= 2 * large.length {
            let count = (seconds + small.length - 1) / small.length
            let (whole, rest) = count.quotientAndRemainder(dividingBy: large.length / small.length)
            return rest == 0 ? "\(whole)\(large.name)" : "\(whole)\(large.name) \(rest)\(small.name)"
        }
        return "\(seconds)s"
    }
}
