import Evidence

/// `<category>/<id>.yaml`: everything but the SQL, which the Assessment target checks against the kinds' tables.
struct ControlReader {
    let findings: Findings
    /// Sorted by name.
    let kinds: [Kind]
    let criteria: [Criterion]
    let milestones: [Int]
    let reading: ExampleReading

    private static let keys = [
        "id", "title", "category", "criteria", "owner", "frequency", "milestone", "effective_from", "risk", "procedure", "tolerable",
        "population", "applies", "due", "attributes", "examples", "maps",
    ]

    func control(_ file: CatalogueFile, folder: String, fileName: String) -> Control? {
        value(of: file).flatMap { control($0, folder: folder, fileName: fileName, text: file.bytes) }
    }

    /// Where the examples are left, of the file without them; what is no YAML then is read, and found fault with, as it stands.
    private func value(of file: CatalogueFile) -> YAMLValue? {
        if reading == .left, let value = file.withoutExamples.flatMap({ YAMLValue(file: $0, findings: Findings()) }) { return value }
        return YAMLValue(file: file, findings: findings)
    }

    private func control(_ value: YAMLValue, folder: String, fileName: String, text: [UInt8]) -> Control? {
        guard let section = Section(value, "a control", keys: Self.keys, findings: findings) else { return nil }
        let id = section.word("id", "letters, digits and '-'") { ControlID($0) }
        if let id, id.text != fileName {
            findings.error("the control is '\(id)', the file '\(fileName).yaml'", at: section.place(of: "id"), hint: "give both the same name")
        }
        let title = section.text("title")
        let category = category(section, folder: folder)
        let criteria = criteria(section)
        let owner = section.text("owner")
        let frequency = section.text("frequency")
        let milestone = section.word("milestone", "one of the plan's days \(milestones)") { Words.integer($0).flatMap { milestones.contains($0) ? $0 : nil } }
        let effectiveFrom = section.word("effective_from", "a day such as 2026-01-31") { Day($0) }
        let risk = section.text("risk")
        let procedure = section.text("procedure")
        let tolerable = section.word("tolerable", "a share such as 5%", Words.percent)
        let population = section.required("population").flatMap(population)
        let applies = section.value("applies") == nil ? nil : section.expression("applies")
        let due = section.optionalWord("due", "a column of the population") { Words.isColumn($0) ? $0 : nil }
        let attributes = attributes(section)
        let maps = section.value("maps").map(maps) ?? [:]
        let examples = reading == .left ? nil : examples(section, letters: attributes?.map(\.letter) ?? [])
        guard let id, let title, let category, let criteria, let owner, let frequency, let milestone, let effectiveFrom, let risk,
            let procedure, let tolerable, let population, let attributes, examples != nil || reading == .left
        else { return nil }
        return Control(
            id: id, title: title, category: category, criteria: criteria, owner: owner, frequency: frequency, milestone: milestone,
            effectiveFrom: effectiveFrom, risk: risk, procedure: procedure, population: population, attributes: attributes,
            applies: applies, due: due, tolerable: tolerable, examples: examples, maps: maps, text: text, place: section.place)
    }

    private func category(_ section: Section, folder: String) -> Category? {
        guard let word = section.choice("category", among: Category.allCases.map(\.rawValue)) else { return nil }
        if word != folder {
            findings.error("the category is '\(word)', the folder '\(folder)'", at: section.place(of: "category"), hint: "move the file to '\(word)/'")
        }
        return Category(rawValue: word)
    }

    private func criteria(_ section: Section) -> [CriterionID]? {
        guard let words = section.words("criteria") else { return nil }
        if words.isEmpty { findings.error("a control answers at least one criterion", at: section.place(of: "criteria")) }
        return words.compactMap { word in
            if let known = criteria.first(where: { $0.id.text == word.text }) { return known.id }
            findings.unknown(word.text, "one of the criteria", among: criteria.map(\.id.text), at: word.place)
            return nil
        }.sorted()
    }

    private func maps(_ value: YAMLValue) -> [Framework: [String]] {
        guard let section = Section(value, "'maps'", keys: Framework.allCases.map(\.rawValue), findings: findings) else { return [:] }
        var maps: [Framework: [String]] = [:]
        for framework in Framework.allCases where section.value(framework.rawValue) != nil {
            let words = section.words(framework.rawValue) ?? []
            for word in words where !framework.ids.contains(word.text) {
                findings.unknown(word.text, "an id of \(framework.title)", among: framework.ids, at: word.place)
            }
            maps[framework] = framework.ids.filter { id in words.contains { $0.text == id } }
        }
        return maps
    }

    private func population(_ value: YAMLValue) -> Population? {
        let keys = ["item", "key", "at", "complete", "needs", "sql"]
        guard let section = Section(value, "a population", keys: keys, findings: findings) else { return nil }
        let item = section.text("item")
        let key = section.words("key")?.compactMap { column($0.text, "key", at: $0.place) }
        if let key, key.isEmpty { findings.error("a population needs at least one key column", at: section.place(of: "key")) }
        let at = section.text("at").flatMap { column($0, "at", at: section.place(of: "at")) }
        let complete = section.words("complete")?.compactMap { knownKind($0.text, at: $0.place) }
        let needs = section.required("needs").flatMap { Section(open: $0, "'needs'", findings: findings) }?.entries.compactMap(need)
        let query = section.expression("sql")
        guard let item, let key, let at, let complete, let needs, let query else { return nil }
        for name in complete where !needs.contains(where: { $0.kind == name }) {
            findings.error("'\(name)' stands in 'complete' and not in 'needs'", at: section.place(of: "complete"), hint: "add '\(name): at' to 'needs'")
        }
        return Population(item: item, key: key, at: at, complete: complete, needs: needs, query: query)
    }

    private func column(_ name: String, _ role: String, at place: Place) -> String? {
        if Words.isColumn(name) { return name }
        findings.error("'\(role)' must name a column of lower-case letters, digits and '_', found '\(name)'", at: place)
        return nil
    }

    private func knownKind(_ name: String, at place: Place) -> KindName? {
        if let known = kinds.first(where: { $0.name.text == name }) { return known.name }
        findings.unknown(name, "a kind", among: kinds.map(\.name.text), at: place)
        return nil
    }

    private func need(_ entry: YAMLEntry) -> Need? {
        let kind = knownKind(entry.key, at: entry.place)
        let span: NeedSpan?
        switch entry.value.shape {
        case .scalar(let text):
            span = Words.need(text)
            if span == nil {
                findings.error(
                    "the need for '\(entry.key)' must be a span, found '\(text)'", at: entry.value.place,
                    hint: "at, '30d before', '30d after', '1d around' or {from: column, to: column}")
            }
        case .mapping:
            guard let section = Section(entry.value, "a need", keys: ["from", "to"], findings: findings) else { return nil }
            let from = section.word("from", "a column") { Words.isColumn($0) ? $0 : nil }
            let to = section.word("to", "a column") { Words.isColumn($0) ? $0 : nil }
            span = from.flatMap { from in to.map { .columns(from: from, to: $0) } }
        case .null, .sequence:
            findings.error("the need for '\(entry.key)' must be a span, found \(entry.value.description)", at: entry.place)
            span = nil
        }
        guard let kind, let span else { return nil }
        return Need(kind: kind, span: span, place: entry.place)
    }

    private func attributes(_ section: Section) -> [Attribute]? {
        guard let list = section.required("attributes").flatMap({ Section(open: $0, "'attributes'", findings: findings) }) else { return nil }
        if list.entries.isEmpty { findings.error("a control asks at least one question", at: section.place(of: "attributes")) }
        return list.entries.compactMap { entry -> Attribute? in
            if entry.key.utf8.count != 1 || !("a"..."z").contains(entry.key) {
                findings.error("an attribute's name must be one letter from a to z, found '\(entry.key)'", at: entry.place)
            }
            guard let attribute = Section(entry.value, "an attribute", keys: ["says", "sql"], findings: findings) else { return nil }
            let says = attribute.text("says")
            let test = attribute.expression("sql")
            guard let says, let test else { return nil }
            return Attribute(letter: entry.key, says: says, test: test)
        }.sorted { $0.letter < $1.letter }
    }

    private func examples(_ section: Section, letters: [String]) -> [Example]? {
        guard let list = section.list("examples") else { return nil }
        let reader = ExampleReader(findings: findings, kinds: kinds, letters: letters)
        let examples = list.compactMap(reader.example)
        let place = section.place(of: "examples")
        for (i, example) in examples.enumerated() where examples[..<i].contains(where: { $0.name == example.name }) {
            findings.error("two examples are called '\(example.name)'", at: example.place)
        }
        let shown = Set(examples.flatMap { $0.expect.values.flatMap(\.values) })
        let missing = [ItemVerdict.operated, .deviation, .insufficientEvidence].filter { !shown.contains($0) }
        if list.count < 3 || !missing.isEmpty {
            let names = missing.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            findings.error(
                "a control needs at least three examples, found \(list.count)" + (missing.isEmpty ? "" : " and none that shows " + names), at: place,
                hint: "show an item that operated, one that deviated, and one where the records cannot tell")
        }
        return examples
    }
}
