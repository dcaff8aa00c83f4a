import Evidence

/// How many requests pass the gateway in each hour: few at night, fewer at weekends, the whole period adding up exactly.
///
/// The log and the load balancer's own count both ask here, so that they tie unless something is planted.
struct Traffic: Sendable {
    struct Hour: Sendable {
        let start: Instant
        let requests: Int
    }

    private let hours: [Day: [Hour]]

    init(requests: Int, calendar: DemoCalendar) {
        var slots: [(day: Day, start: Instant, weight: Int)] = []
        for day in calendar.days {
            // 23 hours on the day of the clock change.
            let window = calendar.zone.window(of: day)
            var start = window.start
            while start < window.end {
                let local = (Int(start.nanoseconds / 1_000_000_000) + calendar.zone.offset(at: start)) / 3600 % 24
                slots.append((day, start, Traffic.weight(hour: local, weekday: day.weekday)))
                start = start.plus(hours: 1)
            }
        }
        let total = slots.reduce(0) { $1.day <= calendar.lastOfPeriod ? $0 + $1.weight : $0 }
        var hours: [Day: [Hour]] = [:]
        var passed = 0
        for slot in slots {
            let before = requests * passed / total
            passed += slot.weight
            hours[slot.day, default: []].append(Hour(start: slot.start, requests: requests * passed / total - before))
        }
        self.hours = hours
    }

    func hours(of day: Day) -> [Hour] { hours[day] ?? [] }

    private static func weight(hour: Int, weekday: Int) -> Int {
        let shape = [6, 4, 3, 3, 3, 5, 12, 26, 48, 66, 74, 72, 64, 66, 72, 70, 64, 56, 46, 40, 36, 28, 18, 10]
        return shape[hour] * (weekday <= 5 ? 10 : 4)
    }
}
