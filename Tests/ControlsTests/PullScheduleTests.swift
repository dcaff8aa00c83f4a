import Controls
import Evidence
import Testing

/// `every:`, `retention:` and `inside:` of a source.
struct PullScheduleTests {
    private func programme(_ keys: String) -> String { Small.programme.replacing("{use: key-store, id: keys,", with: "{use: key-store, \(keys), id: keys,") }
    private func findings(_ keys: String) -> String { ControlsTests.findings { _ = try Small.programme(programme(keys)) }.joined(separator: "\n") }

    @Test func aScheduleIsRead() throws {
        let source = try #require(try Small.programme(programme("every: 6h, retention: 90d, inside: '**/*.jsonl'")).sources.first)
        #expect(source.schedule == PullSchedule(every: .seconds(21_600), retention: .seconds(90 * 86_400)))
        guard case .files(let files) = source.connector else { return #expect(Bool(false), "no files") }
        #expect(files.inside == "**/*.jsonl")
        #expect(try #require(try Small.programme(Small.programme).sources.first).schedule == .none)
    }

    @Test(arguments: [
        ("every: daily", "'every' of a source must be how often it is pulled, such as 1d, found 'daily'"),
        ("retention: 0d", "'retention' of a source must be how long the source keeps what it tells, such as 90d, found '0d'"),
        ("every: 8d, retention: 10d", "a source is pulled every 8d and keeps what it tells for 10d: one missed pull would lose evidence"),
        ("inside: '../x'", "'inside' of a source must be a pattern of member names"),
        ("inside: 'x', format: document", "'inside' of a source cannot be read as 'document'"),
    ])
    func whatCannotBeMeantIsRefused(keys: String, finding: String) { #expect(findings(keys).contains(finding), "\(findings(keys))") }

    @Test func aQuarterOfAnIntervalIsLeftForTheTimer() {
        let daily = PullSchedule(every: .seconds(86_400)), start = Instant(seconds: 0)
        for (hours, missed) in [(0, 0), (24, 0), (29, 0), (30, 1), (53, 1), (54, 2), (240, 9)] {
            #expect(daily.missed(from: start, to: Instant(seconds: Int64(hours) * 3_600)) == missed, "\(hours)")
        }
        #expect(daily.missed(from: Instant(seconds: 90), to: start) == 0 && PullSchedule.none.missed(from: start, to: .distantFuture) == 0)
    }
}
