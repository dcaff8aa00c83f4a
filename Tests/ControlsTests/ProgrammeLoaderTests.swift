import Controls
import Evidence
import Testing

struct ProgrammeLoaderTests {
    private func findings(_ old: String, _ new: String) -> [String] {
        ControlsTests.findings { _ = try Small.programme(Small.programme.replacing(old, with: new)) }
    }

    @Test func localDaysBecomeInstantsThroughTheZone() throws {
        let programme = try Small.programme(Small.programme)
        let period = try #require(programme.periods.first)
        // Berlin: an hour ahead in January, two in July.
        #expect(period.window.start == Instant("2025-12-31T23:00:00Z"))
        #expect(period.window.end == Instant("2026-06-30T22:00:00Z"))
        #expect(programme.sources.first?.coverage == Instant("2025-12-31T23:00:00Z").map { .export(since: $0, isLive: false) })
    }

    @Test func aTypeOnePeriodIsTheEndOfItsDay() throws {
        let text = Small.programme.replacing("type: 2, start: 2026-01-01, end: 2026-06-30", with: "type: 1, as_of: 2026-06-30")
        #expect(try Small.programme(text).periods.first?.span == Instant("2026-06-30T22:00:00Z").map { .typeI(asOf: $0) })
    }

    @Test func aSourceTakesWhatItDoesNotSayFromTheMappingItUses() throws {
        let source = try #require(try Small.programme(Small.programme).sources.first)
        #expect(source.id.text == "keys")
        #expect(source.title == "Key store log")
        #expect(source.yields.first?.place == Place(file: "controls/sources/key-store.yaml", line: 5))
        #expect(source.place == Place(file: "receipts.yaml", line: 8))
    }

    @Test func aSourcesOwnKeysReplaceThoseOfTheMapping() throws {
        let source = try #require(try Small.programme(Small.programme.replacing("owner: platform,", with: "owner: platform, title: Ours,")).sources.first)
        #expect(source.title == "Ours")
    }

    @Test func theDigestFollowsTheMeaningAndNotTheForm() throws {
        let first = try #require(try Small.programme(Small.programme).sources.first?.digest)
        let spaced = try #require(
            try Small.programme("# comment\n" + Small.programme.replacing("{use: key-store, id: keys,", with: "{id: keys,   use: key-store,")).sources.first?
                .digest)
        let changed = try #require(try Small.programme(Small.programme.replacing("keys/*.jsonl", with: "kms/*.jsonl")).sources.first?.digest)
        let zoned = try #require(try Small.programme(Small.programme.replacing("Europe/Berlin", with: "Asia/Tokyo")).sources.first?.digest)
        #expect(first == spaced)
        #expect(first != changed)
        #expect(first != zoned)
    }

    @Test(arguments: [
        (
            "zone: Europe/Berlin", "zone: Europe/Berlim",
            "receipts.yaml:3: 'zone' of the programme must be a zone of the tz database such as Europe/Berlin, found 'Europe/Berlim'"
        ),
        (
            "end: 2026-06-30", "end: 2025-06-30",
            "receipts.yaml:6: the period ends on 2025-06-30, before it starts on 2026-01-01\nreceipts: hint: name its first and last local day; both belong to it"
        ),
        ("end: 2026-06-30", "end: 2026-06-31", "receipts.yaml:6: 'end' of a period must be a day such as 2026-06-30, found '2026-06-31'"),
        ("type: 2", "type: 3", "receipts.yaml:6: '3' is not a value of 'type' of a period\nreceipts: hint: one of: 1, 2"),
        (
            "evidence/keys/*.jsonl", "../keys/*.jsonl",
            "receipts.yaml:8: 'path' of a source must lie inside the programme's folder, found '../keys/*.jsonl'\nreceipts: hint: name it relative to the folder of receipts.yaml, without '..'"
        ),
        (
            "evidence/keys/*.jsonl", "/etc/*.jsonl",
            "receipts.yaml:8: 'path' of a source must lie inside the programme's folder, found '/etc/*.jsonl'\nreceipts: hint: name it relative to the folder of receipts.yaml, without '..'"
        ),
        ("use: key-store", "use: key-stor", "receipts.yaml:8: 'key-stor' is not a ready-made mapping\nreceipts: hint: did you mean 'key-store'?"),
        (
            "by: export, since: 2026-01-01", "by: continuous, silence: 15 min",
            "receipts.yaml:8: 'silence' of 'covers' must be a duration such as 15m, found '15 min'"
        ),
        ("by: export,", "by: continuous, silence: 15m,", "receipts.yaml:8: 'since' is not a key of covers by 'continuous'"),
        ("owner: platform,", "owner: platform, delimiter: ';',", "receipts.yaml:8: 'delimiter' is not a key of a source of format 'jsonl'"),
        ("owner: platform,", "owner: platform, repository: x,", "receipts.yaml:8: 'repository' is not a key of a source read by 'files'"),
        ("owner: platform,", "", "receipts.yaml:8: a source needs 'owner'"),
    ])
    func aBrokenProgrammeIsRefusedWithItsLine(old: String, new: String, expected: String) {
        #expect(findings(old, new) == ["receipts: error: " + expected])
    }

    @Test func twoSourcesOrPeriodsOfOneNameAreRefused() {
        let source = "\n  - {use: key-store, id: keys, owner: b, path: b.jsonl}"
        let text = Small.programme.replacing("periods:", with: "periods:\n  - {id: 2026-h1, type: 1, as_of: 2026-01-31}") + source
        #expect(
            ControlsTests.findings { _ = try Small.programme(text) } == [
                "receipts: error: receipts.yaml:7: two periods are called '2026-h1'",
                "receipts: error: receipts.yaml:10: two sources are called 'keys'",
            ])
    }

    @Test func aFieldThatTheKindDoesNotHaveIsRefused() {
        let own = "yields: [{kind: key_rotation, at: time, fields: {key_id: key, outcom: result}}], "
        #expect(
            findings("owner: platform, ", "owner: platform, " + own) == [
                "receipts: error: receipts.yaml:8: 'outcom' is not a field of 'key_rotation'\nreceipts: hint: did you mean 'outcome'?"
            ])
    }
}
