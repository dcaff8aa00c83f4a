import Controls
import Evidence
import Testing

@testable import Assessment

/// Breaks a control's attributes one at a time. Examples that still come out as they say would not notice the same mistake in a change.
@Suite struct MutationTests {
    struct Mutant: CustomStringConvertible {
        let letter: String
        let sql: String
        var description: String { "\(letter): \(sql)" }
    }

    @Test(arguments: Shipped.ids) func anAttributeThatAlwaysGivesOneAnswerIsNoticed(_ id: String) throws {
        let (catalogue, control) = try Shipped.control(id)
        // `1 / 0` is NULL in SQLite; the word itself an attribute may not use.
        let mutants = control.attributes.flatMap { attribute in ["1 = 1", "1 = 0", "1 / 0"].map { Mutant(letter: attribute.letter, sql: $0) } }
        #expect(try survivors(mutants, of: control, catalogue).map(\.description) == [])
    }

    @Test(arguments: Shipped.ids) func anAttributeThatLosesAPartIsNoticed(_ id: String) throws {
        let (catalogue, control) = try Shipped.control(id)
        let mutants = control.attributes.flatMap { attribute -> [Mutant] in
            let parts = MutationTests.conjuncts(attribute.test.sql)
            guard parts.count > 1 else { return [] }
            return parts.indices.map { dropped in
                let rest = parts.indices.filter { $0 != dropped }.map { parts[$0] }
                return Mutant(letter: attribute.letter, sql: rest.joined(separator: " AND "))
            }
        }
        let survivors = try survivors(mutants, of: control, catalogue)
        #expect(survivors.map(\.letter).sorted() == (MutationTests.redundant[id] ?? []), "\(survivors)")
    }

    /// Attributes of which a part decides nothing that the others do not, for every row that the population can give: an approval is chosen by
    /// the lowest digest.
    static let redundant: [String: [String]] = ["CHG-01": ["d"]]

    static func conjuncts(_ sql: String) -> [String] {
        var parts = [""]
        var depth = 0
        for token in SQLText.tokens(sql) {
            if token.text == "(" { depth += 1 }
            if token.text == ")" { depth -= 1 }
            if token.word == "and", depth == 0 { parts.append("") } else { parts[parts.count - 1] += token.text }
        }
        return parts
    }

    /// All mutants of a control are attributes of one broken control, so that its examples run once.
    private func survivors(_ mutants: [Mutant], of control: Control, _ catalogue: Catalogue) throws -> [Mutant] {
        guard !mutants.isEmpty else { return [] }
        let problems = ExampleRunner(catalogue).check(control.with(mutants))
        // A mutant that does not even compile proves nothing.
        for problem in problems { try #require(problem.summary.contains("' gives "), "\(problem.text)") }
        return mutants.indices.filter { i in !problems.contains { $0.summary.contains("' gives m\(i) of ") } }.map { mutants[$0] }
    }
}

extension Control {
    /// The mutant at `i` is the attribute `mi`, expected to answer as the whole attribute does.
    fileprivate func with(_ mutants: [MutationTests.Mutant]) -> Control {
        let examples = examples?.map { example in
            Example(
                name: example.name, given: example.given, covered: example.covered, shown: example.shown, period: example.period,
                expect: example.expect.mapValues { wanted in
                    Dictionary(uniqueKeysWithValues: mutants.enumerated().compactMap { i, mutant in wanted[mutant.letter].map { ("m\(i)", $0) } })
                }, place: example.place)
        }
        let attributes = mutants.enumerated().map { i, mutant in
            Attribute(letter: "m\(i)", says: mutant.description, test: Expression(sql: mutant.sql, place: place))
        }
        return with(attributes: attributes, examples: examples)
    }
}
