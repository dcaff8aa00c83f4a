import Evidence

/// The incident register, a JSON document, and the policies as signed-off Markdown.
struct Incidents: Sendable {
    let prompts: Prompts
    let calendar: DemoCalendar

    /// The incident that the emergency change answers.
    static let emergency = "INC-0321"
    /// The one in which somebody's address was given away.
    static let leak = "INC-0338"

    func register() -> Feed {
        var rows: [(Instant, JSON)] = []
        func incident(_ id: String, _ title: String, _ severity: String, _ opened: Instant, cause: String, rollback: String? = nil) {
            let resolved = opened.plus(hours: 6)
            let isLeak = id == Incidents.leak
            var members: [String: JSON] = [
                "id": .string(id), "title": .string(title), "severity": .string(severity), "service": "support-assistant",
                "category": isLeak ? "privacy" : "quality",
                "opened": .at(opened), "acknowledged": .at(opened.plus(minutes: 7)), "contained": .at(opened.plus(hours: 1)),
                "resolved": .at(resolved), "owner": .string(Staff.kofi.account), "root_cause": .string(cause), "review": .string("review-\(id)"),
                "reviewed": .at(opened.plus(days: 4)), "personal_data": .bool(isLeak), "privacy_assessed": .at(opened.plus(hours: 5)),
            ]
            if let rollback { members["rollback"] = .string(rollback) }
            rows.append((opened.plus(days: 4), .object(members)))
        }
        for rollback in prompts.rollbacks {
            guard let id = rollback.incident, !rows.contains(where: { $0.1["id"]?.text == id }) else { continue }
            incident(
                id, rollback.cause, id == Incidents.leak ? "high" : "medium", rollback.decided.plus(minutes: -25),
                cause: "a change of the prompt had an effect no test looked at",
                rollback: rollback.id)
        }
        if let release = prompts.activations.first(where: { $0.version == prompts.oddities.emergency }) {
            incident(
                Incidents.emergency, "answers quoted an internal note", "high", release.from.plus(minutes: -50),
                cause: "the prompt did not forbid it")
        }
        return .rewritten(
            Incidents.entry, path: "evidence/incidents/incidents.json", before: "{\"incidents\":[\n", between: ",\n", after: "\n]}\n",
            calendar: calendar, rows.sorted { $0.0 < $1.0 }.map { Arrival(calendar.zone.day(of: $0.0), $0.1) })
    }

    func policies() -> Feed {
        let texts = [
            ("pol-prompt-change", "Changing a prompt", "Nobody approves their own change. An emergency is reviewed on the next business day."),
            ("pol-retention", "How long we keep what", "Raw prompts and answers are kept for thirty days, then they are shredded."),
            ("pol-keys", "Keys and secrets", "Each key is rotated within ninety days. The replaced version stops within a day."),
            (
                "runbook-rollback", "Going back to an earlier prompt",
                "Open an incident, go back to the last approved version, run the tests, tell the support lead."
            ),
        ]
        return Feed(entry: Incidents.policyEntry) { day in
            guard day == calendar.first else { return [] }
            return texts.map { id, title, body in
                let text = """
                    ---
                    policy: \(id)
                    version: "3"
                    title: \(title)
                    author: \(Staff.lena.account)
                    approved_by: \(Staff.kofi.account)
                    approved_at: 2025-11-17T09:00:00Z
                    valid_from: 2025-12-01T00:00:00Z
                    review_due: 2026-12-01T00:00:00Z
                    owner: \(Staff.kofi.account)
                    ---
                    # \(title)

                    \(body)

                    """
                return DemoFile(path: "evidence/policies/\(id).md", bytes: Array(text.utf8), append: false)
            }
        }
    }

    private static let entry = """
          - id: incidents
            title: Incident register
            owner: support
            connector: files
            path: evidence/incidents/incidents.json
            format: json
            records: incidents
            personal_data: redact
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: incident
                id: id
                at: opened
                fields:
                  incident_id: id
                  title: title
                  severity: severity
                  service: service
                  category: category
                  opened_at: opened
                  acknowledged_at: acknowledged
                  contained_at: contained
                  resolved_at: resolved
                  owner: owner
                  root_cause: root_cause
                  postmortem: review
                  postmortem_at: reviewed
                  personal_data: personal_data
                  privacy_assessed_at: privacy_assessed
                  rollback_id: rollback

        """

    private static let policyEntry = """
          - id: policies
            title: Policies and runbooks in force
            owner: governance
            connector: files
            path: evidence/policies/*.md
            format: document
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: policy_document
                at: approved_at
                fields:
                  policy_id: policy
                  version: version
                  title: title
                  author: author
                  approved_by: approved_by
                  approved_at: approved_at
                  valid_from: valid_from
                  review_due_at: review_due
                  owner: owner

        """
}
