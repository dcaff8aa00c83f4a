import Controls
import Evidence
import Testing

@testable import Assessment

/// Scheduled populations come from the calendar, in the zone that the programme declares.
@Suite struct CalendarTests {
    private let berlin = Zone("Europe/Berlin") ?? .utc

    private func rows(_ table: String, _ first: String, _ last: String) throws -> [(name: String, hours: Int)] {
        let (first, last) = (try #require(Day(first)), try #require(Day(last)))
        let window = Window(start: berlin.instant(first), end: berlin.instant(last.adding(days: 1)))
        return Assessment.Calendar(zone: berlin, window: window).rows(of: table).map {
            ($0.name, Int(($0.window.end.nanoseconds - $0.window.start.nanoseconds) / 3_600_000_000_000))
        }
    }

    @Test func aLengthOfTimeNamesNoTable() {
        #expect(Calendar.tables(namedIn: "SELECT a + days(30), b + hours (1) FROM fact -- days").isEmpty)
        #expect(Calendar.tables(namedIn: "SELECT n / hours(1) FROM Months m CROSS JOIN period") == ["months", "period"])
    }

    @Test func aRunThatNeverHappenedIsARow() throws {
        var bed = Bed()
        bed.zone = berlin
        bed.window = Window(start: berlin.instant(try #require(Day("2026-03-28"))), end: berlin.instant(try #require(Day("2026-03-31"))))
        bed.control.key = "day"
        bed.control.at = "starts"
        bed.control.complete = ""
        bed.control.needs = "{fact: {from: starts, to: ends}}"
        bed.control.population = """
            SELECT d.name AS day, instant(d.starts) AS starts, instant(d.ends) AS ends, count(f.artifact) AS runs
            FROM days d LEFT JOIN fact f ON f.occurred_at >= d.starts AND f.occurred_at < d.ends
            GROUP BY d.name, d.starts, d.starts_latest, d.ends, d.ends_latest
            """
        bed.control.attributes = ["at_least(runs, 1, fact)"]
        // 23:30 on the 28th, and 22:30 on the 29th by the clock in Berlin, which has been put forward.
        bed.add("fact", at: "2026-03-28T22:30:00Z", ["id": "a"])
        bed.add("fact", at: "2026-03-29T20:30:00Z", ["id": "b"])
        let items = try bed.items()
        #expect(items.map(\.keyText) == ["2026-03-28", "2026-03-29", "2026-03-30"])
        #expect(items.map(\.verdict) == [.operated, .operated, .deviation])
        bed.covered["fact"] = [Bed.window("2026-03-01", "2026-03-30T21:00:00Z")]
        #expect(try bed.items().map(\.verdict) == [.operated, .operated, .insufficientEvidence])
    }

    /// A month that has not begun is not judged, though the records of today would fail it.
    @Test func whatLiesAheadIsNotYetDue() throws {
        var bed = Bed()
        bed.add("fact", at: "2026-01-05T10:00:00Z", ["id": "k1", "outcome": "failure"])
        bed.add("fact", at: "2026-01-20T10:00:00Z", ["id": "k2", "outcome": "failure"])
        bed.asOf = Bed.instant("2026-01-10")
        #expect(try bed.items().map(\.verdict) == [.deviation, .notYetDue])
        let result = try bed.assess()
        #expect(result.reasons.first == "1 of 2 facts deviates; 1 not yet due" && result.verdict == .deviation)
    }

    /// However SQLite lets a control name it, a table of the calendar that is read is filled.
    @Test(arguments: ["days", "\"days\"", "[days]", "`Days`", "'days'", "DAYS", "temp.\"days\""]) func aTableUnderAnySpellingIsFilled(name: String) throws {
        var bed = Bed()
        bed.control.population = "SELECT name AS id, instant(starts) AS happened_at, 'success' AS outcome FROM \(name)"
        #expect(try bed.items().count == 31)
    }

    /// Counters count by hours of UTC: where a local day begins at half past, the first hour and the last are halves of one.
    @Test func hoursAreThoseOfUTCWithinTheWindow() throws {
        let kolkata = try #require(Zone("Asia/Kolkata"))
        let (first, last) = (try #require(Day("2026-04-01")), try #require(Day("2026-04-02")))
        let rows = Assessment.Calendar(zone: kolkata, window: Window(start: kolkata.instant(first), end: kolkata.instant(last))).rows(of: "hours")
        let told = rows.map { "\($0.name) \(($0.window.end.nanoseconds - $0.window.start.nanoseconds) / 60_000_000_000)" }
        #expect(told.count == 25 && told.first == "2026-03-31T18Z 30" && told[1] == "2026-03-31T19Z 60" && told.last == "2026-04-01T18Z 30")
    }

    @Test func daysOnWhichClocksChangeAreShorterAndLonger() throws {
        #expect(try rows("days", "2026-03-28", "2026-03-30").map(\.hours) == [24, 23, 24])
        #expect(try rows("days", "2026-10-24", "2026-10-26").map(\.hours) == [24, 25, 24])
        #expect(try rows("hours", "2026-03-29", "2026-03-29").count == 23)
        #expect(try rows("hours", "2026-10-25", "2026-10-25").count == 25)
    }

    @Test func aSpanBelongsToThePeriodInWhichItEnds() throws {
        #expect(
            try rows("weeks", "2026-01-01", "2026-01-31").map(\.name) == [
                "week of 2025-12-29", "week of 2026-01-05", "week of 2026-01-12", "week of 2026-01-19",
            ])
        #expect(try rows("weeks", "2026-01-05", "2026-01-11").map(\.name) == ["week of 2026-01-05"])
        #expect(try rows("months", "2026-01-15", "2026-03-30").map(\.name) == ["2026-01", "2026-02"])
        #expect(try rows("months", "2026-01-15", "2026-03-31").map(\.name) == ["2026-01", "2026-02", "2026-03"])
        #expect(try rows("quarters", "2025-12-31", "2026-06-30").map(\.name) == ["2025-Q4", "2026-Q1", "2026-Q2"])
        #expect(try rows("halves", "2026-01-01", "2026-12-30").map(\.name) == ["2026-H1"])
        #expect(try rows("years", "2025-07-01", "2026-06-30").map(\.name) == ["2025"])
        #expect(try rows("period", "2026-01-01", "2026-01-31").map(\.hours) == [744])
    }

    @Test func businessDaysAreMondayToFriday() throws {
        #expect(try rows("business_days", "2026-01-01", "2026-01-06").map(\.name) == ["2026-01-01", "2026-01-02", "2026-01-05", "2026-01-06"])
    }

    @Test func theLengthOfMonthsFollowsTheClock() throws {
        #expect(try rows("months", "2026-01-01", "2026-12-31").map(\.hours) == [744, 672, 743, 720, 744, 720, 744, 744, 720, 745, 720, 744])
    }
}
