import Evidence

/// Human resources' list of people and all their accounts, written anew on the first of each month, and the grants of privileges.
struct Directory: Sendable {
    let calendar: DemoCalendar

    func accounts() -> Feed {
        var rows: [String] = []
        for person in Staff.everyone {
            rows.append(csv(person.id, person.account, "2024-09-01T00:00:00Z", "", person.role, "true"))
            rows.append(csv(person.id, person.gitAccount, "2024-09-01T00:00:00Z", "", person.role, "true"))
        }
        for (i, service) in Staff.services.enumerated() {
            rows.append(csv("s-\(201 + i)", service, "2024-09-01T00:00:00Z", "", "service", "false"))
        }
        let body = Array(("work_id,account,from,to,role,human\n" + rows.joined(separator: "\n") + "\n").utf8)
        return Feed(entry: Directory.accountsEntry) { day in
            day.day == 1 || day == calendar.first ? [DemoFile(path: "evidence/hr/accounts.csv", bytes: body, append: false)] : []
        }
    }

    /// Who may do what; approved by somebody else, in force since before the period.
    func grants() -> Feed {
        var rows: [Arrival] = []
        func grant(_ person: Person, _ privilege: String, on scope: String = "support-assistant", from day: Day, to end: Day? = nil) {
            let number = rows.count + 1
            rows.append(
                Arrival(
                    day,
                    csv(
                        "grant-\(padded(number, 3))", person.account, person.role, privilege, scope, "\(calendar.at(day, 9))",
                        end.map { "\(calendar.at($0, 18))" } ?? "", person.account, Staff.kofi.account, "AC-\(300 + number)")))
        }
        let before = calendar.first.adding(days: -120)
        for author in Staff.engineers { grant(author, "edit_prompt", from: before) }
        for reviewer in Staff.reviewers { grant(reviewer, "approve_change", from: before) }
        grant(Staff.ivo, "deploy_model", from: before)
        grant(Staff.june, "manage_key", from: before)
        grant(Staff.lena, "read_raw_log", on: "answers-db", from: before)
        // Editing and approving came together in one hand for nine days.
        grant(Staff.hana, "edit_prompt", from: Directory.conflict.from, to: Directory.conflict.to)
        return .grown(
            Directory.grantsEntry, path: "evidence/access/grants.csv",
            header: "grant,account,role,privilege,scope,from,to,requested_by,approved_by,ticket", calendar: calendar, rows)
    }
    static let conflict = (from: DemoCalendar.date(4, 7), to: DemoCalendar.date(4, 15))

    private static let accountsEntry = """
          - id: directory
            title: People and their accounts
            owner: human-resources
            connector: files
            path: evidence/hr/accounts.csv
            format: csv
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: person_account
                at: from
                fields: {person: work_id, account: account, from_at: from, to_at: to, role: role, human: human}

        """

    private static let grantsEntry = """
          - id: grants
            title: Grants of privileges
            owner: identity
            connector: files
            path: evidence/access/grants.csv
            format: csv
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: rbac_binding
                id: grant
                at: from
                fields:
                  binding_id: grant
                  principal: account
                  role: role
                  privilege: privilege
                  scope: scope
                  from_at: from
                  to_at: to
                  requested_by: requested_by
                  approved_by: approved_by
                  ticket: ticket

        """
}
