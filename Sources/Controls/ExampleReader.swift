import Evidence

/// One worked case of a control: rows in, verdicts out.
struct ExampleReader {
    let findings: Findings
    let kinds: [Kind]
    /// Of the control's attributes.
    let letters: [String]

    func example(_ value: YAMLValue) -> Example? {
        let keys = ["name", "period", "covered", "shown", "given", "expect"]
        guard let section = Section(value, "an example", keys: keys, findings: findings) else { return nil }
        let name = section.text("name")
        let given = section.required("given").flatMap(given)
        let covered = section.value("covered").flatMap { spans($0, "covered") }
        let shown = section.value("shown").flatMap { spans($0, "shown") } ?? [:]
        let period = section.value("period").flatMap(period)
        let expect = section.required("expect").flatMap(expect)
        guard let name, let given, let expect else { return nil }
        let shows = section.value("expect").map(shows) ?? [:]
        return Example(
            name: name, given: given, covered: covered, shown: shown, period: period, expect: expect, shows: shows, place: section.place)
    }

    private func kind(_ entry: YAMLEntry) -> Kind? {
        if let kind = kinds.first(where: { $0.name.text == entry.key }) { return kind }
        findings.unknown(entry.key, "a kind", among: kinds.map(\.name.text), at: entry.place)
        return nil
    }

    private func given(_ value: YAMLValue) -> [KindName: [ExampleRow]]? {
        guard let section = Section(open: value, "'given'", findings: findings) else { return nil }
        var given: [KindName: [ExampleRow]] = [:]
        for entry in section.entries {
            guard let kind = kind(entry) else { continue }
            guard case .sequence(let rows) = entry.value.shape else {
                findings.error("the rows of '\(kind.name)' must be a list, found \(entry.value.description)", at: entry.place)
                continue
            }
            given[kind.name] = rows.compactMap { row($0, of: kind) }
        }
        return given
    }

    private func row(_ value: YAMLValue, of kind: Kind) -> ExampleRow? {
        guard let section = Section(open: value, "a row of '\(kind.name)'", findings: findings) else { return nil }
        var values: [String: String?] = [:]
        for entry in section.entries {
            guard let type = entry.key == "at" ? .instant : kind.field(entry.key)?.type else {
                findings.unknown(entry.key, "a field of '\(kind.name)'", among: ["at"] + kind.fields.map(\.name), at: entry.place)
                continue
            }
            switch entry.value.shape {
            case .null: values.updateValue(nil, forKey: entry.key)
            case .scalar(let text):
                if let expected = type.refusal(of: text) {
                    findings.error("'\(entry.key)' of '\(kind.name)' must be \(expected), found '\(text)'", at: entry.place)
                }
                values[entry.key] = text
            case .sequence, .mapping:
                findings.error("'\(entry.key)' of '\(kind.name)' must be one value, found \(entry.value.description)", at: entry.place)
            }
        }
        for field in kind.fields where field.isRequired && (values[field.name] ?? nil) == nil {
            findings.error("a row of '\(kind.name)' needs '\(field.name)'", at: section.place, hint: "a record without it would be a reject")
        }
        return ExampleRow(values: values, place: section.place)
    }

    /// `[]`, `[from, to]`, or a list of such pairs; days begin at midnight UTC and the second end is excluded.
    private func spans(_ value: YAMLValue, _ word: String) -> [KindName: [Window]]? {
        guard let section = Section(open: value, "'\(word)'", findings: findings) else { return nil }
        var covered: [KindName: [Window]] = [:]
        for entry in section.entries {
            guard let kind = kind(entry) else { continue }
            guard case .sequence(let ends) = entry.value.shape else {
                findings.error("the \(word) spans of '\(kind.name)' must be a list, found \(entry.value.description)", at: entry.place)
                continue
            }
            if let first = ends.first, case .sequence = first.shape {
                covered[kind.name] = ends.compactMap(window)
            } else {
                covered[kind.name] = ends.isEmpty ? [] : window(entry.value).map { [$0] } ?? []
            }
        }
        return covered
    }

    private func window(_ value: YAMLValue) -> Window? {
        if case .sequence(let ends) = value.shape, ends.count == 2, case .scalar(let from) = ends[0].shape, case .scalar(let to) = ends[1].shape,
            let start = Words.span(from)?.earliest, let end = Words.span(to)?.earliest, start <= end
        {
            return Window(start: start, end: end)
        }
        findings.error("a covered span must be two times or days, the earlier first", at: value.place, hint: "such as [2026-01-01, 2026-02-01]")
        return nil
    }

    private func period(_ value: YAMLValue) -> Window? {
        guard let section = Section(value, "an example's period", keys: ["start", "end"], findings: findings) else { return nil }
        let first = section.word("start", "a day such as 2026-01-31") { Day($0) }
        let last = section.word("end", "a day such as 2026-01-31") { Day($0) }
        guard let first, let last else { return nil }
        guard first <= last else {
            findings.error("the period ends on \(last), before it starts on \(first)", at: section.place(of: "end"))
            return nil
        }
        return Window(start: Zone.utc.window(of: first).start, end: Zone.utc.window(of: last).end)
    }

    private func expect(_ value: YAMLValue) -> [String: [String: ItemVerdict]]? {
        guard let section = Section(open: value, "'expect'", findings: findings) else { return nil }
        var expect: [String: [String: ItemVerdict]] = [:]
        for entry in section.entries {
            guard let item = Section(open: entry.value, "the expectation of '\(entry.key)'", findings: findings) else { continue }
            item.allow(["item", "shows"] + letters)
            if item.entries.isEmpty { findings.error("nothing is expected of '\(entry.key)'", at: entry.place) }
            expect[entry.key] = [:]
            for verdict in item.entries where verdict.key != "shows" {
                let words = verdict.key == "item" ? ItemVerdict.allCases.map(\.rawValue) : ["operated", "deviation", "insufficient_evidence"]
                guard let word = item.choice(verdict.key, among: words) else { continue }
                expect[entry.key, default: [:]][verdict.key] = ItemVerdict(rawValue: word)
            }
        }
        return expect
    }

    private func shows(_ value: YAMLValue) -> [String: [String: String?]] {
        guard case .mapping(let items) = value.shape else { return [:] }
        var shows: [String: [String: String?]] = [:]
        for item in items {
            guard case .mapping(let parts) = item.value.shape, let shown = parts.first(where: { $0.key == "shows" }),
                let section = Section(open: shown.value, "what '\(item.key)' shows", findings: findings)
            else { continue }
            for column in section.entries {
                switch column.value.shape {
                case .null: shows[item.key, default: [:]].updateValue(nil, forKey: column.key)
                case .scalar(let text): shows[item.key, default: [:]][column.key] = text
                case .sequence, .mapping:
                    findings.error("'\(column.key)' of '\(item.key)' must be one value, found \(column.value.description)", at: column.place)
                }
            }
        }
        return shows
    }
}
