import Evidence

/// A mapping whose keys are known. Every reader returns nil where the value is missing or wrong, and has then said so.
struct Section {
    /// With its article: `a control`.
    let name: String
    let place: Place
    let entries: [YAMLEntry]
    let findings: Findings

    /// Nil unless `value` is a mapping. Keys that are not among `keys` are findings.
    init?(_ value: YAMLValue, _ name: String, keys: [String], findings: Findings) {
        guard let section = Section(open: value, name, findings: findings) else { return nil }
        self = section
        allow(keys)
    }

    /// A mapping whose keys are data: names of kinds, of fields, of items.
    init?(open value: YAMLValue, _ name: String, findings: Findings) {
        guard case .mapping(let entries) = value.shape else {
            findings.error("\(name) must be a mapping, found \(value.description)", at: value.place)
            return nil
        }
        self.init(name: name, place: value.place, entries: entries, findings: findings)
    }

    init(name: String, place: Place, entries: [YAMLEntry], findings: Findings) {
        self.name = name
        self.place = place
        self.entries = entries
        self.findings = findings
    }

    func allow(_ keys: [String]) {
        for entry in entries where !keys.contains(entry.key) {
            findings.unknown(entry.key, "a key of \(name)", among: keys, at: entry.place)
        }
    }

    /// The value of a key, nil where the key is absent or null. Says nothing.
    func value(_ key: String) -> YAMLValue? {
        guard let value = entries.first(where: { $0.key == key })?.value else { return nil }
        if case .null = value.shape { return nil }
        return value
    }
    func place(of key: String) -> Place { entries.first { $0.key == key }?.place ?? place }

    func required(_ key: String) -> YAMLValue? {
        if let value = value(key) { return value }
        findings.error("\(name) needs '\(key)'", at: place(of: key))
        return nil
    }

    /// Text that says something: blanks at both ends are cut, and nothing left is a finding.
    func text(_ key: String) -> String? {
        guard let value = required(key) else { return nil }
        return text(value, key)
    }
    func optionalText(_ key: String) -> String? {
        guard let value = value(key) else { return nil }
        return text(value, key)
    }
    private func text(_ value: YAMLValue, _ key: String) -> String? {
        guard case .scalar(let text) = value.shape else {
            findings.error("'\(key)' of \(name) must be text, found \(value.description)", at: value.place)
            return nil
        }
        let trimmed = text.trimmingBlanks
        guard !trimmed.isEmpty else {
            findings.error("'\(key)' of \(name) is empty", at: value.place)
            return nil
        }
        return trimmed
    }

    /// A word read by `parse`; `expected` says what it should be: `a day such as 2026-01-31`.
    func word<T>(_ key: String, _ expected: String, _ parse: (String) -> T?) -> T? {
        guard let text = text(key) else { return nil }
        return word(text, key, expected, parse)
    }
    func optionalWord<T>(_ key: String, _ expected: String, _ parse: (String) -> T?) -> T? {
        guard let text = optionalText(key) else { return nil }
        return word(text, key, expected, parse)
    }
    private func word<T>(_ text: String, _ key: String, _ expected: String, _ parse: (String) -> T?) -> T? {
        if let parsed = parse(text) { return parsed }
        findings.error("'\(key)' of \(name) must be \(expected), found '\(text)'", at: value(key)?.place ?? place)
        return nil
    }

    /// One of a closed list of words.
    func choice(_ key: String, among words: [String]) -> String? {
        guard let text = text(key) else { return nil }
        if words.contains(text) { return text }
        findings.unknown(text, "a value of '\(key)' of \(name)", among: words, at: value(key)?.place ?? place)
        return nil
    }

    func expression(_ key: String) -> Expression? {
        guard let text = text(key), let place = value(key)?.place else { return nil }
        return Expression(sql: text, place: place)
    }

    /// The elements of a list; a single word stands for a list of one.
    func list(_ key: String) -> [YAMLValue]? {
        guard let value = required(key) else { return nil }
        switch value.shape {
        case .sequence(let values): return values
        case .scalar: return [value]
        case .null, .mapping:
            findings.error("'\(key)' of \(name) must be a list, found \(value.description)", at: value.place)
            return nil
        }
    }

    /// A list of words with the place of each.
    func words(_ key: String) -> [(text: String, place: Place)]? {
        list(key).flatMap { words($0, key) }
    }

    /// Of each list in a list.
    func wordLists(_ key: String) -> [[(text: String, place: Place)]]? {
        list(key)?.compactMap { value in
            guard case .sequence(let elements) = value.shape else {
                findings.error("'\(key)' of \(name) must hold lists of words, found \(value.description)", at: value.place)
                return nil
            }
            if !elements.isEmpty { return words(elements, key) }
            findings.error("'\(key)' of \(name) must hold lists of words, found one without any", at: value.place)
            return nil
        }
    }

    private func words(_ elements: [YAMLValue], _ key: String) -> [(text: String, place: Place)]? {
        var words: [(text: String, place: Place)] = []
        for element in elements {
            guard case .scalar(let text) = element.shape, !text.trimmingBlanks.isEmpty else {
                findings.error("'\(key)' of \(name) must hold words, found \(element.description)", at: element.place)
                return nil
            }
            if words.contains(where: { $0.text == text }) {
                findings.error("'\(text)' stands twice in '\(key)' of \(name)", at: element.place)
            } else {
                words.append((text, element.place))
            }
        }
        return words
    }
}

extension String {
    var trimmingBlanks: String {
        let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 10 || $0 == 9 || $0 == 13 }
        guard let first = utf8.firstIndex(where: { !isBlank($0) }), let last = utf8.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(self[first...last])
    }
}
