import Evidence

/// `reconcile:` of the programme: which two sources tell of the same events.
struct ReconciliationReader {
    let findings: Findings
    let kinds: [Kind]
    let sources: [SourceDefinition]

    func reconciliations(_ programme: Section) -> [Reconciliation] {
        guard programme.value("reconcile") != nil, let list = programme.list("reconcile") else { return [] }
        let found = list.compactMap(reconciliation)
        for (i, one) in found.enumerated() where found[..<i].contains(where: { $0.id == one.id }) {
            findings.error("two reconciliations are called '\(one.id)'", at: one.place)
        }
        return found.sorted { $0.id < $1.id }
    }

    private func reconciliation(_ value: YAMLValue) -> Reconciliation? {
        guard let section = Section(value, "a reconciliation", keys: ["id", "between", "slack"], findings: findings) else { return nil }
        let id = section.word("id", "letters, digits, '-', '_' and '.'") { SourceID($0)?.text }
        let slack = section.optionalWord("slack", "how far the two may be apart on a time, such as 15m") { Words.duration($0) } ?? .seconds(900)
        guard let list = section.list("between") else { return nil }
        guard list.count == 2 else {
            findings.error("'between' of a reconciliation needs two sources, found \(list.count)", at: section.place(of: "between"))
            return nil
        }
        let sides = list.compactMap(side)
        guard let id, sides.count == 2 else { return nil }
        guard sides[0].source != sides[1].source else {
            findings.error("'\(sides[0].source)' cannot be held against itself", at: section.place(of: "between"), hint: "name two sources")
            return nil
        }
        return Reconciliation(id: id, first: sides[0], second: sides[1], slack: slack, place: section.place)
    }

    private func side(_ value: YAMLValue) -> Reconciliation.Side? {
        guard let section = Section(value, "a side of a reconciliation", keys: ["source", "kind", "key"], findings: findings) else { return nil }
        guard let name = section.text("source"), let kindName = section.text("kind"), let key = section.text("key") else { return nil }
        guard let source = sources.first(where: { $0.id.text == name }) else {
            findings.unknown(name, "a source", among: sources.map(\.id.text), at: section.place(of: "source"))
            return nil
        }
        let yielded = Set(source.yields.map(\.kind.text)).sorted()
        guard yielded.contains(kindName), let kind = kinds.first(where: { $0.name.text == kindName }) else {
            findings.unknown(kindName, "a kind that '\(name)' yields", among: yielded, at: section.place(of: "kind"))
            return nil
        }
        guard key == "id" || kind.field(key) != nil else {
            findings.unknown(key, "'id' or a field of '\(kind.name)'", among: ["id"] + kind.fields.map(\.name), at: section.place(of: "key"))
            return nil
        }
        return Reconciliation.Side(source: source.id, kind: kind.name, key: key)
    }
}
