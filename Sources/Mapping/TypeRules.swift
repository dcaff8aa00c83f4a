import Evidence

/// Which fields an expression can fill, as far as that is known before a record is seen.
enum TypeRules {
    static func check(_ syntax: Syntax, _ result: Expression.Result, _ type: FieldType) throws(SyntaxError) {
        guard canFill(result, type, syntax) else {
            throw SyntaxError("\(article(type)) cannot come from '\(syntax.calls.last?.name ?? "")', which yields \(article(result))")
        }
        for text in constants(of: syntax) {
            if let problem = problem(of: text, as: type) { throw SyntaxError(problem) }
        }
    }

    private static func canFill(_ result: Expression.Result, _ type: FieldType, _ syntax: Syntax) -> Bool {
        // The words of a map are checked one by one.
        if syntax.calls.last?.name == "map" { return type != .instant }
        switch type {
        case .instant: return result == .any || result == .instant
        case .integer, .number: return result == .any || result == .integer || result == .number
        case .boolean: return result == .any || result == .boolean
        case .text, .id: return result != .instant
        case .digest, .account, .subject, .oneOf: return result == .any || result == .text
        }
    }

    private static func article(_ type: FieldType) -> String { type.name.first.map { "aeio".contains($0) } == true ? "an \(type.name)" : "a \(type.name)" }
    private static func article(_ result: Expression.Result) -> String {
        switch result {
        case .any: "a value as it stands"
        case .integer, .instant: "an \(result.rawValue)"
        case .text, .number, .boolean: "a \(result.rawValue)"
        }
    }

    /// Every text that the expression can yield by itself, where that is known.
    private static func constants(of syntax: Syntax) -> [String] {
        guard let last = syntax.calls.last else {
            return syntax.terms.compactMap { if case .constant(let text) = $0 { text } else { nil } }
        }
        switch last.name {
        case "outcome": return ["success", "failure"]
        case "map":
            return last.arguments.compactMap {
                switch $0 {
                case .pair(_, let to), .otherwise(let to): to
                case .string, .term: nil
                }
            }
        default: return []
        }
    }

    private static func problem(of text: String, as type: FieldType) -> String? {
        var copy = text
        let isRight = copy.withUTF8 { buffer in
            let bytes = UnsafeRawBufferPointer(buffer)
            switch type {
            case .integer: return Decimal.integer(bytes) != nil
            case .number: return Decimal.number(bytes) != nil
            case .boolean: return text == "true" || text == "false" || text == "1" || text == "0"
            case .instant: return Instant.parse(buffer) != nil
            case .digest: return isDigest(bytes)
            case .oneOf(let words): return words.contains(text)
            case .text, .id, .account, .subject: return true
            }
        }
        if isRight || text.isEmpty { return nil }
        guard case .oneOf(let words) = type else { return "'\(text)' is not \(article(type))" }
        return "'\(text)' is not one of \(words.joined(separator: ", "))"
    }

    /// Hexadecimal digits, perhaps after `algorithm:`.
    static func isDigest(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // From the end: most are digits throughout, and the algorithm's name is short.
        var at = bytes.count
        while at > 0, isHex(bytes[at - 1]) { at -= 1 }
        if at == 0 { return !bytes.isEmpty }
        return at < bytes.count && at > 1 && bytes[at - 1] == UInt8(ascii: ":") && !bytes[..<(at - 1)].contains(UInt8(ascii: ":"))
    }

    @inline(__always)
    private static func isHex(_ c: UInt8) -> Bool {
        (c >= 48 && c <= 57) || (c | 32 >= 97 && c | 32 <= 102)
    }
}
