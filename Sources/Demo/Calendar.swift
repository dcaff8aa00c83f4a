import Evidence

/// The demo's stretch of time: the period, and the days after it on which evidence of the period still arrives.
struct DemoCalendar: Sendable {
    let zone: Zone
    /// First local day of the period, and the last day on which something arrives.
    let first = DemoCalendar.date(1, 1)
    let lastOfPeriod = DemoCalendar.date(6, 30)
    let last = DemoCalendar.date(7, 3)

    init() {
        guard let zone = Zone("Europe/Berlin") else { preconditionFailure("the tz database has no Europe/Berlin") }
        self.zone = zone
    }

    /// A day of 2026. The script below is written for that year and its clock change of 29 March.
    static func date(_ month: Int, _ day: Int) -> Day {
        guard let date = Day(year: 2026, month: month, day: day) else { preconditionFailure("no such day: \(month)-\(day)") }
        return date
    }

    var days: [Day] { (first.daysSinceEpoch...last.daysSinceEpoch).map(Day.init(daysSinceEpoch:)) }

    /// Local wall time.
    func at(_ day: Day, _ hour: Int, _ minute: Int = 0, _ second: Int = 0) -> Instant {
        zone.instant(day, secondOfDay: hour * 3600 + minute * 60 + second)
    }
    func at(_ month: Int, _ day: Int, _ hour: Int, _ minute: Int = 0, _ second: Int = 0) -> Instant {
        at(DemoCalendar.date(month, day), hour, minute, second)
    }

    static func isBusinessDay(_ day: Day) -> Bool { day.weekday <= 5 }
    /// `day` itself if it is a business day, else the next one.
    static func businessDay(onOrAfter day: Day) -> Day {
        var day = day
        while !isBusinessDay(day) { day = day.adding(days: 1) }
        return day
    }
}

extension Instant {
    func plus(seconds: Int) -> Instant { Instant(nanoseconds: nanoseconds + Int64(seconds) * 1_000_000_000) }
    func plus(minutes: Int) -> Instant { plus(seconds: minutes * 60) }
    func plus(hours: Int) -> Instant { plus(seconds: hours * 3600) }
    func plus(days: Int) -> Instant { plus(seconds: days * 86_400) }
}
