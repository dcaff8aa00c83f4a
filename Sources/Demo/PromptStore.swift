import Evidence

/// The prompt store's two exports: versions as JSON lines, reviews as CSV. Both grow.
struct PromptStore: Sendable {
    let prompts: Prompts
    let calendar: DemoCalendar

    func versions() -> Feed {
        let arrivals = prompts.versions.sorted { $0.authored < $1.authored }.map { version in
            var record: JSON = [
                "committed_at": .at(version.authored), "prompt": .string(version.prompt), "version": .string(version.version),
                "sha256": .string(version.hash), "author": .string(version.author.gitAccount), "message": .string(version.reason),
                "ticket": .string(version.ticket), "path": .string("prompts/\(version.prompt).md"), "signature": "good",
            ]
            if let previous = version.previous, case .object(var members) = record {
                members["previous"] = .string(previous)
                record = .object(members)
            }
            return Arrival(calendar.zone.day(of: version.authored), record)
        }
        return .grown(PromptStore.versionsEntry, path: "evidence/prompts/versions.jsonl", calendar: calendar, arrivals)
    }

    func approvals() -> Feed {
        let rows = prompts.versions.compactMap { version in version.approval.map { (version, $0) } }.sorted { $0.1.at < $1.1.at }
        let arrivals = rows.enumerated().map { i, row in
            let (version, approval) = row
            return Arrival(
                calendar.zone.day(of: approval.at),
                csv(
                    "rv-\(700 + i)", approval.at.description, version.prompt, version.version, version.hash, approval.account, "approved",
                    version.ticket, approval.emergency ? "reviewed after the fact, see the incident" : "looks right, evaluation attached",
                    approval.emergency ? "true" : "false"))
        }
        return .grown(
            PromptStore.approvalsEntry, path: "evidence/prompts/reviews.csv",
            header: "review,decided_at,prompt,version,sha256,reviewer,decision,ticket,comment,emergency", calendar: calendar, arrivals)
    }

    private static let versionsEntry = """
          - id: prompt-store
            title: Prompt store's version history
            owner: prompt-platform
            connector: files
            path: evidence/prompts/versions.jsonl
            format: jsonl
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: prompt_version
                at: committed_at
                fields:
                  prompt_id: prompt
                  version: version
                  content_hash: sha256
                  author: author
                  reason: message
                  ticket: ticket
                  previous_version: previous
                  signature: signature
                  path: path

        """

    private static let approvalsEntry = """
          - id: prompt-reviews
            title: Prompt reviews
            owner: prompt-platform
            connector: files
            path: evidence/prompts/reviews.csv
            format: csv
            personal_data: redact
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: prompt_approval
                id: review
                at: decided_at
                fields:
                  prompt_id: prompt
                  version: version
                  content_hash: sha256
                  approver: reviewer
                  decision: decision
                  ticket: ticket
                  comment: comment
                  emergency: emergency

        """
}
