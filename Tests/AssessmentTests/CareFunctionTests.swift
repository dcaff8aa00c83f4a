import Controls
import Evidence
import Testing

@testable import Assessment

/// The truth table of docs/design/0001, cell by cell, through SQLite.
@Suite struct CareFunctionTests {
    enum Truth: String { case yes, no, unknown }

    /// What `sql` is of one fact with these values, with the kind `note` covered at it or not.
    private func truth(_ sql: String, _ values: [String: String?], noteIsCovered: Bool = true, at: String = "2026-01-05T12:00:00Z") throws -> Truth {
        var bed = Bed()
        bed.control.attributes = [sql]
        if !noteIsCovered { bed.covered["note"] = [Bed.window("2026-01-01", "2026-01-05")] }
        bed.add("fact", at: at, ["id": "k"].merging(values) { $1 })
        return switch try #require(try bed.items().first).attributes[0] {
        case true?: .yes
        case false?: .no
        case nil: .unknown
        }
    }

    @Test(
        arguments: [
            ("present(x, note)", "v", true, Truth.yes), ("present(x, note)", "v", false, .yes),
            ("present(x, note)", nil, true, .no), ("present(x, note)", nil, false, .unknown),
            ("absent(x, note)", "v", true, .no), ("absent(x, note)", "v", false, .no),
            ("absent(x, note)", nil, true, .yes), ("absent(x, note)", nil, false, .unknown),
            ("covered(note)", nil, true, .yes), ("covered(note)", nil, false, .unknown),
        ] as [(String, String?, Bool, Truth)])
    func presence(_ sql: String, _ x: String?, _ covered: Bool, _ expected: Truth) throws {
        #expect(try truth(sql, ["x": x], noteIsCovered: covered) == expected)
    }

    @Test(
        arguments: [
            ("counted(n, note) = 2", "2", true, Truth.yes), ("counted(n, note) = 2", "3", true, .no), ("counted(n, note) = 2", "2", false, .unknown),
            ("counted(n, note) = 0", nil, true, .yes), ("counted(n, note) = 0", nil, false, .unknown),
            ("at_least(n, 2, note)", "2", true, .yes), ("at_least(n, 2, note)", "2", false, .yes), ("at_least(n, 2, note)", "1", true, .no),
            ("at_least(n, 2, note)", "1", false, .unknown), ("at_least(n, 2, note)", nil, true, .no), ("at_least(n, 2, note)", nil, false, .unknown),
            ("at_most(n, 2, note)", "3", true, .no), ("at_most(n, 2, note)", "3", false, .no), ("at_most(n, 2, note)", "2", true, .yes),
            ("at_most(n, 2, note)", "2", false, .unknown), ("at_most(n, 2, note)", nil, true, .yes), ("at_most(n, 2, note)", nil, false, .unknown),
        ] as [(String, String?, Bool, Truth)])
    func counting(_ sql: String, _ n: String?, _ covered: Bool, _ expected: Truth) throws {
        #expect(try truth(sql, ["n": n], noteIsCovered: covered) == expected)
    }

    @Test(arguments: ["at_least(n, m, note)", "at_most(n, m, note)"]) func aBoundThatIsMissingDecidesNothing(_ sql: String) throws {
        #expect(try truth(sql, ["n": "1", "m": nil]) == .unknown)
        #expect(try truth(sql, ["n": nil, "m": nil]) == .unknown)
    }

    @Test(
        arguments: [
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", Truth.yes), ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", .yes),
            ("2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z", .no), ("2026-01-01", "2026-01-02", .yes), ("2026-01-02", "2026-01-01", .no),
            ("2026-01-01", "2026-01-01", .unknown), ("2026-01-01", "2026-01-01T23:59:59.999999999Z", .yes), ("2026-01-01", "2026-01-01T12:00:00Z", .unknown),
            ("2026-01-01T00:00:00Z", "2026-01-01", .yes), ("2026-01-01T12:00:00Z", "2026-01-01", .unknown), (nil, "2026-01-01", .unknown),
            ("2026-01-01", nil, .unknown), (nil, nil, .unknown),
            ("2026-01-01T10:00:00Z/2026-01-01T12:00:00Z", "2026-01-01T11:00:00Z/2026-01-01T13:00:00Z", .unknown),
        ] as [(String?, String?, Truth)])
    func before(_ a: String?, _ b: String?, _ expected: Truth) throws {
        #expect(try truth("before(a, b)", ["a": a, "b": b]) == expected)
    }

    @Test(
        arguments: [
            ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", Truth.yes), ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", .yes),
            ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00.000000001Z", .no), ("2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z", .no),
            // Within the hour for sure, yet perhaps before.
            ("2026-01-01T00:00:00Z/2026-01-01T00:10:00Z", "2026-01-01T00:05:00Z/2026-01-01T00:20:00Z", .unknown),
            ("2026-01-01T00:00:00Z/2026-01-01T00:10:00Z", "2026-01-01T00:10:00Z/2026-01-01T01:00:00Z", .yes),
            // Perhaps within the hour, perhaps not.
            ("2026-01-01T00:00:00Z/2026-01-01T00:10:00Z", "2026-01-01T01:05:00Z", .unknown),
            ("2026-01-01T00:00:00Z/2026-01-01T00:10:00Z", "2026-01-01T01:10:00.000000001Z", .no),
            ("2026-01-01", "2026-01-01", .unknown), ("2026-01-01", "2026-01-03", .no), ("2026-01-03", "2026-01-01", .no),
            (nil, "2026-01-01", .unknown), ("2026-01-01", nil, .unknown),
        ] as [(String?, String?, Truth)])
    func withinAnHour(_ a: String?, _ b: String?, _ expected: Truth) throws {
        #expect(try truth("within(a, b, hours(1))", ["a": a, "b": b]) == expected)
    }

    /// The fact is of noon and came with entry 1.
    private func timeliness(entry: Int, at: String, from: String = "2026-01-01", to: String = "2026-01-06", source: String = "test") throws -> Bool? {
        var bed = Bed()
        bed.control.attributes = ["timely(artifact, fact)"]
        bed.readings = [SoundReading(source: SourceID(trusted: source), entry: entry, at: Bed.instant(at), window: Bed.window(from, to))]
        bed.add("fact", at: "2026-01-05T12:00:00Z", ["id": "k"])
        return try #require(try bed.items().first).attributes[0]
    }

    @Test func aRecordIsNotTimelyIfItsSourceHadShownItsTimeWithoutIt() throws {
        #expect(try timeliness(entry: 0, at: "2026-01-06T02:00:00Z") == nil)
        #expect(try timeliness(entry: 1, at: "2026-01-06T02:00:00Z") == true, "the reading that brought it")
        #expect(try timeliness(entry: 0, at: "2026-01-06T02:00:00Z", source: "another") == true)
        #expect(try timeliness(entry: 0, at: "2026-01-06T02:00:00Z", to: "2026-01-05") == true, "of another day")
        #expect(try timeliness(entry: 0, at: "2026-01-05T13:00:00Z") == true, "an hour is what a source may take")
        #expect(try timeliness(entry: 0, at: "2026-01-05T13:00:00.000000001Z") == nil)
    }

    @Test func lengthsOfTimeAreNanoseconds() throws {
        #expect(try truth("seconds(60) = minutes(1) AND minutes(60) = hours(1) AND hours(24) = days(1) AND seconds(1) = 1000000000", [:]) == .yes)
        #expect(try truth("within(a, b, days(n))", ["a": "2026-01-01T00:00:00Z", "b": "2026-01-03T00:00:00Z", "n": "2"]) == .yes)
        #expect(try truth("within(a, b, days(n))", ["a": "2026-01-01T00:00:00Z", "b": "2026-01-03T00:00:00Z", "n": nil]) == .unknown)
    }

    /// Ana is w1 as `ana` and as `bot-ana`; `shared` is two people's; `gone` was Bea's until noon of the 5th and is Cem's from then.
    private func sameness(_ who: String?, _ other: String?, at: String = "2026-01-05T12:00:00Z") throws -> Truth {
        var bed = Bed()
        bed.control.attributes = ["person(who) <> person(other)"]
        func account(_ person: String, _ account: String, _ from: String? = nil, _ to: String? = nil) {
            bed.add("person_account", at: "2026-01-01", ["person": person, "account": account, "from_at": from, "to_at": to])
        }
        account("w1", "ana")
        account("w1", "bot-ana")
        account("w2", "bea", "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z")
        account("w2", "shared")
        account("w3", "shared")
        account("w2", "gone", nil, "2026-01-05T12:00:00Z")
        account("w3", "gone", "2026-01-05T12:00:00Z")
        account("w3", "cem", "2026-01-05T06:00:00Z")
        bed.add("fact", at: at, ["id": "k", "who": who, "other": other])
        return switch try #require(try bed.items().first).attributes[0] {
        case true?: .yes
        case false?: .no
        case nil: .unknown
        }
    }

    @Test(
        arguments: [
            ("ana", "bea", Truth.yes), ("ana", "bot-ana", .no), ("ana", "ana", .no), ("ana", "nobody", .unknown), ("ana", nil, .unknown), (nil, nil, .unknown),
            ("ana", "shared", .unknown), ("shared", "shared", .unknown), ("bea", "gone", .yes), ("cem", "gone", .no),
        ] as [(String?, String?, Truth)])
    func peopleAreTheirAccountsAtThatInstant(_ who: String?, _ other: String?, _ expected: Truth) throws {
        #expect(try sameness(who, other) == expected)
    }

    @Test(arguments: [
        ("2026-01-05T00:00:00Z", Truth.yes), ("2026-01-05T23:59:59Z", .yes), ("2026-01-04T23:59:59Z", .unknown), ("2026-01-06T00:00:00Z", .unknown),
        ("2026-01-05", .yes), ("2026-01-05T10:00:00Z/2026-01-06T10:00:00Z", .unknown),
    ])
    func anAccountIsOnesOwnFromTheFirstInstantToTheLast(_ at: String, _ expected: Truth) throws {
        #expect(try sameness("ana", "bea", at: at) == expected)
    }

    @Test func anAccountThatChangedHandsWithinTheItemsDayIsNobodys() throws {
        #expect(try sameness("ana", "gone", at: "2026-01-05") == .unknown)
        #expect(try sameness("ana", "gone", at: "2026-01-05T11:59:59Z") == .yes)
    }

    /// `bot` is said to be no human's, `both` once this and once that, of `ana` nothing is said.
    @Test(arguments: [("ana", true), ("bot", false), ("both", true), ("nobody", nil), (nil, nil)] as [(String?, Bool?)])
    func anAccountIsAHumansUnlessTheDirectorySaysOtherwise(_ who: String?, _ expected: Bool?) throws {
        var bed = Bed()
        bed.control.attributes = ["human(who)"]
        bed.add("person_account", at: "2026-01-01", ["person": "w1", "account": "ana"])
        bed.add("person_account", at: "2026-01-01", ["person": "s1", "account": "bot", "human": "0"])
        bed.add("person_account", at: "2026-01-01", ["person": "s1", "account": "both", "human": "0"])
        bed.add("person_account", at: "2026-01-01", ["person": "w2", "account": "both", "human": "1"])
        bed.add("fact", at: "2026-01-05T12:00:00Z", ["id": "k", "who": who])
        #expect(try #require(try bed.items().first).attributes[0] == expected)
    }

    @Test func theNewestStatementOfADirectoryCounts() throws {
        var bed = Bed()
        bed.control.attributes = ["person(who) = person(who)"]
        bed.add("person_account", at: "2026-01-01", ["person": "w1", "account": "ana", "to_at": nil])
        bed.add("person_account", at: "2026-01-02", ["person": "w1", "account": "ana", "to_at": "2026-01-03T00:00:00Z"])
        bed.add("fact", at: "2026-01-05T12:00:00Z", ["id": "k", "who": "ana"])
        #expect(try bed.items().first?.attributes == [nil])
    }

    /// Which spans of `note` prove an item at noon of the 5th (known to the second), by its need.
    @Test(arguments: [
        ("at", "2026-01-05T12:00:00Z", "2026-01-05T12:00:00.000000001Z"), ("1d before", "2026-01-04T12:00:00Z", "2026-01-05T12:00:00.000000001Z"),
        ("1d after", "2026-01-05T12:00:00Z", "2026-01-06T12:00:00.000000001Z"), ("1d around", "2026-01-04T12:00:00Z", "2026-01-06T12:00:00.000000001Z"),
        ("{from: a, to: b}", "2026-01-04T00:00:00Z", "2026-01-07T00:00:00Z"),
    ])
    func aNeedIsProvedByOneSpanThatHoldsAllOfIt(_ need: String, _ from: String, _ to: String) throws {
        var bed = Bed()
        bed.control.needs = "{fact: at, note: \(need)}"
        bed.control.attributes = ["covered(note)"]
        bed.add("fact", at: "2026-01-05T12:00:00Z", ["id": "k", "a": "2026-01-04T00:00:00Z", "b": "2026-01-07T00:00:00Z"])
        let (start, end) = (Bed.instant(from), Bed.instant(to))
        let later = Instant(nanoseconds: start.nanoseconds + 1)
        let earlier = Instant(nanoseconds: end.nanoseconds - 1)
        for (span, isProved) in [
            (Window(start: start, end: end), true), (Window(start: later, end: max(later, end)), false), (Window(start: start, end: earlier), false),
        ] {
            bed.covered["note"] = [span]
            #expect(try bed.items().first?.attributes == [isProved ? true : nil], "\(need) by \(span)")
        }
    }
}
