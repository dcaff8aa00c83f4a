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

    init(_ control: Control) throws(Diagnostics) {
        self.control = control
        let population = control.population
        let care = CareFunctions(kinds: Set(population.needs.map(\.kind.text)), at: population.at, place: population.query.place)
        var problems = ClockRules.violations(population.query)
        func expand(_ expression: Expression) -> String {
            let place = CareFunctions(kinds: care.kinds, at: care.at, place: expression.place)
            problems += AttributeRules.violations(expression) + ClockRules.violations(expression)
            do throws(Diagnostics) { return try place.expand(attribute: expression.sql) } catch { problems += error.all }
            return "NULL"
        }
        var expanded = population.query.sql
        do throws(Diagnostics) { expanded = try care.expand(population: population.query.sql) } catch { problems += error.all }
        populationSQL = expanded.trimmedStatement
        let covered = population.needs.map { "\(CompiledControl.coverage($0, at: population.at)) AS covered_\($0.kind)" }
        var tests = control.attributes.map { "(\(expand($0.test))) AS attribute_\($0.letter)" }
        if let applies = control.applies { tests.append("(\(expand(applies))) AS item_applies") }
        let keys = population.key.map { "items.\"\($0)\"" }.joined(separator: ", ")
        let bound =
            population.complete.isEmpty
            ? "WHERE ?1 <= ?2" : "WHERE items.\(population.at) IS NULL OR (items.\(population.at) >= ?1 AND items.\(population.at) < ?2)"
        sql = """
            WITH population AS (
            \(populationSQL)
            ), items AS (
            SELECT population.*\(covered.map { ",\n       " + $0 }.joined())
            FROM population
            )
            SELECT items.*, \(tests.joined(separator: ",\n       "))
            FROM items
            \(bound)
            ORDER BY items.\(population.at), \(keys)
            """
        guard problems.isEmpty else { throw Diagnostics(problems) }
    }

    /// TRUE where one proved span holds the whole of the item's need; spans are merged, so one either does or none does.
    private static func coverage(_ need: Need, at: String) -> String {
        let (from, to): (String, String) =
            switch need.span {
            case .at: (at, "\(at)_latest + 1")
            case .before(let duration): ("\(at) - \(duration.inNanoseconds)", "\(at)_latest + 1")
            case .after(let duration): (at, "\(at)_latest + 1 + \(duration.inNanoseconds)")
            case .around(let duration): ("\(at) - \(duration.inNanoseconds)", "\(at)_latest + 1 + \(duration.inNanoseconds)")
            case .columns(let from, let to): (from, "\(to)_latest")
            }
        return """
            EXISTS (SELECT 1 FROM covered_spans c WHERE c.kind = '\(need.kind)' AND c.starts <= population.\(from) \
            AND c.ends >= population.\(to))
            """
    }
}

/// Ways in which SQL would ask a clock.
enum ClockRules {
    static func violations(_ expression: Expression) -> [Diagnostic] {
        let tokens = SQLText.tokens(expression.sql)
        return tokens.indices.compactMap { i in
            let text = tokens[i].text.lowercased()
            let asks = text == "'now'" || ["current_time", "current_date", "current_timestamp"].contains(text) || isBareStrftime(tokens, i)
            guard asks else { return nil }
            let place = Place(file: expression.place.file, line: expression.place.line.map { $0 + tokens[i].line })
            return .error(
                "the SQL asks for the time of day with \(tokens[i].text)", at: place, hint: "compare with the item's own instants; 'due:' knows the as-of time")
        }
    }

    /// `strftime('%s')` without a time value means now.
    private static func isBareStrftime(_ tokens: [SQLToken], _ i: Int) -> Bool {
        guard tokens[i].word == "strftime" else { return false }
        var depth = 0
        for token in tokens[(i + 1)...] {
            if token.text == "(" { depth += 1 }
            if token.text == ")" { depth -= 1 }
            if depth == 1, token.text == "," { return false }
            if depth == 0, token.shape != .blank { return true }
        }
        return true
    }
}

/// What an attribute may not say, because it would let absence read as success or failure.
enum AttributeRules {
    private static let refused: [String: String] = [
        "or": "a NULL on one side is lost when the other is TRUE: write two attributes, or decide it in the population",
        "coalesce": "it turns a missing value into an answer: use present() or absent()",
        "ifnull": "it turns a missing value into an answer: use present() or absent()",
        "iif": "it turns a missing value into an answer: use present() or absent()",
        "case": "it turns a missing value into an answer: use present() or absent()",
        "is": "it turns a missing value into an answer: use present() or absent()",
        "isnull": "it turns a missing value into an answer: use present() or absent()",
        "notnull": "it turns a missing value into an answer: use present() or absent()",
        "exists": "absence needs proof: join in the population and use present() or absent()",
        "select": "an attribute asks about the item's own columns: join in the population",
        "count": "counting nothing needs proof: count in the population and use at_least() or at_most()",
    ]

    static func violations(_ expression: Expression) -> [Diagnostic] {
        let tokens = SQLText.tokens(expression.sql).filter { $0.shape != .blank && $0.shape != .comment }
        return tokens.indices.compactMap { i in
            guard let word = tokens[i].word, let why = refused[word] else { return nil }
            let line = expression.place.line.map { $0 + tokens[i].line }
            return .error("an attribute may not use '\(tokens[i].text)'", at: Place(file: expression.place.file, line: line), hint: why)
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
