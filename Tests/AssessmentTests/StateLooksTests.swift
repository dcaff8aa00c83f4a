import Evidence
import Testing

@testable import Assessment

@Suite struct StateLooksTests {
    private func instant(_ text: String) -> Instant { Bed.instant(text) }
    private func window(_ start: String, _ end: String) -> Window { Window(start: instant(start), end: instant(end)) }
    private func looks(_ instants: String...) -> StateLooks {
        StateLooks(source: SourceID(trusted: "locks"), kinds: [], instants: instants.map(instant))
    }

    /// What is said of the longest time without a look is never less than it was.
    @Test(arguments: [
        (86_400, "24 hours"), (86_401, "24 hours 1 minute"), (86_460, "24 hours 1 minute"), (3_600, "1 hour"), (61, "2 minutes"), (1, "1 minute"),
        (0, "0 minutes"),
        (172_920, "48 hours 2 minutes"),
    ]) func aDistanceIsRoundedUp(seconds: Int, words: String) {
        #expect(StateLooks.length(.seconds(seconds)) == words)
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
                "seen at 2 instants ('locks'), at most 48 hours apart"))
    }
}
