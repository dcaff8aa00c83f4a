import Controls
import Evidence
import Testing

@testable import Assessment

@Suite struct MutantTests {
    private func mutants(_ sql: String) -> [String] {
        let text = MutableSQL(sql)
        return text.edits().map { "\($0.kind.rawValue): \(text.applying($0))" }
    }

    @Test func aChainOfConditionsLosesEachOfThem() {
        #expect(
            mutants("x AND y AND z") == [
                "drop a conjunct:  y AND z", "drop a conjunct: x  AND z", "drop a conjunct: x AND y ",
            ])
    }

    @Test func theAndOfABetweenJoinsNoConditions() {
        #expect(
            mutants("a BETWEEN 1 AND 3 AND b") == [
                "move a boundary: a BETWEEN 2 AND 3 AND b", "drop a conjunct:  b", "drop a conjunct: a BETWEEN 1 AND 3 ",
            ])
    }

    @Test func aWhereLosesATermAndAWhenItsCondition() {
        #expect(
            mutants("SELECT CASE WHEN a THEN 1 END FROM t WHERE p IS NULL AND q") == [
                "drop a conjunct: SELECT CASE WHEN 1 THEN 1 END FROM t WHERE p IS NULL AND q",
                "flip a comparison: SELECT CASE WHEN a THEN 1 END FROM t WHERE p IS NOT NULL AND q",
                "drop a WHERE term: SELECT CASE WHEN a THEN 1 END FROM t WHERE  q",
                "drop a WHERE term: SELECT CASE WHEN a THEN 1 END FROM t WHERE p IS NULL ",
            ])
        #expect(mutants("SELECT x FROM t JOIN u ON t.id IN (1) GROUP BY x").contains("drop a WHERE term: SELECT x FROM t JOIN u ON 1 GROUP BY x"))
    }

    @Test func comparisonsAreFlippedAndTheirBoundariesMoved() {
        #expect(mutants("a >= 5") == ["flip a comparison: a < 5", "move a boundary: a > 5", "move a boundary: a >= 6"])
        #expect(mutants("a NOT IN (x)") == ["flip a comparison: a IN (x)"])
        #expect(mutants("within(a, b, days(30))") == ["swap two columns: within(b, a, days(30))", "move a boundary: within(a, b, days(31))"])
        // What nothing is held against is no boundary.
        #expect(mutants("(a - b) / hours(1) + coalesce(c, 0)") == [])
    }

    @Test func joinsChangeTheirKind() {
        #expect(mutants("FROM a LEFT JOIN b USING (id)") == ["inner/left join: FROM a JOIN b USING (id)"])
        #expect(mutants("FROM a JOIN b USING (id)") == ["inner/left join: FROM a LEFT JOIN b USING (id)"])
        #expect(mutants("FROM a CROSS JOIN b") == [])
    }

    @Test func columnsChangePlaces() {
        #expect(mutants("before(t.a, b)") == ["swap two columns: before(b, t.a)"])
        #expect(mutants("a < t.b") == ["swap two columns: t.b < a", "flip a comparison: a >= t.b", "move a boundary: a <= t.b"])
        #expect(mutants("f(a, a)") == [])
    }

    @Test func everyShippedControlHasMutantsThatAreAllDifferent() throws {
        for control in try #require(Shipped.catalogue).controls {
            let all = Mutant.all(of: control)
            #expect(all.count > 20, "\(control.id)")
            #expect(Set(all).count == all.count, "\(control.id)")
            #expect(!all.contains { $0.part == .population && $0.sql == control.population.query.sql }, "\(control.id)")
        }
    }
}

@Suite struct ExampleShowsTests {
    /// A control of one fact a row, with one example.
    private func problems(_ expect: String, population: String? = nil) throws -> [String] {
        var tiny = TinyControl()
        if let population { tiny.population = population }
        let marker = "- {name: one, given: {fact: [{at: 2026-01-05, id: k1}]}, expect: {k1: {a: operated}}}"
        let given = "[{at: 2026-01-05, id: k0, outcome: failure}, {at: 2026-01-05, id: k1, outcome: success, n: 3}]"
        let text = tiny.text.replacingOccurrence(marker, "- {name: one, given: {fact: \(given)}, expect: \(expect)}")
        let files = tiny.files.map { $0.path.hasSuffix("SEC-99.yaml") ? CatalogueFile(path: $0.path, bytes: Array(text.utf8)) : $0 }
        let catalogue = try loadCatalogue(files: files)
        let control = try #require(catalogue.controls.first)
        return ExampleRunner(catalogue).check(control).map(\.summary).filter { $0.contains("'one'") }
    }

    @Test func whatAnItemShowsIsHeldAgainstTheExample() throws {
        #expect(try problems("{k0: {a: deviation, shows: {n: null, artifact: fact 1}}, k1: {a: operated, shows: {n: \"3\", artifact: fact 2}}}") == [])
        #expect(
            try problems("{k0: {a: deviation, shows: {artifact: fact 2}}, k1: {a: operated, shows: {n: \"4\"}}}") == [
                "control SEC-99: the example 'one' shows artifact of 'k0' as fact 1, expected fact 2",
                "control SEC-99: the example 'one' shows n of 'k1' as 3, expected 4",
            ])
        #expect(
            try problems("{k0: {a: deviation, shows: {outcom: failure}}, k1: {a: operated}}") == [
                "control SEC-99: the example 'one' asks what 'k0' shows as 'outcom', which is no column of the population; did you mean 'outcome'?"
            ])
    }

    @Test func anItemThatComesTwiceIsNoticed() throws {
        let twice = TinyControl().population.replacingOccurrence("FROM fact", "FROM fact JOIN (SELECT 1 AS y UNION ALL SELECT 2)")
        #expect(
            try problems("{k0: {a: deviation}, k1: {a: operated}}", population: twice) == [
                "control SEC-99: the example 'one' gives the item 'k0' twice", "control SEC-99: the example 'one' gives the item 'k1' twice",
            ])
    }
}

extension String {
    /// The one place where `old` stands.
    fileprivate func replacingOccurrence(_ old: String, _ new: String) -> String {
        let parts = split(separator: old, omittingEmptySubsequences: false)
        precondition(parts.count == 2, "'\(old)' does not stand there once")
        return parts.joined(separator: new)
    }
}
