import Evidence
import Testing

@Suite struct DurationWordsTests {
    /// What is said of a lag or of the longest time without a look is never less than it was.
    @Test(arguments: [
        (0, "0s"), (1, "1s"), (61, "61s"), (120, "2m"), (121, "2m 1s"), (3_600, "60m"), (86_400, "24h"), (86_401, "24h 1m"), (90_000, "25h"),
        (172_800, "2d"), (172_920, "2d 1h"), (475_200, "5d 12h"), (7_776_000, "90d"),
    ]) func aLengthIsSaidInOneUnitOrTwo(seconds: Int, words: String) {
        #expect(Duration.seconds(seconds).inWords == words)
        #expect((Duration.seconds(seconds) - .nanoseconds(seconds > 0 ? 1 : 0)).inWords == words)
    }
}
