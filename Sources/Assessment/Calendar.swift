import Evidence

/// The spans of a period in its own zone, from which scheduled populations come: a run that never happened is still a row.
struct Calendar {
    struct Row {
        let name: String
        let window: Window
    }

    let zone: Zone
    let window: Window

    static let tables = ["period", "days", "business_days", "weeks", "months", "quarters", "halves", "years", "hours"]

    /// `days(1)` is a length of time, not the table.
    static func tables(namedIn sql: String) -> Set<String> {
        let tokens = SQLText.tokens(sql).filter { $0.shape != .blank && $0.shape != .comment }
        let words = tokens.indices.filter { $0 + 1 == tokens.count || tokens[$0 + 1].text != "(" }.compactMap { tokens[$0].name }
        return Set(words).intersection(tables)
    }

    /// Spans that end within the window, by start. `business_days` are Monday to Friday.
    func rows(of table: String) -> [Row] {
        switch table {
        case "period": [Row(name: "period", window: window)]
        case "days": spans(from: firstDay, next: { $0.adding(days: 1) }, name: { $0.description })
        case "business_days": spans(from: firstDay, next: { $0.adding(days: 1) }, name: { $0.description }).filter { zone.day(of: $0.window.start).weekday < 6 }
        case "weeks": spans(from: firstDay.adding(days: 1 - firstDay.weekday), next: { $0.adding(days: 7) }, name: { "week of \($0)" })
        case "months": spans(months: 1, name: { "\(padded($0.year, 4))-\(padded($0.month, 2))" })
        case "quarters": spans(months: 3, name: { "\(padded($0.year, 4))-Q\(($0.month + 2) / 3)" })
        case "halves": spans(months: 6, name: { "\(padded($0.year, 4))-H\($0.month <= 6 ? 1 : 2)" })
        case "years": spans(months: 12, name: { padded($0.year, 4) })
        case "hours": hours()
        default: []
        }
    }

    private var firstDay: Day { zone.day(of: window.start) }

    private func spans(from first: Day, next: (Day) -> Day, name: (Day) -> String) -> [Row] {
        var rows: [Row] = []
        var day = first
        while true {
            let following = next(day)
            let span = Window(start: zone.instant(day), end: zone.instant(following))
            guard span.end <= window.end else { return rows }
            if span.end > window.start { rows.append(Row(name: name(day), window: span)) }
            day = following
        }
    }

    private func spans(months: Int, name: (Day) -> String) -> [Row] {
        let first = firstDay
        let month = (first.month - 1) / months * months + 1
        guard let start = Day(year: first.year, month: month, day: 1) else { return [] }
        return spans(
            from: start,
            next: { day in
                let total = day.year * 12 + day.month - 1 + months
                return Day(year: total / 12, month: total % 12 + 1, day: 1) ?? day.adding(days: 1)
            }, name: name)
    }

    /// Whole hours of UTC, in which counters count; the first and the last end with the window, which may begin at half past.
    private func hours() -> [Row] {
        let hour: Int64 = 3_600_000_000_000
        var rows: [Row] = []
        var start = window.start
        while start < window.end {
            let next = start.nanoseconds - ((start.nanoseconds % hour) + hour) % hour + hour
            let end = min(Instant(nanoseconds: next), window.end)
            rows.append(Row(name: String(start.description.prefix(13)) + "Z", window: Window(start: start, end: end)))
            start = end
        }
        return rows
    }
}
