import Controls
import Evidence

/// What keeps an expression within the place that it is pasted into.
enum ShapeRules {
    static func violations(_ expression: Expression, isStatement: Bool) -> [Diagnostic] {
        let tokens = SQLText.tokens(expression.sql)
        let code = tokens.filter { $0.shape != .blank && $0.shape != .comment }
        var found: [Diagnostic] = []
        var depth = 0
        for (i, token) in code.enumerated() {
            switch token.text {
            case "(": depth += 1
            case ")":
                depth -= 1
                if depth == -1 {
                    found.append(
                        expression.refusal(
                            "the SQL closes a parenthesis that it has not opened", token,
                            hint: "the engine puts an expression in parentheses: close only your own"))
                }
            case ";" where !(isStatement && i == code.count - 1):
                found.append(
                    expression.refusal("the SQL holds more than one statement", token, hint: "a population is one SELECT, an attribute one expression"))
            case "?", ":", "@", "$", "#":
                found.append(
                    expression.refusal("the SQL uses the parameter '\(token.text)'", token, hint: "the engine gives an item its window; SQL names columns"))
            default: if token.text.utf8.contains(0) { found.append(expression.refusal("the SQL holds a zero byte", token, hint: "take it out")) }
            }
        }
        if depth > 0, let last = code.last { found.append(expression.refusal("the SQL leaves a parenthesis open", last, hint: "close it")) }
        for token in tokens where token.shape == .comment && token.text.hasPrefix("/*") && !(token.text.hasSuffix("*/") && token.text.utf8.count > 3) {
            found.append(expression.refusal("the SQL leaves a comment open", token, hint: "end it with */"))
        }
        return found
    }
}

/// Ways in which SQL would ask a clock.
enum ClockRules {
    static func violations(_ expression: Expression) -> [Diagnostic] {
        let tokens = SQLText.tokens(expression.sql)
        return tokens.indices.compactMap { i in
            let text = tokens[i].text.lowercased()
            let asks = ["'now'", "'localtime'", "current_time", "current_date", "current_timestamp"].contains(text) || isLooseStrftime(tokens, i)
            guard asks else { return nil }
            return expression.refusal(
                "the SQL asks for the time of day with \(tokens[i].text)", tokens[i],
                hint: "compare with the item's own instants; 'due:' knows the as-of time; write strftime(…, seconds, 'unixepoch')")
        }
    }

    /// Only a count of seconds cannot spell 'now'; `strftime('%s')` without a time means now.
    private static func isLooseStrftime(_ tokens: [SQLToken], _ i: Int) -> Bool {
        // Looked at last: searching a text costs more than all else here.
        guard tokens[i].shape == .word || tokens[i].shape == .quoted, tokens[i].text.utf8.count >= 8, tokens[i].text.lowercased().contains("strftime")
        else { return false }
        var depth = 0
        for token in tokens[(i + 1)...] {
            if token.text == "(" { depth += 1 }
            if token.text == ")" { depth -= 1 }
            if depth == 1, token.text.lowercased() == "'unixepoch'" { return false }
            if depth == 0, token.shape != .blank, token.shape != .comment { return true }
        }
        return true
    }
}

/// What an attribute may not say, because it would let absence read as success or failure.
enum AttributeRules {
    private static let answers = "it turns a missing value into an answer: use present() or absent()"
    private static let aggregates = "it would make one item of the whole population: count in the population and use at_least() or at_most()"
    private static let words: [String: String] = [
        "or": "a NULL on one side is lost when the other is TRUE: write two attributes, or decide it in the population",
        "case": answers, "is": answers, "isnull": answers, "notnull": answers, "null": answers,
        "exists": "absence needs proof: join in the population and use present() or absent()",
        "select": "an attribute asks about the item's own columns: join in the population",
        "values": "an attribute asks about the item's own columns: join in the population",
        "over": "an attribute asks about one item: look at its neighbours in the population",
    ]
    private static let functions: [String: String] = [
        "coalesce": answers, "ifnull": answers, "iif": answers, "nullif": answers, "typeof": answers, "hex": answers, "printf": answers, "format": answers,
        "char": answers, "count": aggregates, "sum": aggregates, "total": aggregates, "avg": aggregates, "group_concat": aggregates,
    ]

    static func violations(_ expression: Expression) -> [Diagnostic] {
        let all = SQLText.tokens(expression.sql)
        let tokens = all.filter { $0.shape != .blank && $0.shape != .comment }
        var found = all.filter { $0.shape == .comment }.map { expression.refusal("an attribute may not hold a comment", $0, hint: "say it in 'says:'") }
        for i in tokens.indices {
            if let why = refusal(tokens, i) { found.append(expression.refusal("an attribute may not use '\(tokens[i].text)'", tokens[i], hint: why)) }
        }
        for i in tokens.indices where tokens[i].word == "timely" && i + 2 < tokens.count && tokens[i + 1].text == "(" {
            guard let x = tokens[i + 2].word, x != "artifact", !x.hasSuffix("_artifact") else { continue }
            found.append(expression.refusal("'timely' takes the artifact of a record, found '\(x)'", tokens[i + 2], hint: "a column named …_artifact"))
        }
        return found
            + nestedAnds(tokens).map {
                expression.refusal(
                    "an attribute may not use 'AND' inside parentheses", $0, hint: "NOT or a comparison around it is an OR: write it outside, or two attributes"
                )
            }
    }

    /// An attribute that names nothing of the item says the same of each. Whoever breaks a control on purpose still may.
    static func constants(_ control: Control) -> [Diagnostic] {
        control.attributes.compactMap { attribute in
            let tokens = SQLText.tokens(attribute.test.sql).filter { $0.shape != .blank && $0.shape != .comment }
            guard let first = tokens.first, !tokens.indices.contains(where: { isColumn(tokens, $0) }) else { return nil }
            return attribute.test.refusal("attribute \(attribute.letter) names no column of the item", first, hint: "it would say the same of every item")
        }
    }

    /// A name that is neither called nor a word of SQL; `covered(kind)` asks about the item's own time.
    private static func isColumn(_ tokens: [SQLToken], _ i: Int) -> Bool {
        guard let word = tokens[i].word else { return false }
        return !["and", "not", "between", "in", "like", "glob", "true", "false", "null", "is", "escape"].contains(word)
            && (i + 1 == tokens.count || tokens[i + 1].text != "(")
    }

    private static func refusal(_ tokens: [SQLToken], _ i: Int) -> String? {
        if tokens[i].shape == .quoted { return "write the name without quotes" }
        guard let word = tokens[i].word else { return nil }
        if ["covered_", CompiledControl.erasedPrefix, "attribute_"].contains(where: word.hasPrefix) {
            return "coverage is unknown or proved, never wrong: use covered()"
        }
        // `IS NULL` is one finding.
        let before = tokens[max(0, i - 2)..<i].compactMap(\.word)
        if word == "null", before.last == "is" || before == ["is", "not"] { return nil }
        if let why = words[word] { return why }
        let next = i + 1 < tokens.count ? tokens[i + 1].text : ""
        if word == "in" { return list(tokens, i) }
        guard next == "(" else { return nil }
        if word == "min" || word == "max" { return argumentCount(tokens, i + 1) == 1 ? aggregates : nil }
        return functions[word]
    }

    /// `IN ()` is FALSE even of a missing value, and `IN name` reads a whole table.
    private static func list(_ tokens: [SQLToken], _ i: Int) -> String? {
        if i > 0, tokens[i - 1].word == "not" { return "write 'x <> … AND x <> …'" }
        guard i + 2 < tokens.count, tokens[i + 1].text == "(", tokens[i + 2].text != ")" else { return "write the values in parentheses behind IN" }
        return nil
    }

    private static func argumentCount(_ tokens: [SQLToken], _ open: Int) -> Int {
        var (depth, count) = (0, 1)
        for token in tokens[open...] {
            if token.text == "(" { depth += 1 }
            if token.text == ")" { depth -= 1 }
            if depth == 1, token.text == "," { count += 1 }
            if depth == 0 { return count }
        }
        return count
    }

    /// Those that do not belong to a BETWEEN.
    private static func nestedAnds(_ tokens: [SQLToken]) -> [SQLToken] {
        var found: [SQLToken] = []
        var betweens = [0]
        for token in tokens {
            switch token.word ?? token.text {
            case "(": betweens.append(0)
            case ")": if betweens.count > 1 { betweens.removeLast() }
            case "between": betweens[betweens.count - 1] += 1
            case "and":
                if let open = betweens.last, open > 0 {
                    betweens[betweens.count - 1] -= 1
                } else if betweens.count > 1 {
                    found.append(token)
                }
            default: break
            }
        }
        return found
    }
}

extension Expression {
    fileprivate func refusal(_ summary: String, _ token: SQLToken, hint: String? = nil) -> Diagnostic {
        .error(summary, at: Place(file: place.file, line: place.line.map { $0 + token.line }), hint: hint)
    }
}
