import Evidence
import Testing

@testable import Assessment

@Suite struct StateLooksTests {
    private func instant(_ text: String) -> Instant { Bed.instant(text) }
    private func window(_ start: String, _ end: String) -> Window { Window(start: instant(start), end: instant(end)) }
    private func looks(_ instants: String...) -> StateLooks {
        StateLooks(source: SourceID(trusted: "locks"), kinds: [], instants: instants.map(instant))
    }

    @Test func onlyStretchesBetweenTwoLooksThatAreNearEnoughAreCovered() {
        let looks = looks("2026-03-01T06:00:00Z", "2026-03-02T06:00:00Z", "2026-03-04T06:00:00Z", "2026-03-05T06:00:00Z")
        #expect(
            looks.covered(every: .seconds(86_400)) == [
                window("2026-03-01T06:00:00Z", "2026-03-02T06:00:00Z"), window("2026-03-04T06:00:00Z", "2026-03-05T06:00:00Z"),
            ])
        #expect(looks.covered(every: .seconds(86_399)).isEmpty)
        #expect(looks.covered(every: .seconds(172_800)) == [window("2026-03-01T06:00:00Z", "2026-03-05T06:00:00Z")])
    }

    /// The distance counts whole, also where only some of it lies in the window.
    @Test func theLargestDistanceReachesIntoTheWindow() {
        let looks = looks("2026-03-01T06:00:00Z", "2026-03-03T06:00:00Z", "2026-03-04T06:00:00Z")
        #expect(looks.largestDistance(in: window("2026-03-03T00:00:00Z", "2026-03-05T00:00:00Z")) == window("2026-03-01T06:00:00Z", "2026-03-03T06:00:00Z"))
        #expect(looks.largestDistance(in: window("2026-03-03T12:00:00Z", "2026-03-03T18:00:00Z")) == window("2026-03-03T06:00:00Z", "2026-03-04T06:00:00Z"))
        #expect(looks.largestDistance(in: window("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")) == nil)
        #expect(
            looks.cap(KindName(trusted: "lock"), in: window("2026-03-03T00:00:00Z", "2026-03-05T00:00:00Z")).contains(
                "seen at 2 instants ('locks'), at most 2d apart"))
    }

    /// A hole may hold looks that are too far apart: nobody may then say that nobody looked.
    @Test func theReasonOfAHoleCountsTheLooksWithin() {
        let looks = looks("2026-03-01T06:00:00Z", "2026-03-03T06:00:00Z", "2026-03-05T06:00:00Z")
        #expect(
            looks.reason(for: window("2026-03-01T06:00:00Z", "2026-03-03T06:00:00Z")).hasSuffix(
                "nobody looked at 'locks' between 2026-03-01T06:00:00Z and 2026-03-03T06:00:00Z"))
        #expect(
            looks.reason(for: window("2026-03-02T00:00:00Z", "2026-03-05T00:00:00Z")).hasSuffix(
                "between 2026-03-01T06:00:00Z and 2026-03-05T06:00:00Z 'locks' was looked at once only"))
        #expect(
            looks.reason(for: window("2026-02-01T00:00:00Z", "2026-03-05T06:00:00Z")).hasSuffix(
                "before 2026-03-05T06:00:00Z 'locks' was looked at 2 times only"))
    }
}
