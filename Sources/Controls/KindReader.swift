import Evidence

/// `kinds/<name>.yaml`.
struct KindReader {
    let findings: Findings

    private static let taken = ["artifact", "source", "native_id", "occurred_at", "at", "rowid"]
    private static let types = ["text", "id", "integer", "number", "boolean", "instant", "digest", "account", "subject", "one_of"]

    func kind(_ value: YAMLValue, fileName: String) -> Kind? {
        guard let section = Section(value, "a kind", keys: ["kind", "title", "description", "fields", "indexes", "by_day"], findings: findings) else {
            return nil
        }
        let name = section.word("kind", "lower-case letters, digits and '_'") { Words.isColumn($0) ? KindName($0) : nil }
        if let name, name.text != fileName {
            findings.error("the kind is '\(name)', the file '\(fileName).yaml'", at: section.place(of: "kind"), hint: "give both the same name")
        }
        if let name, DayCounts.suffixes.contains(where: name.text.hasSuffix) {
            findings.error("a table that is made for a kind is called so: '\(name)'", at: section.place(of: "kind"), hint: "give the kind another name")
        }
        let title = section.text("title")
        let description = section.text("description")
        let fields = section.required("fields").flatMap { Section(open: $0, "'fields'", findings: findings) }?.entries.map(field)
        guard let name, let title, let description, let fields else { return nil }
        if fields.isEmpty { findings.error("a kind needs at least one field", at: section.place(of: "fields")) }
        let known = fields.compactMap { $0 }
        return Kind(
            name: name, title: title, description: description, fields: known, indexes: indexes(section, known), byDay: byDay(section, known),
            place: section.place)
    }

    private func indexes(_ section: Section, _ fields: [Field]) -> [[String]] {
        guard section.value("indexes") != nil, let lists = section.wordLists("indexes") else { return [] }
        let known = ["source", "native_id", "occurred_at", "occurred_at_latest"] + fields.flatMap(\.columns)
        var firsts: Set<String> = []
        for word in lists.joined() where !known.contains(word.text) { findings.unknown(word.text, "a column of this kind", among: known, at: word.place) }
        for first in lists.compactMap(\.first) where !firsts.insert(first.text).inserted {
            findings.error("two indexes begin with '\(first.text)'", at: first.place, hint: "one of them finds what the other does")
        }
        return lists.map { $0.map(\.text) }
    }

    private func byDay(_ section: Section, _ fields: [Field]) -> DayCounts? {
        guard let value = section.value("by_day"), let counts = Section(value, "'by_day'", keys: ["by", "sign", "has"], findings: findings) else { return nil }
        let by = counts.words("by") ?? []
        let sign = counts.value("sign") == nil ? [] : counts.words("sign") ?? []
        let has = counts.value("has") == nil ? [] : counts.words("has") ?? []
        let plain = fields.filter { $0.type != .instant }.map(\.name)
        for word in by + has where !plain.contains(word.text) {
            findings.unknown(word.text, "a field of this kind that is no instant", among: plain, at: word.place)
        }
        let numbers = fields.filter { [.integer, .number].contains($0.type) }.map(\.name)
        for word in sign where !numbers.contains(word.text) { findings.unknown(word.text, "a number of this kind", among: numbers, at: word.place) }
        let made = DayCounts(by: by.map(\.text), sign: sign.map(\.text), has: has.map(\.text))
        if Set(made.columns).count < made.columns.count {
            findings.error("'by_day' makes two columns of one name", at: value.place, hint: "its columns are \(made.columns.joined(separator: ", "))")
        }
        return made
    }

    private func field(_ entry: YAMLEntry) -> Field? {
        checkName(entry)
        guard let section = Section(entry.value, "a field", keys: ["type", "values", "required", "says"], findings: findings) else { return nil }
        let type = type(section)
        let says = section.text("says")
        let isRequired = section.optionalWord("required", "true or false", boolean) ?? false
        guard let type, let says else { return nil }
        return Field(name: entry.key, type: type, description: says, isRequired: isRequired)
    }

    private func checkName(_ entry: YAMLEntry) {
        if !Words.isColumn(entry.key) {
            findings.error("a field's name must be lower-case letters, digits and '_', found '\(entry.key)'", at: entry.place)
        }
        if Self.taken.contains(entry.key) || entry.key.hasSuffix("_latest") || entry.key.hasSuffix("_artifact") {
            findings.error("'\(entry.key)' is a column that every kind has or that is made for it", at: entry.place, hint: "give the field another name")
        }
    }

    private func type(_ section: Section) -> FieldType? {
        guard let word = section.choice("type", among: Self.types) else { return nil }
        if word != "one_of", section.value("values") != nil {
            findings.error("only a field of type one_of has 'values'", at: section.place(of: "values"))
        }
        switch word {
        case "text": return .text
        case "id": return .id
        case "integer": return .integer
        case "number": return .number
        case "boolean": return .boolean
        case "instant": return .instant
        case "digest": return .digest
        case "account": return .account
        case "subject": return .subject
        default: return section.words("values").map { .oneOf($0.map(\.text)) }
        }
    }
}

func boolean(_ text: String) -> Bool? {
    switch text {
    case "true": true
    case "false": false
    default: nil
    }
}
