import Evidence

/// Day 0 of the plan and the due days that leads have set: `plan:` of the programme, or the older `started_on:`.
struct ScheduleReader {
    let findings: Findings
    let controls: [String]

    func schedule(_ programme: Section) -> (start: Day, due: [DueDate])? {
        guard let value = programme.value("plan") else {
            if programme.value("started_on") == nil {
                findings.error("the programme needs 'plan'", at: programme.place, hint: "plan: {start: 2026-01-31}, day 0 of the 30-60-90 plan")
                return nil
            }
            return programme.word("started_on", "a day such as 2026-01-31") { Day($0) }.map { ($0, []) }
        }
        if programme.value("started_on") != nil {
            findings.error(
                "'started_on' and 'plan' both say when the plan starts", at: programme.place(of: "started_on"), hint: "leave 'plan: {start: …}' alone")
        }
        guard let section = Section(value, "'plan'", keys: ["start", "due"], findings: findings),
            let start = section.word("start", "a day such as 2026-01-31", { Day($0) })
        else { return nil }
        return (start, due(section, start: start))
    }

    private func due(_ section: Section, start: Day) -> [DueDate] {
        guard section.value("due") != nil, let list = section.list("due") else { return [] }
        var dates: [DueDate] = []
        for value in list {
            guard let date = date(value, start: start) else { continue }
            if dates.contains(where: { $0.control == date.control }) {
                findings.error("'\(date.control)' has two due days", at: value.place)
            }
            dates.append(date)
        }
        return dates.sorted { $0.control < $1.control }
    }

    private func date(_ value: YAMLValue, start: Day) -> DueDate? {
        guard let section = Section(value, "a due day", keys: ["control", "date", "reason"], findings: findings) else { return nil }
        let control = section.choice("control", among: controls).flatMap { ControlID($0) }
        let day = section.word("date", "a day such as 2026-02-15") { Day($0) }
        let reason = section.text("reason")
        guard let control, let day, let reason else { return nil }
        guard day >= start else {
            findings.error("'\(control)' is due on \(day), before the plan starts on \(start)", at: section.place(of: "date"))
            return nil
        }
        return DueDate(control: control, day: day, reason: reason)
    }
}
