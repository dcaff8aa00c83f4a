import Assessment
import Controls
import Evidence
import Testing

/// One tiny control over a month, verdict by verdict.
@Suite struct EngineTests {
    private func fact(_ bed: inout Bed, _ id: String?, at: String?, _ outcome: String? = "success") {
        bed.add("fact", at: at, ["id": id, "outcome": outcome])
    }

    @Test func aPeriodHoldsItsFirstInstantAndNotItsLast() throws {
        var bed = Bed()
        fact(&bed, "before", at: "2025-12-31T23:59:59.999999999Z")
        fact(&bed, "first", at: "2026-01-01T00:00:00Z")
        fact(&bed, "last", at: "2026-01-31T23:59:59.999999999Z")
        fact(&bed, "after", at: "2026-02-01T00:00:00Z")
        #expect(try bed.items().map(\.keyText) == ["first", "last"])
        let result = try bed.assess()
        #expect(result.verdict == .operated && result.counts.total == 2)
    }

    @Test func aDateWithoutATimeIsAWholeDay() throws {
        var bed = Bed()
        bed.control.attributes = ["before(happened_at, b)"]
        bed.add("fact", at: "2026-01-31", ["id": "day", "b": "2026-02-01"])
        bed.add("fact", at: "2026-01-31", ["id": "within", "b": "2026-01-31T12:00:00Z"])
        bed.add("fact", at: "2026-01-31", ["id": "earlier", "b": "2026-01-30"])
        let items = try bed.items()
        #expect(items.map(\.keyText) == ["day", "earlier", "within"])
        #expect(items.map(\.attributes) == [[true], [false], [nil]])
        #expect(items[0].at == Bed.span("2026-01-31"))
    }

    @Test func whatRestsOnAContestedRecordIsInsufficientWhateverItSays() throws {
        var bed = Bed()
        fact(&bed, "good", at: "2026-01-05T00:00:00Z")
        fact(&bed, "bad", at: "2026-01-06T00:00:00Z", "failure")
        fact(&bed, "other", at: "2026-01-07T00:00:00Z")
        bed.contested = [ArtifactID(entry: 1, record: 1), ArtifactID(entry: 1, record: 2)]
        let result = try bed.assess()
        #expect(result.verdict == .insufficientEvidence && result.counts.insufficientEvidence == 2 && result.counts.operated == 1)
        #expect(result.reasons.contains("2 facts rest on a record that another one with its id contradicts"))
    }

    @Test func aContestedRecordDoesNotSupportAnItem() throws {
        var bed = Bed()
        bed.control.attributes = ["at_least(n, 1, note)"]
        bed.control.population = "SELECT f.id, instant(f.occurred_at) AS happened_at, (SELECT count(*) FROM note) AS n FROM fact f"
        bed.add("fact", at: "2026-01-05T00:00:00Z", ["id": "k"])
        bed.add("note", at: "2026-01-05T00:00:00Z", ["id": "k"])
        bed.covered["note"] = []
        #expect(try bed.items().map(\.verdict) == [.operated])
        bed.contested = [ArtifactID(entry: 1, record: 2)]
        #expect(try bed.items().map(\.verdict) == [.insufficientEvidence])
    }

    @Test func aKeyThatOccursAgainIsInsufficientAndStays() throws {
        var bed = Bed()
        fact(&bed, "twice", at: "2026-01-05T00:00:00Z")
        fact(&bed, "once", at: "2026-01-06T00:00:00Z")
        fact(&bed, "twice", at: "2026-01-07T00:00:00Z")
        let result = try bed.assess()
        #expect(result.counts.total == 3)
        #expect(result.counts.operated == 2 && result.counts.insufficientEvidence == 1)
        #expect(result.verdict == .insufficientEvidence)
        #expect(result.insufficient.map(\.keyText) == ["twice"])
    }

    @Test func aKeyThatOccursAgainHidesNoDeviation() throws {
        var bed = Bed()
        fact(&bed, "twice", at: "2026-01-05T00:00:00Z")
        fact(&bed, "twice", at: "2026-01-07T00:00:00Z", "failure")
        let result = try bed.assess()
        #expect(result.verdict == .deviation && result.counts.deviation == 1 && result.counts.total == 2)
    }

    @Test func keysThatReadTheSameWhenJoinedAreTwoKeys() throws {
        var bed = Bed()
        bed.control.key = "id, x"
        bed.add("fact", at: "2026-01-05", ["id": "a b", "x": "c", "outcome": "success"])
        bed.add("fact", at: "2026-01-05", ["id": "a", "x": "b c", "outcome": "success"])
        #expect(try bed.assess().verdict == .operated)
    }

    @Test(arguments: [nil, "k"]) func aRowWithoutKeyOrInstantIsInsufficientAndStays(_ id: String?) throws {
        var bed = Bed()
        fact(&bed, "good", at: "2026-01-05T00:00:00Z")
        fact(&bed, id, at: id == nil ? "2026-01-06T00:00:00Z" : nil)
        let result = try bed.assess()
        #expect(result.counts.total == 2 && result.counts.insufficientEvidence == 1)
        #expect(result.verdict == .insufficientEvidence)
    }

    @Test func anInstantThatIsTextIsInsufficientAndStays() throws {
        var bed = Bed()
        bed.control.population = "SELECT id, '2026-01-05' AS happened_at, '2026-01-05' AS happened_at_latest, outcome FROM fact"
        fact(&bed, "text", at: "2026-01-05T00:00:00Z")
        let result = try bed.assess()
        #expect(result.counts.total == 1 && result.verdict == .insufficientEvidence)
        #expect(result.insufficient.first?.at == nil)
    }

    @Test func aDeviationOnRecordStandsInAHole() throws {
        var bed = Bed()
        bed.covered["fact"] = []
        fact(&bed, "bad", at: "2026-01-05T00:00:00Z", "failure")
        let result = try bed.assess()
        #expect(result.verdict == .deviation && !result.holes.isEmpty && result.reasons.count == 2)
    }

    @Test func aHoleCapsOperatedAtInsufficient() throws {
        var bed = Bed()
        bed.covered["fact"] = [Bed.window("2026-01-01", "2026-01-20"), Bed.window("2026-01-21", "2026-02-01")]
        fact(&bed, "good", at: "2026-01-05T00:00:00Z")
        let result = try bed.assess()
        #expect(result.counts.operated == 1 && result.verdict == .insufficientEvidence)
        #expect(result.holes.map(\.window) == [Bed.window("2026-01-20", "2026-01-21")])
    }

    @Test func nothingOccurredOnlyWhereThatIsProved() throws {
        var bed = Bed()
        #expect(try bed.assess().verdict == .noOccurrence)
        bed.covered["fact"] = [Bed.window("2026-01-01", "2026-01-31")]
        #expect(try bed.assess().verdict == .insufficientEvidence)
        bed.covered["fact"] = nil
        bed.isCoveredElsewhere = false
        #expect(try bed.assess().verdict == .insufficientEvidence)
    }

    @Test func onlyTheDaysThatAreOverNeedCoverage() throws {
        var bed = Bed()
        bed.asOf = Bed.instant("2026-01-15T10:00:00Z")
        bed.covered["fact"] = [Bed.window("2026-01-01", "2026-01-15")]
        #expect(try bed.assess().verdict == .noOccurrence)
        bed.asOf = Bed.instant("2025-12-15T10:00:00Z")
        #expect(try bed.assess().verdict == .notYetDue)
    }

    @Test func wordingThatCameIntoForceLaterIsADesignGapWhateverElse() throws {
        var bed = Bed()
        bed.control.effectiveFrom = "2026-01-02"
        fact(&bed, "bad", at: "2026-01-05T00:00:00Z", "failure")
        let result = try bed.assess()
        #expect(result.verdict == .designGap && result.counts.deviation == 1)
        #expect(result.reasons.count == 2)
    }

    @Test func whatFallsDueLaterIsNotYetDue() throws {
        var bed = Bed()
        bed.control.due = "b"
        bed.asOf = Bed.instant("2026-01-20T12:00:00Z")
        bed.add("fact", at: "2026-01-05", ["id": "later", "b": "2026-01-20T12:00:00.000000001Z", "outcome": "failure"])
        bed.add("fact", at: "2026-01-06", ["id": "today", "b": "2026-01-20", "outcome": "failure"])
        #expect(try bed.assess().verdict == .notYetDue)
        bed.add("fact", at: "2026-01-07", ["id": "now", "b": "2026-01-20T12:00:00Z", "outcome": "failure"])
        bed.add("fact", at: "2026-01-08", ["id": "whenever", "b": nil, "outcome": nil])
        #expect(try bed.items().map(\.verdict) == [.notYetDue, .notYetDue, .deviation, .insufficientEvidence])
    }

    @Test func whatTheControlDoesNotApplyToIsSaid() throws {
        var bed = Bed()
        bed.control.applies = "n > 1"
        bed.add("fact", at: "2026-01-05", ["id": "small", "n": "1", "outcome": "failure"])
        #expect(try bed.assess().verdict == .notApplicable)
        bed.add("fact", at: "2026-01-06", ["id": "unknown", "outcome": "failure"])
        bed.add("fact", at: "2026-01-07", ["id": "large", "n": "2", "outcome": "success"])
        #expect(try bed.items().map(\.verdict) == [.notApplicable, .insufficientEvidence, .operated])
    }

    @Test func anyFalseIsADeviationElseAnyUnknownIsInsufficient() throws {
        var bed = Bed()
        bed.control.attributes = ["n = 1", "m = 1"]
        let cases: [(String?, String?, ItemVerdict)] = [
            ("1", "1", .operated), ("0", "1", .deviation), ("0", nil, .deviation), (nil, "0", .deviation), (nil, "1", .insufficientEvidence),
        ]
        for (i, one) in cases.enumerated() { bed.add("fact", at: "2026-01-1\(i)", ["id": "k\(i)", "n": one.0, "m": one.1]) }
        #expect(try bed.items().map(\.verdict) == cases.map(\.2))
        let counts = try bed.assess().attributes
        #expect(counts.map(\.isTrue) == [1, 3] && counts.map(\.isFalse) == [2, 1] && counts.map(\.isUnknown) == [2, 1])
    }

    @Test func verdictsRankFromDesignGapToOperated() throws {
        var bed = Bed()
        bed.control.due = "b"
        bed.control.applies = "n > 1"
        bed.asOf = Bed.instant("2026-02-02")
        var seen: [ControlVerdict] = [try bed.assess().verdict]
        bed.add("fact", at: "2026-01-05", ["id": "small", "n": "1"])
        seen.append(try bed.assess().verdict)
        bed.add("fact", at: "2026-01-05", ["id": "later", "n": "2", "b": "2026-03-01"])
        seen.append(try bed.assess().verdict)
        bed.add("fact", at: "2026-01-05", ["id": "good", "n": "2", "outcome": "success"])
        seen.append(try bed.assess().verdict)
        bed.add("fact", at: "2026-01-05", ["id": "unknown", "n": "2"])
        seen.append(try bed.assess().verdict)
        bed.add("fact", at: "2026-01-05", ["id": "bad", "n": "2", "outcome": "failure"])
        seen.append(try bed.assess().verdict)
        bed.control.effectiveFrom = "2026-01-03"
        seen.append(try bed.assess().verdict)
        #expect(seen == [.noOccurrence, .notApplicable, .notYetDue, .operated, .insufficientEvidence, .deviation, .designGap])
    }
}

/// Type I: one instance, walked through.
@Suite struct WalkthroughTests {
    private func bed() -> Bed {
        var bed = Bed()
        bed.typeI = true
        bed.add("fact", at: "2026-01-05", ["id": "old", "outcome": "failure"])
        bed.add("fact", at: "2026-01-20T10:00:00Z", ["id": "new", "outcome": "success"])
        bed.add("fact", at: "2026-02-01", ["id": "later", "outcome": "failure"])
        return bed
    }

    @Test func onlyTheNewestInstanceIsWalkedThrough() throws {
        let result = try bed().assess()
        #expect(result.verdict == .operated && result.counts.total == 1)
    }

    /// Else a reader takes "1 of 1" for all there was.
    @Test func whatWasPassedOverIsSaid() throws {
        let result = try bed().assess()
        #expect(result.reasons.contains("one instance was walked through; of 1 fact beside it within 90 days, 1 deviated"))
        #expect(result.proposal.word == .unableToConclude)
        #expect(result.proposal.why == "the instance walked through operated, and 1 of those beside it deviated")
        var spotless = Bed()
        spotless.typeI = true
        for (at, id) in [("2026-01-05", "a"), ("2026-01-06", "b"), ("2026-01-07", "c")] { spotless.add("fact", at: at, ["id": id, "outcome": "success"]) }
        #expect(try spotless.assess().reasons.contains("one instance was walked through; of 2 facts beside it within 90 days, none deviated"))
        #expect(try spotless.assess().proposal.word == .effective)
    }

    @Test func aHoleBeforeItHidesNothingAndOneBehindItCaps() throws {
        var bed = bed()
        bed.covered["fact"] = [Bed.window("2026-01-20", "2026-02-01")]
        #expect(try bed.assess().verdict == .operated)
        bed.covered["fact"] = [Bed.window("2025-01-01", "2026-01-31")]
        #expect(try bed.assess().verdict == .insufficientEvidence)
    }

    @Test func anInstanceOfUnknownInstantMayBeNewer() throws {
        var bed = bed()
        bed.add("fact", at: nil, ["id": "whenever", "outcome": "success"])
        let result = try bed.assess()
        #expect(result.verdict == .insufficientEvidence && result.counts.total == 2)
    }

    @Test func aNewestInstanceWhoseKeyOccurredBeforeIsInsufficient() throws {
        var bed = bed()
        bed.add("fact", at: "2026-01-25", ["id": "new", "outcome": "success"])
        #expect(try bed.assess().verdict == .insufficientEvidence)
    }

    @Test func whatTheControlDoesNotApplyToShowsNothingOfIt() throws {
        var bed = bed()
        bed.control.applies = "n > 1"
        bed.control.due = "b"
        bed.asOf = bed.window.end
        bed.add("fact", at: "2026-01-21", ["id": "large", "n": "2", "outcome": "success"])
        bed.add("fact", at: "2026-01-22", ["id": "small", "n": "1"])
        bed.add("fact", at: "2026-01-23", ["id": "later", "n": "2", "b": "2026-03-01"])
        #expect(try bed.items().map(\.keyText) == ["large"])
        bed.covered["fact"] = [Bed.window("2026-01-22", "2026-02-01")]
        #expect(try bed.assess().verdict == .insufficientEvidence)
    }

    @Test func evidenceOlderThanNinetyDaysSaysNothing() throws {
        var bed = Bed()
        bed.typeI = true
        bed.add("fact", at: "2025-11-02T23:59:59Z", ["id": "stale", "outcome": "success"])
        #expect(try bed.assess().verdict == .noOccurrence)
        bed.add("fact", at: "2025-11-03T00:00:00Z", ["id": "fresh", "outcome": "success"])
        #expect(try bed.assess().verdict == .operated)
    }

    /// Also over the night in which the clocks are put forward.
    @Test func ninetyDaysAreLocalOnes() throws {
        let berlin = try #require(Zone("Europe/Berlin"))
        var bed = Bed()
        bed.typeI = true
        bed.zone = berlin
        bed.window = Window(start: berlin.instant(try #require(Day("2026-03-01"))), end: berlin.instant(try #require(Day("2026-04-01"))))
        bed.add("fact", at: "2025-12-31T22:59:59Z", ["id": "stale", "outcome": "success"])
        #expect(try bed.assess().verdict == .noOccurrence)
        bed.add("fact", at: "2025-12-31T23:00:00Z", ["id": "fresh", "outcome": "success"])
        #expect(try bed.assess().verdict == .operated)
    }

    @Test func wordingInForceAtTheInstantIsEnough() throws {
        var bed = bed()
        bed.control.effectiveFrom = "2026-01-31"
        #expect(try bed.assess().verdict == .operated)
        bed.control.effectiveFrom = "2026-02-01"
        #expect(try bed.assess().verdict == .designGap)
    }
}
