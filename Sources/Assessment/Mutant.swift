import Controls
import Evidence

/// One deliberate mistake in a control's SQL. `docs/mutants.md` has the operators.
package struct Mutant: Hashable, Sendable {
    package enum Operator: String, CaseIterable, Sendable {
        case dropConjunct = "drop a conjunct"
        case dropTerm = "drop a WHERE term"
        case flipComparison = "flip a comparison"
        case moveBoundary = "move a boundary"
        case join = "inner/left join"
        case swapColumns = "swap two columns"
        case alwaysTrue = "TRUE"
        case alwaysFalse = "FALSE"
        case alwaysNull = "NULL"
    }
    /// Whose SQL it is.
    package enum Part: Hashable, Sendable, CustomStringConvertible {
        case population
        case attribute(String)
        case applies
        package var description: String {
            switch self {
            case .population: "population"
            case .attribute(let letter): "attribute \(letter)"
            case .applies: "applies"
            }
        }
    }

    package let part: Part
    package let kind: Operator
    /// The whole SQL with the mistake in it.
    package let sql: String
    /// What was replaced and by what, for people.
    package let change: String
    package let place: Place

    /// Every mutant of the control's SQL: the population first, then the attributes in order, then `applies`; within one text by place.
    package static func all(of control: Control) -> [Mutant] {
        var all = mutants(of: control.population.query, .population)
        for attribute in control.attributes {
            let part = Part.attribute(attribute.letter)
            all += mutants(of: attribute.test, part) + constants(attribute.test, part)
        }
        if let applies = control.applies { all += mutants(of: applies, .applies) + constants(applies, .applies) }
        return all
    }

    /// `1 / 0` is NULL in SQLite; the word itself an attribute may not use.
    private static func constants(_ expression: Expression, _ part: Part) -> [Mutant] {
        [(Operator.alwaysTrue, "1 = 1"), (.alwaysFalse, "1 = 0"), (.alwaysNull, "1 / 0")].map { kind, sql in
            Mutant(part: part, kind: kind, sql: sql, change: "always \(kind.rawValue)", place: expression.place)
        }
    }

    private static func mutants(of expression: Expression, _ part: Part) -> [Mutant] {
        let text = MutableSQL(expression.sql)
        return text.edits().map { edit in
            Mutant(
                part: part, kind: edit.kind, sql: text.applying(edit), change: text.words(edit),
                place: Place(file: expression.place.file, line: expression.place.line.map { $0 + text.line(edit) }))
        }
    }

    /// The control with the mistake in it.
    func applied(to control: Control) -> Control {
        switch part {
        case .population: control.with(query: Expression(sql: sql, place: control.population.query.place))
        case .applies: control.with(applies: Expression(sql: sql, place: place))
        case .attribute(let letter):
            control.with(
                attributes: control.attributes.map {
                    $0.letter == letter ? Attribute(letter: letter, says: $0.says, test: Expression(sql: sql, place: $0.test.place)) : $0
                })
        }
    }
}
