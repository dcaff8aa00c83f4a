import Evidence
import Testing

@Suite struct CivilTests {
    @Test func daysAgreeWithPython() throws {
        let lines = Tables.days.split(separator: "\n")
        #expect(lines.count > 120)
        for line in lines {
            let parts = line.split(separator: " ")
            let day = try #require(Day(parts[0]))
            #expect(String(day.daysSinceEpoch) == parts[1] && String(day.weekday) == parts[2], "\(line)")
            #expect(Day(daysSinceEpoch: day.daysSinceEpoch) == day && day.description == parts[0])
        }
    }

    @Test func everyDayFollowsTheOneBefore() throws {
        var day = try #require(Day("1890-01-01"))
        while day.year < 2110 {
            let next = day.adding(days: 1)
            let isNextInMonth = next.month == day.month && next.day == day.day + 1
            let isFirst = next.day == 1 && day.day == Day.length(ofMonth: day.month, year: day.year)
            guard day < next, isNextInMonth || isFirst, next.weekday == day.weekday % 7 + 1 else {
                Issue.record("\(next) follows \(day)")
                return
            }
            day = next
        }
    }

    @Test(arguments: [
        "", "2026-1-01", "2026-01-1", "26-01-01", "2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-01T",
        "2026-01-01 ",
        "2026-01", "2026-01-01-01", "2026/01/01", "2026-+1-+1", "+026-01-01", "2026-01-0١", "2026--1-01",
    ])
    func whatIsNoDayIsRefused(_ text: String) {
        #expect(Day(text) == nil)
    }

    @Test func zonesChangeTheirOffsetsWhenPythonSaysSo() throws {
        let lines = Tables.transitions.split(separator: "\n")
        #expect(lines.count == 66)
        for line in lines {
            let parts = line.split(separator: " ").map(String.init)
            let zone = try #require(Zone(parts[0]))
            let second = try #require(Int64(parts[1]))
            #expect(String(zone.offset(at: Instant(seconds: second - 1))) == parts[2], "\(line)")
            #expect(String(zone.offset(at: Instant(seconds: second))) == parts[3], "\(line)")
        }
    }

    @Test func clocksOnTheWallShowWhatPythonSays() throws {
        for line in Tables.walls.split(separator: "\n") {
            let parts = line.split(separator: " ").map(String.init)
            let zone = try #require(Zone(parts[0]))
            let day = try #require(Day(parts[1]))
            let instant = zone.instant(day, secondOfDay: try #require(Int(parts[2])))
            #expect(String(instant.nanoseconds / 1_000_000_000) == parts[3], "\(line)")
        }
    }

    @Test(arguments: [("Europe/Berlin", [23, 25]), ("America/New_York", [23, 25])]) func aLocalDayHasTwentyThreeToTwentyFiveHours(
        _ name: String, _ lengths: [Int]
    ) throws {
        let zone = try #require(Zone(name))
        var seen: Set<Int> = []
        var day = try #require(Day("2026-01-01"))
        while day.year == 2026 {
            let window = zone.window(of: day)
            seen.insert(Int((window.end.nanoseconds - window.start.nanoseconds) / 3_600_000_000_000))
            #expect(zone.day(of: window.start) == day && zone.day(of: Instant(nanoseconds: window.end.nanoseconds - 1)) == day)
            day = day.adding(days: 1)
        }
        #expect(seen == Set(lengths + [24]))
    }

    @Test func aPeriodIsLabelledByItsFirstAndLastDay() throws {
        let zone = try #require(Zone("Europe/Berlin"))
        let (first, last) = (try #require(Day("2026-01-01")), try #require(Day("2026-06-30")))
        let window = Window(start: zone.instant(first), end: zone.instant(last.adding(days: 1)))
        let id = PeriodID(trusted: "p")
        #expect(Period(id: id, span: .typeII(window), zone: zone).label == "2026-01-01 to 2026-06-30 (Europe/Berlin)")
        #expect(Period(id: id, span: .typeI(asOf: window.end), zone: zone).label == "as of 2026-06-30 (Europe/Berlin)")
    }

    @Test(arguments: ["Mars/Phobos", "", "Europe/berlin ", "../etc/passwd"]) func anUnknownZoneIsRefused(_ name: String) { #expect(Zone(name) == nil) }
}
