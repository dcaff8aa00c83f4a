import Evidence

/// `traces/<name>.yaml`: everything but the SQL, which the Assessment target checks against the kinds' tables.
struct TraceReader {
    let findings: Findings
    /// Sorted by name.
    let kinds: [Kind]

    func trace(_ value: YAMLValue, fileName: String) -> Trace? {
        guard let section = Section(value, "a trace", keys: ["trace", "title", "asks", "takes", "steps", "tests"], findings: findings) else { return nil }
        let name = section.word("trace", "lower-case letters, digits and '_'") { Words.isColumn($0) ? $0 : nil }
        if let name, name != fileName {
            findings.error("the trace is '\(name)', the file '\(fileName).yaml'", at: section.place(of: "trace"), hint: "give both the same name")
        }
        let title = section.text("title")
        let asks = section.text("asks")
        let takes = entries(section, "takes")?.compactMap(input)
        let steps = entries(section, "steps").map(steps)
        let tests = section.value("tests") == nil ? [] : section.list("tests")?.compactMap { test($0, steps: steps?.map(\.name) ?? []) }
        guard let name, let title, let asks, let takes, let steps, let tests else { return nil }
        return Trace(name: name, title: title, asks: asks, takes: takes, steps: steps, tests: tests, place: section.place)
    }

    private func entries(_ section: Section, _ key: String) -> [YAMLEntry]? {
        guard let inner = section.required(key).flatMap({ Section(open: $0, "'\(key)'", findings: findings) }) else { return nil }
        if inner.entries.isEmpty { findings.error("a trace needs something under '\(key)'", at: section.place(of: key)) }
        for entry in inner.entries where !Words.isColumn(entry.key) {
            findings.error("a name under '\(key)' is of lower-case letters, digits and '_', found '\(entry.key)'", at: entry.place)
        }
        return inner.entries
    }

    private func input(_ entry: YAMLEntry) -> Trace.Input? {
        guard let section = Section(entry.value, "what a trace takes", keys: ["says", "person"], findings: findings) else { return nil }
        let person = section.optionalWord("person", "'customer' or 'staff'") { Trace.Person(rawValue: $0) }
        return section.text("says").map { Trace.Input(name: entry.key, says: $0, person: person) }
    }

    private func steps(_ entries: [YAMLEntry]) -> [Trace.Step] {
        var steps: [Trace.Step] = []
        for entry in entries where entry.key == Self.itsDays {
            findings.error("a step cannot be called '\(Self.itsDays)': a test of a trace says so of days", at: entry.place)
        }
        for entry in entries { if let step = step(entry, after: steps) { steps.append(step) } }
        return steps
    }

    private func step(_ entry: YAMLEntry, after earlier: [Trace.Step]) -> Trace.Step? {
        let keys = ["says", "kind", "covered", "by", "known_by", "needed", "sql"]
        guard let section = Section(entry.value, "a step of a trace", keys: keys, findings: findings) else { return nil }
        let says = section.text("says")
        let kind = section.text("kind").flatMap { knownKind($0, at: section.place(of: "kind")) }
        let span = section.word("covered", "period, or at, '30d before', '30d after' or '1d around', two of them with a comma between", Self.span)
        let by = section.value("by") == nil ? [] : section.words("by")?.compactMap { reference($0.text, at: $0.place, among: earlier) } ?? []
        let knownBy = kind.map { fields(section, "known_by", of: $0) } ?? []
        let needed = kind.map { fields(section, "needed", of: $0) } ?? []
        let query = section.expression("sql")
        guard let says, let kind, let span, let query else { return nil }
        return Trace.Step(name: entry.key, says: says, kind: kind.name, span: span, by: by, knownBy: knownBy, needed: needed, query: query)
    }

    private static func span(_ text: String) -> Trace.Span? {
        if text == "period" { return .period }
        var (before, after) = (Duration.zero, Duration.zero)
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            switch Words.need(String(part).trimmingBlanks) {
            case .at: break
            case .before(let length): before = max(before, length)
            case .after(let length): after = max(after, length)
            case .around(let length): (before, after) = (max(before, length), max(after, length))
            case .columns, nil: return nil
            }
        }
        return .told(before: before, after: after)
    }

    private func fields(_ section: Section, _ key: String, of kind: Kind) -> [String] {
        guard section.value(key) != nil, let words = section.words(key) else { return [] }
        let known = kind.fields.map(\.name)
        for word in words where !known.contains(word.text) { findings.unknown(word.text, "a field of '\(kind.name)'", among: known, at: word.place) }
        return known.filter { name in words.contains { $0.text == name } }
    }

    private func reference(_ text: String, at place: Place, among earlier: [Trace.Step]) -> Trace.Reference? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let step = parts.count == 2 ? earlier.first { $0.name == parts[0] } : nil
        if let step, let kind = kinds.first(where: { $0.name == step.kind }), kind.field(parts[1]) != nil {
            return Trace.Reference(step: parts[0], field: parts[1])
        }
        let known = earlier.flatMap { step in kinds.first { $0.name == step.kind }?.fields.map { "\(step.name).\($0.name)" } ?? [] }
        findings.unknown(text, "a field of an earlier step", among: known, at: place)
        return nil
    }

    private func knownKind(_ name: String, at place: Place) -> Kind? {
        if let known = kinds.first(where: { $0.name.text == name }) { return known }
        findings.unknown(name, "a kind", among: kinds.map(\.name.text), at: place)
        return nil
    }

    private static let itsDays = "its_days"

    private func test(_ value: YAMLValue, steps: [String]) -> Trace.Test? {
        guard let section = Section(value, "a test of a trace", keys: ["control", "of"], findings: findings) else { return nil }
        // Whoever has no such control is not kept from asking the rest: what is missing, 'check' tells.
        let control = section.word("control", "letters, digits and '-'") { ControlID($0) }
        let of = section.choice("of", among: steps + [Self.itsDays])
        guard let control, let of else { return nil }
        return Trace.Test(control: control, items: of == Self.itsDays ? .ofItsDays : .restingOn(step: of), place: section.place)
    }
}
