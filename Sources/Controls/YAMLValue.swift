import Evidence
import Yams

/// A YAML value with the line it stands on. Scalars stay text: what `no`, `010` or `2026-01-01` means is the schema's to say, not YAML's.
struct YAMLValue: Sendable {
    indirect enum Shape: Sendable {
        case null
        case scalar(String)
        case sequence([YAMLValue])
        case mapping([YAMLEntry])
    }
    let shape: Shape
    /// Of a block scalar (`|`, `>`), the line its text begins on.
    let place: Place

    /// What it is, for a message: `a list`.
    var description: String {
        switch shape {
        case .null: "nothing"
        case .scalar(let text): "'\(text)'"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
    /// Every scalar a string, so that equal meaning and equal text are the same thing.
    var json: JSON {
        switch shape {
        case .null: .null
        case .scalar(let text): .string(text)
        case .sequence(let values): .array(values.map(\.json))
        case .mapping(let entries): .object(Dictionary(entries.map { ($0.key, $0.value.json) }, uniquingKeysWith: { first, _ in first }))
        }
    }
}

struct YAMLEntry: Sendable {
    let key: String
    let place: Place
    let value: YAMLValue
}

extension YAMLValue {
    /// Aliases of one file may stand for at most this many copies: a few hundred bytes can otherwise mean gigabytes.
    static let aliasLimit = 1_000

    /// The one document of a file; nil, with findings, where it has none or is not YAML.
    init?(file: CatalogueFile, findings: Findings) {
        let whole = Place(file: file.path, line: 1)
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            findings.error("the file is not UTF-8", at: whole, hint: "save it as UTF-8")
            return nil
        }
        do {
            // Scalars stay text, so that no rule is asked what a word might be: Yams would for each key, by regular expression.
            // Their default encoding is the environment's to say.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            guard let root = try parser.singleRoot() else {
                findings.error("the file is empty", at: whole, hint: "'receipts init' in an empty folder shows what belongs into it")
                return nil
            }
            var conversion = Conversion(file: file.path, findings: findings)
            // Nodes hold their anchors weakly; the parser owns them.
            let value = withExtendedLifetime(parser) { conversion.value(root) }
            guard let value else { return nil }
            self = value
        } catch let error as YamlError {
            findings.add(Self.diagnostic(error, file: file.path))
            return nil
        } catch {
            findings.error("the file cannot be read as YAML", at: whole)
            return nil
        }
    }

    private static func diagnostic(_ error: YamlError, file: String) -> Diagnostic {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return .error(
                "not YAML: \(problem)", at: Place(file: file, line: mark.line), hint: "look at the brackets, quotes and indentation there and just before")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "'\($0)'" }.joined(separator: " and ")
            return .error("\(names) stands twice in one mapping", at: Place(file: file, line: context.mark.line), hint: "keep one of them")
        case .reader(let problem, _, _, _): return .error("not YAML: \(problem)", at: Place(file: file, line: 1))
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return .error("the file cannot be read as YAML", at: Place(file: file, line: 1))
        }
    }
}

/// Turns a tree of Yams nodes into ours, counting copies made through aliases and levels of nesting.
private struct Conversion {
    let file: String
    let findings: Findings
    private var seen: Set<Position> = []
    private var copies = 0
    private var depth = 0

    init(file: String, findings: Findings) {
        self.file = file
        self.findings = findings
    }

    /// Nil once a limit is crossed; the finding says which.
    mutating func value(_ node: Node) -> YAMLValue? {
        let line = node.mark?.line ?? 1
        let place = Place(file: file, line: line)
        if node.anchor != nil, let mark = node.mark, !seen.insert(Position(line: mark.line, column: mark.column)).inserted {
            copies += 1
            guard copies <= YAMLValue.aliasLimit else {
                findings.error("aliases stand for more than \(YAMLValue.aliasLimit) copies", at: place, hint: "write the values out")
                return nil
            }
        }
        depth += 1
        defer { depth -= 1 }
        guard depth <= 64 else {
            findings.error("nested more than 64 levels deep", at: place)
            return nil
        }
        switch node {
        case .scalar(let scalar): return YAMLValue(scalar, place: place)
        case .sequence(let sequence):
            var values: [YAMLValue] = []
            for element in sequence {
                guard let element = value(element) else { return nil }
                values.append(element)
            }
            return YAMLValue(shape: .sequence(values), place: place)
        case .mapping(let mapping): return entries(mapping, place: place)
        case .alias:
            findings.error("an alias that stands for nothing", at: place)
            return nil
        }
    }

    private mutating func entries(_ mapping: Node.Mapping, place: Place) -> YAMLValue? {
        var entries: [YAMLEntry] = []
        var keys: Set<String> = []
        for (key, member) in mapping {
            let keyPlace = Place(file: file, line: key.mark?.line ?? place.line)
            guard case .scalar(let scalar) = key else {
                findings.error("a key must be a word, found a list or a mapping", at: keyPlace)
                return nil
            }
            // Yams compares keys with their tags: `1` and `"1"` are two to it and one to us.
            guard keys.insert(scalar.string).inserted else {
                findings.error("'\(scalar.string)' stands twice in one mapping", at: keyPlace, hint: "keep one of them")
                return nil
            }
            guard let member = value(member) else { return nil }
            entries.append(YAMLEntry(key: scalar.string, place: keyPlace, value: member))
        }
        return YAMLValue(shape: .mapping(entries), place: place)
    }
}

/// A position in one file, hashable.
private struct Position: Hashable {
    let line: Int
    let column: Int
}

extension YAMLValue {
    fileprivate init(_ scalar: Node.Scalar, place: Place) {
        let isBlock = scalar.style == .literal || scalar.style == .folded
        let isPlain = scalar.style == .plain || scalar.style == .any
        let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
        shape = isNull ? .null : .scalar(scalar.string)
        self.place = isBlock ? Place(file: place.file, line: (place.line ?? 0) + 1) : place
    }
}
