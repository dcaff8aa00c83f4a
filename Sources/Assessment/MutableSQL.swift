/// A text of SQL in which single mistakes are made.
struct MutableSQL {
    /// Replaces the code from `range` (positions in `code`) by `text`.
    struct Edit {
        let kind: Mutant.Operator
        let range: Range<Int>
        let text: String
    }

    /// What is neither blank nor comment; two symbols that are one operator are one piece.
    private struct Piece {
        let text: String
        /// Of tokens.
        let range: Range<Int>
        let word: String?
        let isNumber: Bool
        let depth: Int
    }
    private let tokens: [SQLToken]
    private let code: [Piece]

    init(_ sql: String) {
        tokens = SQLText.tokens(sql)
        var code: [Piece] = []
        var depth = 0
        for (i, token) in tokens.enumerated() where token.shape != .blank && token.shape != .comment {
            if token.text == ")" { depth -= 1 }
            if let last = code.last, last.range.upperBound == i, ["<=", ">=", "<>", "!=", "==", "||"].contains(last.text + token.text) {
                code[code.count - 1] = Piece(text: last.text + token.text, range: last.range.lowerBound..<i + 1, word: nil, isNumber: false, depth: depth)
            } else {
                code.append(Piece(text: token.text, range: i..<i + 1, word: token.word, isNumber: token.shape == .number, depth: depth))
            }
            if token.text == "(" { depth += 1 }
        }
        self.code = code
    }

    func applying(_ edit: Edit) -> String {
        let range = code[edit.range.lowerBound].range.lowerBound..<code[edit.range.upperBound - 1].range.upperBound
        return SQLText.text(tokens[..<range.lowerBound]) + edit.text + SQLText.text(tokens[range.upperBound...])
    }

    func line(_ edit: Edit) -> Int { tokens[code[edit.range.lowerBound].range.lowerBound].line }

    func words(_ edit: Edit) -> String {
        let old = code[edit.range].map(\.text).joined(separator: " ")
        return edit.text.isEmpty ? "without '\(old)'" : "'\(edit.text)' for '\(old)'"
    }

    /// By place, then by operator. What would write the same again, such as `1` for the value in `CASE x WHEN 1`, is no mistake.
    func edits() -> [Edit] {
        let operators = [conjuncts, terms, comparison, boundary, join, swap]
        return code.indices.flatMap { i in operators.flatMap { $0(i) } }.filter { edit in
            edit.text.isEmpty || edit.text != code[edit.range].map(\.text).joined(separator: " ")
        }
    }

    // MARK: Conditions

    private static let clauses: Set<String> = ["where", "on", "having", "when"]
    private static let ends: Set<String> = [
        "where", "on", "having", "when", "then", "else", "end", "group", "order", "limit", "union", "intersect", "except", "window", "join", "left", "inner",
        "cross", "as", "select", "from", "or", "filter",
    ]

    /// The AND of a BETWEEN joins no conditions.
    private func isConjunction(_ i: Int) -> Bool {
        guard code[i].word == "and" else { return false }
        var betweens = 0
        var j = i - 1
        while j >= 0, code[j].depth >= code[i].depth {
            if code[j].depth == code[i].depth {
                if code[j].word == "between" { betweens += 1 }
                if code[j].word == "and" { betweens -= 1 }
                if let word = code[j].word, MutableSQL.ends.contains(word) { break }
                if code[j].text == "," { break }
            }
            j -= 1
        }
        return betweens <= 0
    }

    /// Where the operand that begins at `start` ends.
    private func end(of start: Int) -> Int {
        let depth = code[start].depth
        var i = start
        while i < code.count {
            if code[i].depth < depth { return i }
            if code[i].depth == depth {
                if code[i].text == "," || code[i].text == ";" { return i }
                if let word = code[i].word, MutableSQL.ends.contains(word), i > start { return i }
                if isConjunction(i) { return i }
            }
            i += 1
        }
        return code.count
    }

    private func beginning(of last: Int) -> Int {
        let depth = code[last].depth
        var i = last
        while i >= 0 {
            if code[i].depth < depth { return i + 1 }
            if code[i].depth == depth {
                if code[i].text == "," || isConjunction(i) { return i + 1 }
                if let word = code[i].word, MutableSQL.ends.contains(word), !(word == "end" && i == last) { return i + 1 }
            }
            i -= 1
        }
        return 0
    }

    /// Each AND loses what is right of it, and the first of a chain what is left of it too.
    private func conjuncts(_ i: Int) -> [Edit] {
        guard isConjunction(i), i > 0, i + 1 < code.count else { return [] }
        let kind = isInWhere(i) ? Mutant.Operator.dropTerm : .dropConjunct
        let right = Edit(kind: kind, range: i..<end(of: i + 1), text: "")
        let left = beginning(of: i - 1)
        guard left == 0 || !isConjunction(left - 1) else { return [right] }
        return [Edit(kind: kind, range: left..<i + 1, text: ""), right]
    }

    private func isInWhere(_ i: Int) -> Bool {
        var j = i
        while j >= 0, code[j].depth >= code[i].depth {
            if code[j].depth == code[i].depth, let word = code[j].word, MutableSQL.clauses.contains(word) { return word != "when" }
            j -= 1
        }
        return false
    }

    /// A condition of one term is dropped by being always true.
    private func terms(_ i: Int) -> [Edit] {
        guard let word = code[i].word, MutableSQL.clauses.contains(word), i + 1 < code.count else { return [] }
        let end = end(of: i + 1)
        guard end > i + 1, end == code.count || !isConjunction(end) else { return [] }
        return [Edit(kind: word == "when" ? .dropConjunct : .dropTerm, range: i + 1..<end, text: "1")]
    }

    // MARK: Comparisons

    private static let flips = ["=": "<>", "==": "<>", "<>": "=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"]
    private static let moves = ["<": "<=", "<=": "<", ">": ">=", ">=": ">"]

    private func comparison(_ i: Int) -> [Edit] {
        if let flipped = MutableSQL.flips[code[i].text] { return [Edit(kind: .flipComparison, range: i..<i + 1, text: flipped)] }
        let next = i + 1 < code.count ? code[i + 1].word : nil
        switch code[i].word {
        case "is": return [Edit(kind: .flipComparison, range: next == "not" ? i..<i + 2 : i..<i + 1, text: next == "not" ? "IS" : "IS NOT")]
        case "not" where next == "in" || next == "exists":
            guard let next else { return [] }
            return [Edit(kind: .flipComparison, range: i..<i + 2, text: next.uppercased())]
        case "in" where i == 0 || code[i - 1].word != "not": return [Edit(kind: .flipComparison, range: i..<i + 1, text: "NOT IN")]
        default: return []
        }
    }

    private func boundary(_ i: Int) -> [Edit] {
        if let moved = MutableSQL.moves[code[i].text] { return [Edit(kind: .moveBoundary, range: i..<i + 1, text: moved)] }
        guard isBoundary(i), let number = Int(code[i].text) else { return [] }
        return [Edit(kind: .moveBoundary, range: i..<i + 1, text: String(number + 1))]
    }

    /// A number beside a comparison, an argument of a function that compares, or a length of time that nothing is divided by.
    private func isBoundary(_ i: Int) -> Bool {
        guard code[i].isNumber else { return false }
        let (before, after) = (i > 0 ? code[i - 1].text : "", i + 1 < code.count ? code[i + 1].text : "")
        if MutableSQL.flips[before] != nil || MutableSQL.flips[after] != nil || code[max(0, i - 1)].word == "between" { return true }
        if before == "(", i > 1, let length = code[i - 2].word, CareFunctions.durations[length] != nil { return i < 3 || code[i - 3].text != "/" }
        return ["(", ","].contains(before) && call(around: i).map { ["at_least", "at_most", "within"].contains($0) } == true
    }

    private func call(around i: Int) -> String? {
        var j = i
        while j >= 0, code[j].depth >= code[i].depth { j -= 1 }
        return j > 0 && code[j].text == "(" ? code[j - 1].word : nil
    }

    // MARK: Joins and columns

    private func join(_ i: Int) -> [Edit] {
        guard code[i].word == "join" else { return [] }
        if i > 0, code[i - 1].word == "left" { return [Edit(kind: .join, range: i - 1..<i + 1, text: "JOIN")] }
        if i > 0, let before = code[i - 1].word, ["cross", "natural", "outer", "right", "full"].contains(before) { return [] }
        return [Edit(kind: .join, range: i..<i + 1, text: "LEFT JOIN")]
    }

    /// A name, perhaps with its table's: `x` or `t.x`, from `i`.
    private func column(_ i: Int) -> Range<Int>? {
        guard i < code.count, code[i].word != nil, i == 0 || code[i - 1].text != "." else { return nil }
        if i + 2 < code.count, code[i + 1].text == ".", code[i + 2].word != nil { return i..<i + 3 }
        return i + 1 < code.count && code[i + 1].text == "(" ? nil : i..<i + 1
    }

    private func text(_ range: Range<Int>) -> String { code[range].map(\.text).joined() }

    /// The first two arguments of a call, and both sides of an ordering.
    private func swap(_ i: Int) -> [Edit] {
        guard let a = column(i), a.upperBound < code.count, let b = column(a.upperBound + 1) else { return [] }
        let between = code[a.upperBound].text
        let isCall = between == "," && i > 1 && code[i - 1].text == "(" && code[i - 2].word.map { !["in", "values", "by", "select"].contains($0) } == true
        guard isCall || MutableSQL.moves[between] != nil, text(a) != text(b) else { return [] }
        return [Edit(kind: .swapColumns, range: a.lowerBound..<b.upperBound, text: "\(text(b))\(isCall ? "," : "") \(isCall ? "" : between + " ")\(text(a))")]
    }
}
