import Controls
import Evidence

/// A control's test as one SELECT: every item of the population with its attributes, in population order.
struct CompiledControl {
    let control: Control
    /// `?1` window start, `?2` window end. Columns: the population's own, `covered_…`, then `attribute_a`…, `applies`.
    let sql: String
    /// The population alone, for checks.
    let populationSQL: String

    /// Columns of a calendar item are bounded by the calendar; those of events by the window.
    var isScheduled: Bool { control.population.complete.isEmpty }

    /// `erased`: kinds of which a record is erased; an item that needs one over its time has a column that says so.
    init(_ control: Control, erased: Set<KindName> = [], looks: [StateLooks] = []) throws(Diagnostics) {
        self.control = control
        let population = control.population
        let care = CareFunctions(kinds: Set(population.needs.map(\.kind.text)), at: population.at, place: population.query.place)
        var problems = ShapeRules.violations(population.query, isStatement: true) + ClockRules.violations(population.query)
        func expand(_ expression: Expression) -> String {
            let place = CareFunctions(kinds: care.kinds, at: care.at, place: expression.place)
            problems += ShapeRules.violations(expression, isStatement: false) + AttributeRules.violations(expression) + ClockRules.violations(expression)
            do throws(Diagnostics) { return try place.expand(attribute: expression.sql) } catch { problems += error.all }
            return "NULL"
        }
        var expanded = population.query.sql
        do throws(Diagnostics) { expanded = try care.expand(population: population.query.sql) } catch { problems += error.all }
        populationSQL = expanded.trimmedStatement
        let covered = population.needs.map { "\(CompiledControl.coverage($0, at: population.at, looks)) AS covered_\($0.kind)" }
        let gone = CompiledControl.erasures(control, erased)
        var tests = control.attributes.map { "(\(expand($0.test))) AS attribute_\($0.letter)" }
        if let applies = control.applies { tests.append("(\(expand(applies))) AS item_applies") }
        let keys = population.key.map { "items.\"\($0)\"" }.joined(separator: ", ")
        let bound =
            population.complete.isEmpty
            ? "WHERE ?1 <= ?2"
            // Text is greater than any number: an instant that is not one would fall out of every window.
            : "WHERE typeof(items.\(population.at)) <> 'integer' OR (items.\(population.at) >= ?1 AND items.\(population.at) < ?2)"
        sql = """
            WITH population AS (
            \(populationSQL)
            ), items AS (
            SELECT population.*\((covered + gone).map { ",\n       " + $0 }.joined())
            FROM population
            )
            SELECT items.*, \(tests.joined(separator: ",\n       "))
            FROM items
            \(bound)
            ORDER BY items.\(population.at), \(keys)
            """
        guard problems.isEmpty else { throw Diagnostics(problems) }
    }

    /// A column for each need that an erased record may have answered; the directory answers without being named among the needs.
    private static func erasures(_ control: Control, _ erased: Set<KindName>) -> [String] {
        guard !erased.isEmpty else { return [] }
        var columns = control.population.needs.filter { erased.contains($0.kind) }.map { need in
            let (from, to) = bounds(need, at: control.population.at)
            return """
                EXISTS (SELECT 1 FROM erased_spans e WHERE e.kind = '\(need.kind)' AND e.starts < population.\(to) \
                AND e.ends > population.\(from)) AS \(erasedPrefix)\(need.kind)
                """
        }
        let directory = KindName(trusted: "person_account")
        let texts = [control.population.query] + control.attributes.map(\.test) + [control.applies].compactMap { $0 }
        let words = Set(texts.flatMap { SQLText.tokens($0.sql).compactMap(\.name) })
        if erased.contains(directory), !control.population.needs.contains(where: { $0.kind == directory }),
            !words.isDisjoint(with: ["person", "human", "directory", "directory_accounts", "robots"])
        {
            columns.append("1 AS \(erasedPrefix)\(directory)")
        }
        return columns
    }

    static let erasedPrefix = "was_erased_"

    /// TRUE where one proved span holds the whole of the item's need; spans are merged, so one either does or none does. Of a state somebody must have
    /// looked within it too: how it stood between two snapshots is not known.
    private static func coverage(_ need: Need, at: String, _ looks: [StateLooks]) -> String {
        let (from, to) = bounds(need, at: at)
        let seen = looks.filter { $0.kinds.contains(need.kind) }.map {
            " AND EXISTS (SELECT 1 FROM looked_at l WHERE l.source = '\($0.source)' AND l.at >= population.\(from) AND l.at < population.\(to))"
        }
        return """
            (EXISTS (SELECT 1 FROM covered_spans c WHERE c.kind = '\(need.kind)' AND c.starts <= population.\(from) \
            AND c.ends >= population.\(to))\(seen.joined()))
            """
    }

    /// From and to, as columns of the population and what is added to them.
    private static func bounds(_ need: Need, at: String) -> (from: String, to: String) {
        switch need.span {
        case .at: (at, "\(at)_latest + 1")
        case .before(let duration): ("\(at) - \(duration.inNanoseconds)", "\(at)_latest + 1")
        case .after(let duration): (at, "\(at)_latest + 1 + \(duration.inNanoseconds)")
        case .around(let duration): ("\(at) - \(duration.inNanoseconds)", "\(at)_latest + 1 + \(duration.inNanoseconds)")
        case .columns(let from, let to): (from, "\(to)_latest")
        }
    }
}

extension String {
    /// Without blanks and one semicolon at the end.
    var trimmedStatement: String {
        var text = Substring(self)
        while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
        return String(text)
    }
}
