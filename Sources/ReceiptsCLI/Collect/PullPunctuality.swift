import Connectors
import Evidence

/// Whether a pull came when it was due, and in time for what the source keeps.
struct PullPunctuality {
    /// Pulls that were due since the source was last asked.
    let missed: Int
    /// The source holds nothing older; nil where it is not said how long it keeps what it tells.
    let horizon: Instant?
    let problems: [String]

    /// `lastStart`: of the newest pull of any outcome; nil for the first. `asked`: what the source was really asked for.
    init(_ source: SourceDefinition, asked: Window, lastStart: Instant?, startedAt: Instant) {
        missed = lastStart.map { source.schedule.missed(from: $0, to: startedAt) } ?? 0
        horizon = source.schedule.horizon(at: startedAt)
        var problems: [String] = []
        if let lastStart, missed > 0, let every = source.schedule.every {
            problems.append("it is to be pulled every \(every.inWords), and was last asked at \(lastStart.wholeSeconds): pulls missed: \(missed)")
        }
        if let horizon, let retention = source.schedule.retention, asked.start < horizon, asked.start != .distantPast {
            problems.append(
                "the source keeps \(retention.inWords): what it told between \(asked.start.wholeSeconds) and \(horizon.wholeSeconds) can no longer be asked for, "
                    + "and is not proved")
        }
        self.problems = problems
    }

    /// What of an answered stretch the source could still tell.
    func provable(_ window: Window?) -> Window? {
        guard let window, let horizon, window.start < horizon else { return window }
        return horizon < window.end ? Window(start: horizon, end: window.end) : nil
    }
}
