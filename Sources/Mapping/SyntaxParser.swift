struct SyntaxError: Error {
    let summary: String
    init(_ summary: String) { self.summary = summary }
}

/// Reads an expression: `a.b ?? 'x' | lower | map('a'='b')`.
struct SyntaxParser {
    private let text: [UInt8]
    private var at = 0

    private let isXML: Bool

    /// `isXML`: what else begins with `@` is an attribute.
    static func parse(_ text: String, isXML: Bool) throws(SyntaxError) -> Syntax {
        var parser = SyntaxParser(text: Array(text.utf8), isXML: isXML)
        return try parser.expression()
    }
    private init(text: [UInt8], isXML: Bool) {
        self.text = text
        self.isXML = isXML
    }

    private mutating func expression() throws(SyntaxError) -> Syntax {
        var terms = [try term()]
        while take("??") { terms.append(try term()) }
        var calls: [Syntax.Call] = []
        while take("|") { calls.append(try call()) }
        skipBlanks()
        guard at == text.count else { throw SyntaxError("expected '|', '??' or the end, found '\(rest())'") }
        return Syntax(terms: terms, calls: calls)
    }

    private mutating func term() throws(SyntaxError) -> Syntax.Term {
        skipBlanks()
        if peek == UInt8(ascii: "'") { return .constant(try quoted()) }
        guard peek == UInt8(ascii: "@") else { return .path(try path()) }
        let start = at
        let name = word()
        switch name {
        case "@line": return .line
        case "@origin": return .origin
        case "@ordinal": return .ordinal
        default:
            guard isXML, name != "@" else { throw SyntaxError("'\(name)' is not one of @line, @origin, @ordinal") }
            at = start
            return .path(try path())
        }
    }

    private mutating func path() throws(SyntaxError) -> Path {
        var steps: [Path.Step] = []
        while true {
            if peek == UInt8(ascii: "["), !steps.isEmpty {
                steps.append(try bracket())
            } else {
                steps.append(.key(try key()))
            }
            if peek == UInt8(ascii: ".") { at += 1 } else if peek != UInt8(ascii: "[") { return Path(steps: steps) }
        }
    }

    private mutating func key() throws(SyntaxError) -> String {
        if peek == UInt8(ascii: "\"") { return try quoted() }
        let name = word()
        guard !name.isEmpty else { throw SyntaxError(at == text.count ? "a path is missing at the end" : "expected a path, found '\(rest())'") }
        return name
    }

    private mutating func bracket() throws(SyntaxError) -> Path.Step {
        at += 1
        let end = text[at...].firstIndex(of: UInt8(ascii: "]"))
        guard let end else { throw SyntaxError("a '[' is not closed") }
        if let index = Int(String(decoding: text[at..<end], as: UTF8.self)) {
            at = end + 1
            return .index(index)
        }
        let member = try key()
        guard take("=") else { throw SyntaxError("expected a number or 'member=value' between '[' and ']'") }
        let value: String
        if peek == UInt8(ascii: "'") || peek == UInt8(ascii: "\"") {
            value = try quoted()
        } else {
            value = String(decoding: text[at..<max(at, end)], as: UTF8.self)
            at = max(at, end)
        }
        guard peek == UInt8(ascii: "]") else { throw SyntaxError("a '[' is not closed") }
        at += 1
        return .element(member: member, equals: value)
    }

    private mutating func call() throws(SyntaxError) -> Syntax.Call {
        skipBlanks()
        let name = word()
        guard !name.isEmpty else { throw SyntaxError("a function's name is missing after '|'") }
        guard take("(") else { return Syntax.Call(name: name, arguments: []) }
        var arguments: [Syntax.Argument] = []
        if take(")") { return Syntax.Call(name: name, arguments: []) }
        repeat { arguments.append(try argument()) } while take(",")
        guard take(")") else { throw SyntaxError("expected ',' or ')' in '\(name)(…)'") }
        return Syntax.Call(name: name, arguments: arguments)
    }

    private mutating func argument() throws(SyntaxError) -> Syntax.Argument {
        skipBlanks()
        if take("*") {
            guard take("=") else { throw SyntaxError("expected '=' after '*'") }
            skipBlanks()
            return .otherwise(try quoted())
        }
        let start = at
        let term = try term()
        if case .constant(let from) = term {
            guard take("=") else { return .string(from) }
            skipBlanks()
            return .pair(from, try quoted())
        }
        return .term(term, text: String(decoding: text[start..<at], as: UTF8.self))
    }

    /// `'…'` or `"…"`; the quote inside is written twice.
    private mutating func quoted() throws(SyntaxError) -> String {
        let quote = peek
        guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { throw SyntaxError("expected a text in quotes, found '\(rest())'") }
        at += 1
        var out: [UInt8] = []
        while at < text.count {
            let byte = text[at]
            at += 1
            if byte == quote {
                guard peek == quote else { return String(decoding: out, as: UTF8.self) }
                at += 1
            }
            out.append(byte)
        }
        throw SyntaxError("a quote is not closed")
    }

    private mutating func word() -> String {
        let start = at
        while at < text.count, text[at] > 32, !".[]|(),'\"?=".utf8.contains(text[at]) { at += 1 }
        return String(decoding: text[start..<at], as: UTF8.self)
    }

    private var peek: UInt8 { at < text.count ? text[at] : 0 }
    private func rest() -> String { String(decoding: text[at...], as: UTF8.self) }
    private mutating func skipBlanks() { while at < text.count, text[at] <= 32 { at += 1 } }
    private mutating func take(_ token: String) -> Bool {
        skipBlanks()
        guard text[at...].starts(with: token.utf8) else { return false }
        at += token.utf8.count
        return true
    }
}
