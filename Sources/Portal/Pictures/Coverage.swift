import Assessment
import Evidence

/// For each local day of the period: is the source proved live and complete, for all, some or none of the kinds it yields?
struct Coverage {
    enum State: Int, CaseIterable {
        case covered, partly, uncovered
        /// After the as-of instant: nothing can be known yet.
        case ahead
    }
    struct DayState {
        let day: Day
        let state: State
        let records: Int
    }

    let days: [DayState]
    /// Stretches up to the as-of instant that no proof covers, by kind.
    let gaps: [(kind: KindName, window: Window)]
    private let shares: [(kind: KindName, text: String)]

    init(_ source: SourceView, _ assessment: AssessmentResult) {
        let zone = assessment.period.zone
        let window = assessment.period.window
        let end = min(window.end, max(window.start, assessment.asOf))
        var records: [Day: Int] = [:]
        for (day, count) in source.recordsPerDay { records[day] = count }
        var days: [DayState] = []
        if !window.isEmpty {
            var day = zone.day(of: window.start)
            while zone.instant(day) < window.end {
                let span = zone.window(of: day)
                days.append(DayState(day: day, state: Coverage.state(span, source, asOf: assessment.asOf), records: records[day] ?? 0))
                day = day.adding(days: 1)
            }
        }
        self.days = days
        gaps = source.coverage.flatMap { kind, covered in Coverage.gaps(in: Window(start: window.start, end: end), covered).map { (kind, $0) } }
        let counted = days.filter { $0.state != .ahead }
        shares = source.coverage.map { kind, covered in
            let full = counted.count { day in covered.contains { Coverage.holds($0, zone.window(of: day.day)) } }
            return (kind, "\(full) of \(Words.count(counted.count, "day"))")
        }
    }

    func share(of kind: KindName) -> String { shares.first { $0.kind == kind }?.text ?? "never" }
    func count(_ state: State) -> Int { days.count { $0.state == state } }

    var summary: String {
        guard !days.isEmpty else { return "coverage is shown for a period, not for an instant" }
        let known = days.count - count(.ahead)
        return "\(count(.covered)) of \(Words.count(known, "day")) proved covered"
            + (count(.partly) > 0 ? ", \(count(.partly)) partly" : "") + (count(.uncovered) > 0 ? ", \(count(.uncovered)) not" : "")
    }

    private static func state(_ day: Window, _ source: SourceView, asOf: Instant) -> State {
        if day.start >= asOf { return .ahead }
        let full = source.coverage.count { $0.covered.contains { holds($0, day) } }
        if full == source.coverage.count, full > 0 { return .covered }
        let touched = source.coverage.contains { $0.covered.contains { $0.start < day.end && day.start < $0.end } }
        return touched ? .partly : .uncovered
    }
    private static func holds(_ outer: Window, _ inner: Window) -> Bool { outer.start <= inner.start && inner.end <= outer.end }

    static func gaps(in window: Window, _ covered: [Window]) -> [Window] {
        var gaps: [Window] = []
        var from = window.start
        for span in covered where span.end > window.start && span.start < window.end {
            if span.start > from { gaps.append(Window(start: from, end: span.start)) }
            from = max(from, span.end)
        }
        if from < window.end { gaps.append(Window(start: from, end: window.end)) }
        return gaps
    }
}
