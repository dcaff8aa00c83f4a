import Evidence
import Yams

/// What a person says of a file: YAML in front of a Markdown text or in a file beside another.
enum FrontMatter {
    /// The YAML between `---` lines at the start of a text, if it begins so.
    static func split(_ text: UnsafeRawBufferPointer) throws(ReadProblem) -> Range<Int>? {
        var start = 0
        if text.starts(with: [0xef, 0xbb, 0xbf]) { start = 3 }
        guard let first = line(text, from: start), isRule(text, first.content) else { return nil }
        var at = first.next
        while let next = line(text, from: at) {
            if isRule(text, next.content) { return first.next..<at }
            at = next.next
        }
        throw ReadProblem("the front matter has no closing '---'")
    }

    private static func line(_ text: UnsafeRawBufferPointer, from start: Int) -> (content: Range<Int>, next: Int)? {
        guard start < text.count else { return nil }
        let end = text[start...].firstIndex(of: 10) ?? text.count
        let content = end > start && text[end - 1] == 13 ? end - 1 : end
        return (start..<content, min(end + 1, text.count))
    }
    private static func isRule(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool { text[range].elementsEqual("---".utf8) }

    /// The members of a YAML mapping. Aliases may not make more than 10,000 nodes of it; a key may occur once.
    static func fields(_ yaml: some Sequence<UInt8>) throws(ReadProblem) -> [String: JSON] {
        guard let text = String(validating: Array(yaml), as: UTF8.self) else { throw ReadProblem("its YAML is not UTF-8") }
        let node: Node?
        do { node = try Yams.compose(yaml: text, .basic) } catch { throw ReadProblem("its YAML cannot be read: \(FrontMatter.brief(error))") }
        guard let node else { return [:] }
        var budget = 10_000
        guard case .object(let members) = try value(node, &budget, depth: 0) else { throw ReadProblem("its YAML is not a mapping") }
        return members
    }

    private static func brief(_ error: any Error) -> String {
        if case YamlError.parser(_, let problem, let mark, _) = error { return "\(problem) at line \(mark.line)" }
        if case YamlError.scanner(_, let problem, let mark, _) = error { return "\(problem) at line \(mark.line)" }
        return "a key occurs twice, or an alias has no anchor"
    }

    private static func value(_ node: Node, _ budget: inout Int, depth: Int) throws(ReadProblem) -> JSON {
        budget -= 1
        guard budget > 0, depth < 64 else { throw ReadProblem("its YAML is too large or too deep") }
        switch node {
        case .scalar(let scalar): return self.scalar(scalar)
        case .alias: throw ReadProblem("its YAML has an alias without an anchor")
        case .sequence(let sequence):
            var values: [JSON] = []
            for element in sequence { values.append(try value(element, &budget, depth: depth + 1)) }
            return .array(values)
        case .mapping(let mapping):
            var members: [String: JSON] = [:]
            for (key, member) in mapping {
                guard case .scalar(let name) = key else { throw ReadProblem("a key of its YAML is no text") }
                guard members.updateValue(try value(member, &budget, depth: depth + 1), forKey: name.string) == nil else {
                    throw ReadProblem("the key '\(name.string)' of its YAML occurs twice")
                }
            }
            return .object(members)
        }
    }

    /// Numbers only where nothing is lost: a version `1.10` stays as it is written.
    private static func scalar(_ scalar: Node.Scalar) -> JSON {
        let text = scalar.string
        guard scalar.style == .plain || scalar.style == .any else { return .string(text) }
        switch text {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            if let whole = Int64(text), String(whole) == text { return .integer(whole) }
            return .string(text)
        }
    }
}
