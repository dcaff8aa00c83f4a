import Evidence

/// What a plan may name.
struct PlanWords {
    var controls: [String]
    var kinds: [String]
}

/// `plan.yaml`.
struct PlanReader {
    let findings: Findings
    let words: PlanWords

    private static let keys = ["period_days", "milestones", "quick_wins", "longer_term"]

    func plan(_ value: YAMLValue) -> Plan? {
        guard let section = Section(value, "the plan", keys: Self.keys, findings: findings) else { return nil }
        let days = section.word("period_days", "a number of days from 1 to 366", Self.days)
        var seen: [String: Place] = [:]
        let milestones = section.list("milestones")?.compactMap { milestone($0, &seen) } ?? []
        for (earlier, later) in zip(milestones, milestones.dropFirst()) where earlier.day >= later.day {
            findings.error("milestones must follow each other, found day \(later.day) after day \(earlier.day)", at: section.place(of: "milestones"))
        }
        let quickWins = items(section, "quick_wins", &seen)
        let longerTerm = items(section, "longer_term", &seen)
        guard let days else { return nil }
        return Plan(milestones: milestones, quickWins: quickWins, longerTerm: longerTerm, periodDays: days)
    }

    private static func days(_ text: String) -> Int? { Words.integer(text).flatMap { (1...366).contains($0) ? $0 : nil } }

    private func milestone(_ value: YAMLValue, _ seen: inout [String: Place]) -> PlanMilestone? {
        guard let section = Section(value, "a milestone", keys: ["day", "goal", "items"], findings: findings) else { return nil }
        let day = section.word("day", "a number of days from 1 to 366", Self.days)
        let goal = section.text("goal")
        let items = items(section, "items", &seen)
        guard let day, let goal else { return nil }
        return PlanMilestone(day: day, goal: goal, items: items)
    }

    private func items(_ section: Section, _ key: String, _ seen: inout [String: Place]) -> [PlanItem] {
        guard section.value(key) != nil, let list = section.list(key) else { return [] }
        return list.compactMap { value in
            guard let item = item(value) else { return nil }
            if let other = seen.updateValue(value.place, forKey: item.id) {
                findings.error("two items of the plan are called '\(item.id)'", at: value.place, hint: "the other one stands on line \(other.line ?? 0)")
            }
            return item
        }
    }

    private func item(_ value: YAMLValue) -> PlanItem? {
        let keys = ["id", "title", "controls", "evidence", "not_yet"]
        guard let section = Section(value, "an item of the plan", keys: keys, findings: findings) else { return nil }
        let id = section.word("id", "lower-case letters, digits and '-'") { Self.isID($0) ? $0 : nil }
        let title = section.text("title")
        let controls = known(
            section, "controls", "a control of the catalogue", among: words.controls, or: "One that was taken away is taken out of the plan too."
        ) { ControlID($0) }
        let evidence = known(section, "evidence", "a kind", among: words.kinds) { KindName($0) }
        let notYet = section.optionalText("not_yet")
        for key in ["controls", "evidence"] where section.value(key) == nil && notYet == nil {
            findings.error(
                "an item of the plan needs '\(key)', or 'not_yet' that says why it has none", at: section.place,
                hint: "not_yet: no control is shipped for it yet")
        }
        guard let id, let title else { return nil }
        return PlanItem(id: id, title: title, controls: controls.sorted(), evidence: evidence.sorted(), notYet: notYet)
    }

    private func known<T>(
        _ section: Section, _ key: String, _ what: String, among known: [String], or hint: String? = nil, _ parse: (String) -> T?
    ) -> [T] {
        guard section.value(key) != nil, let list = section.words(key) else { return [] }
        return list.compactMap { text, place in
            guard known.contains(text), let id = parse(text) else {
                findings.unknown(text, what, among: known, at: place, or: hint)
                return nil
            }
            return id
        }
    }

    private static func isID(_ text: String) -> Bool {
        text.utf8.count <= 60 && text.utf8.first.map { (97...122).contains($0) } == true
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
