import Assessment
import Controls
import Evidence
import Testing

/// One thing followed through two kinds.
@Suite struct TracerTests {
    private static func trace(
        facts: String = "SELECT f.artifact FROM asked a JOIN fact f ON f.id = a.id",
        notes: String = "SELECT n.artifact FROM asked a JOIN fact f ON f.id = a.id JOIN note n ON n.id = f.x"
    ) -> String {
        """
        trace: thing
        title: Thing
        asks: What became of it?
        takes:
          id: {says: its name}
          outcome: {says: what came of it}
        steps:
          facts:
            says: what happened
            kind: fact
            covered: at
            needed: [x, n]
            sql: >-
              \(facts)
          notes:
            says: what was noted
            kind: note
            covered: 10d before
            by: [facts.x]
            sql: >-
              \(notes)
        tests:
          - {control: SEC-99, of: facts}
        """
    }

    private func bed(_ trace: String = TracerTests.trace()) -> Bed {
        var bed = Bed()
        bed.control.trace = trace
        bed.add("fact", at: "2026-01-10T12:00:00.5Z", ["id": "k", "x": "n1", "n": "3", "outcome": "failure"])
        bed.add("fact", at: "2026-01-11T12:00:00Z", ["id": "other", "outcome": "success"])
        bed.add("note", at: "2026-01-09T12:00:00Z", ["id": "n1"])
        bed.add("note", at: "2026-01-09T12:00:00Z", ["id": "n2"])
        return bed
    }

    @Test func recordsOfEachStepAreTheThingsOwn() throws {
        let result = try bed().trace("k", nil)
        #expect(result.steps.map { $0.found.rows.map { "\($0.artifact)" } } == [["e1-r1"], ["e1-r3"]])
        #expect(result.steps[0].found.rows[0].fields.first { $0.name == "n" }?.value == "3")
        #expect(result.needed.lacking.isEmpty && result.needed.count == 2)
        #expect(result.items.map { "\($0.control.id) \($0.result.keyText) \($0.result.verdict.rawValue)" } == ["SEC-99 k deviation"])
    }

    @Test func aStepIsAskedForTheTimeOfTheThingInWholeSecondsAndNeverBeyondWhatIsKnown() throws {
        var bed = bed()
        #expect(
            try bed.trace("k", nil).steps.map(\.span) == [
                Bed.window("2026-01-10T12:00:00Z", "2026-01-10T12:00:01Z"), Bed.window("2025-12-31T12:00:00Z", "2026-01-10T12:00:01Z"),
            ])
        bed.asOf = Bed.instant("2026-01-10T00:00:00Z")
        #expect(try bed.trace("k", nil).steps[1].span == Bed.window("2025-12-31T12:00:00Z", "2026-01-10T00:00:00Z"))
    }

    @Test func anAbsenceIsWorthWhatCoverageProves() throws {
        var bed = bed(Self.trace(notes: "SELECT artifact FROM note WHERE id = 'none'"))
        #expect(try bed.trace("k", nil).steps[1].holes.isEmpty)
        bed.covered["note"] = [Bed.window("2026-01-01", "2026-01-05"), Bed.window("2026-01-06", "2026-02-01")]
        let holes = try bed.trace("k", nil).steps[1].holes
        #expect(holes.map(\.window) == [Bed.window("2025-12-31T12:00:00Z", "2026-01-01"), Bed.window("2026-01-05", "2026-01-06")])
    }

    @Test func whatNoRecordSaysCannotBeLookedForByIt() throws {
        let result = try bed().trace("other", nil)
        #expect(result.steps[1].found.count == 0 && result.steps[1].unasked.map(\.field) == ["x"])
        #expect(result.needed.lacking == ["facts.x", "facts.n"])
        #expect(try bed().trace("k", nil).steps[1].unasked.isEmpty)
    }

    @Test func ofManyRecordsSomeAreToldAndAllCount() throws {
        var bed = bed(Self.trace(facts: "SELECT artifact FROM fact"))
        bed.add("fact", at: nil, ["id": "late"])
        let found = try bed.trace("k", nil, limit: 1).steps[0].found
        #expect(found.count == 3 && found.rows.count == 1 && found.artifacts.count == 3)
        // Of the record that is not told too: it lacks what the first one holds.
        #expect(found.lacking == ["x", "n"])
        #expect(found.told == Bed.window("2026-01-10T12:00:00Z", "2026-01-11T12:00:01Z"))
    }

    @Test func recordsThatNameNothingMayBeTheThings() throws {
        let text = Self.trace(notes: "SELECT artifact FROM note WHERE id = 'none'").replacing("by: [facts.x]", with: "known_by: [id]")
        var bed = bed(text)
        #expect(try bed.trace("k", nil).steps[1].unnamed == 0)
        bed.add("note", at: "2026-01-02T00:00:00Z", [:])
        // Outside of the time that is asked for.
        bed.add("note", at: "2025-12-31T11:59:59Z", [:])
        #expect(try bed.trace("k", nil).steps[1].unnamed == 1)
    }

    @Test func aStepThatGivesOtherKindsRecordsIsRefusedAndFindsNotNothing() {
        #expect(throws: Diagnostics.self) { try bed(Self.trace(notes: "SELECT artifact FROM fact")).trace("k", nil) }
        #expect(throws: Diagnostics.self) { try bed(Self.trace(notes: "SELECT 'x' AS artifact")).trace("k", nil) }
        #expect(throws: Never.self) { try bed(Self.trace(notes: "SELECT NULL AS artifact")).trace("k", nil) }
    }

    @Test func aPeriodReachesAsFarAsTheThingDoes() throws {
        var bed = bed(Self.trace().replacing("covered: 10d before", with: "covered: period"))
        #expect(try bed.trace("k", nil).steps[1].span == Bed.january)
        bed.add("fact", at: "2025-12-01T00:00:00Z", ["id": "early", "x": "n1", "n": "1"])
        #expect(try bed.trace("early", nil).steps[1].span == Bed.window("2025-12-01", "2026-02-01"))
    }

    @Test func aContestedRecordAnswersNothingThatIsNeeded() throws {
        var bed = bed()
        bed.contested = [ArtifactID(entry: 1, record: 1)]
        #expect(try bed.trace("k", nil).needed.lacking == ["facts.x", "facts.n"])
    }

    @Test func nothingIsNothing() throws {
        let result = try bed().trace("nobody", nil)
        #expect(!result.isFound && result.items.isEmpty && result.steps.map(\.span) == [nil, nil])
    }

    @Test func anInputThatWasLeftOutIsNull() throws {
        let text = Self.trace(facts: "SELECT f.artifact FROM asked a JOIN fact f ON f.id = a.id WHERE a.outcome IS NULL OR f.outcome = a.outcome")
        #expect(try bed(text).trace("k", nil).steps[0].found.count == 1)
        #expect(try bed(text).trace("k", "failure").steps[0].found.count == 1)
        #expect(try bed(text).trace("k", "success").steps[0].found.count == 0)
    }

    @Test func whatIsAskedIsAValueAndNeverSQL() throws {
        #expect(try !bed().trace("k' OR '1'='1", nil).isFound)
    }

    @Test func recordsThatAnotherContradictsAreNamed() throws {
        var bed = bed()
        bed.contested = [ArtifactID(entry: 1, record: 1), ArtifactID(entry: 1, record: 2)]
        #expect(try bed.trace("k", nil).steps.map(\.contested) == [[ArtifactID(entry: 1, record: 1)], []])
    }

    @Test func aControlThatIsNotThereIsToldByCheckAndKeepsNobodyFromAsking() throws {
        let text = Self.trace().replacing("control: SEC-99", with: "control: SEC-98")
        let result = try bed(text).trace("k", nil)
        #expect(result.isFound && result.items.isEmpty)
        var control = TinyControl()
        control.trace = text
        let catalogue = try loadCatalogue(files: control.files)
        let problems = try Tracer.problems(try #require(catalogue.traces.first), kinds: catalogue.kinds, controls: catalogue.controls.map(\.id))
        #expect(problems.map(\.severity) == [.warning])
        #expect(problems[0].text.contains("there is no control 'SEC-98', and its items are not told\nreceipts: hint: did you mean 'SEC-99'?"))
    }

    @Test(arguments: [
        ("SELECT id FROM fact", "is not accepted: no such column: found.artifact"),
        ("SELECT artifact FROM facts", "is not accepted: no such table: facts"),
        ("SELECT rootpage AS artifact FROM sqlite_schema", "which is no kind"),
        ("SELECT random() AS artifact FROM fact", "calls 'random', which a trace may not"),
        ("SELECT artifact FROM fact; SELECT 1", "the SQL holds more than one statement"),
        ("SELECT artifact FROM fact) --", "the SQL closes a parenthesis that it has not opened"),
        ("SELECT artifact FROM fact WHERE id = ?1", "the SQL uses the parameter '?'"),
        ("SELECT artifact FROM fact WHERE x < strftime('%s')", "the SQL asks for the time of day"),
        ("DELETE FROM fact", "is not accepted"),
    ])
    func aStepIsOneSelectOverKinds(sql: String, what: String) throws {
        var control = TinyControl()
        control.trace = Self.trace(notes: sql)
        let catalogue = try loadCatalogue(files: control.files)
        let problems = try Tracer.problems(try #require(catalogue.traces.first), kinds: catalogue.kinds, controls: catalogue.controls.map(\.id))
        #expect(problems.count == 1 && problems[0].text.contains(what) && problems[0].text.contains("controls/traces/thing.yaml:"), "\(problems.map(\.text))")
    }
}
