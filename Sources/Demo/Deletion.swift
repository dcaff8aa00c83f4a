import Evidence

/// Requests to be forgotten: intake, the copies that lineage knows, what each store did, and the searches afterwards.
struct Deletion: Sendable {
    let seed: UInt64
    let calendar: DemoCalendar

    private struct Copy {
        let store: String
        let type: String
        let method: String
        /// Days until it is physically gone.
        let purge: Int
    }
    private static let copies = [
        Copy(store: "accounts-db", type: "database", method: "delete", purge: 0),
        Copy(store: "answers-db", type: "database", method: "crypto_shred", purge: 0),
        Copy(store: "vector-index", type: "vector_index", method: "purge", purge: 2),
        Copy(store: "backup-weekly", type: "backup", method: "expire", purge: 9),
    ]

    struct Ask: Sendable {
        let id: String
        let subject: Int
        let received: Instant
    }
    /// The backup copy of this one was never purged.
    static let incomplete = "del-2026-007"
    static let incompleteCopy = copyID(466, "backup-weekly")
    private static func copyID(_ subject: Int, _ store: String) -> String { "cp-\(subject)-\(store)" }

    var asks: [Ask] {
        (0..<14).map { i in
            var random = Random(seed: seed, "deletion", i)
            let day = DemoCalendar.businessDay(onOrAfter: calendar.first.adding(days: 8 + i * 11))
            return Ask(id: "del-2026-\(padded(i + 1, 3))", subject: 460 + i, received: calendar.at(day, 9 + random.below(7), random.below(60)))
        }
    }

    func intake() -> Feed {
        let arrivals = asks.map { ask in
            Arrival(
                calendar.zone.day(of: ask.received.plus(days: 12)),
                csv(
                    ask.id, "\(ask.received)", Privacy.subject(ask.subject), "\(ask.received.plus(hours: 5))", Staff.lena.account, "all",
                    "\(ask.received.plus(days: 12))"))
        }
        return .grown(
            Deletion.intakeEntry, path: "evidence/privacy/deletion-requests.csv",
            header: "request,received_at,subject,verified_at,verified_by,scope,answered_at", calendar: calendar, arrivals)
    }

    func lineage() -> Feed {
        var arrivals: [(Instant, JSON)] = []
        for ask in asks {
            for copy in Deletion.copies {
                let made = ask.received.plus(days: -40)
                arrivals.append(
                    (
                        made,
                        [
                            "at": .at(made), "edge": .string("edge-\(ask.subject)-\(copy.store)"), "subject": .string(Privacy.subject(ask.subject)),
                            "from": "support-assistant", "store": .string(copy.store), "copy": .string(Deletion.copyID(ask.subject, copy.store)),
                            "type": .string(copy.type), "by": "svc-privacy",
                        ]
                    ))
            }
        }
        return .grown(
            Deletion.lineageEntry, path: "evidence/privacy/lineage.jsonl", calendar: calendar,
            arrivals.sorted { $0.0 < $1.0 }.map { Arrival(calendar.zone.day(of: $0.0), $0.1) })
    }

    /// What the stores log: deletions, and searches that look for what is left.
    func work() -> Feed {
        var arrivals: [(Instant, JSON)] = []
        for ask in asks {
            for (i, copy) in Deletion.copies.enumerated() {
                if ask.id == Deletion.incomplete, copy.type == "backup" { continue }
                let done = ask.received.plus(days: 1).plus(minutes: 20 * i)
                let gone = done.plus(days: copy.purge)
                let subject = JSON.string(Privacy.subject(ask.subject))
                let place = JSON.string(Deletion.copyID(ask.subject, copy.store))
                arrivals.append(
                    (
                        gone,
                        [
                            "event": "deleted", "at": .at(done), "request": .string(ask.id), "subject": subject, "copy": place, "store": .string(copy.store),
                            "method": .string(copy.method), "result": "success", "rows": .integer(Int64(1 + (ask.subject * 7 + i) % 40)),
                            "purged_at": .at(gone), "receipt": .string("rcp-\(ask.subject)-\(i)"), "by": "svc-privacy",
                        ]
                    ))
                let searched = gone.plus(days: 1)
                arrivals.append(
                    (
                        searched,
                        [
                            "event": "searched", "at": .at(searched), "request": .string(ask.id), "subject": subject, "copy": place,
                            "store": .string(copy.store), "method": "both", "found": 0, "by": "svc-privacy",
                        ]
                    ))
            }
        }
        return .grown(
            Deletion.workEntry, path: "evidence/privacy/deletions.jsonl", calendar: calendar,
            arrivals.sorted { $0.0 < $1.0 }.map { Arrival(calendar.zone.day(of: $0.0), $0.1) })
    }

    private static let intakeEntry = """
          - id: privacy-desk
            title: Deletion requests as they came in
            owner: privacy
            connector: files
            path: evidence/privacy/deletion-requests.csv
            format: csv
            personal_data: redact
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: deletion_request
                id: request
                at: received_at
                fields:
                  deletion_request_id: request
                  subject: subject
                  received_at: received_at
                  verified_at: verified_at
                  verified_by: verified_by
                  scope: scope
                  answered_at: answered_at

        """

    private static let lineageEntry = """
          - id: data-lineage
            title: Lineage of customers' data
            owner: data-platform
            connector: files
            path: evidence/privacy/lineage.jsonl
            format: jsonl
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: lineage_edge
                id: edge
                at: at
                fields:
                  edge_id: edge
                  subject: subject
                  from_store: from
                  store: store
                  copy_id: copy
                  copy_type: type
                  created_by: by

        """

    private static let workEntry = """
          - id: deletion-work
            title: Deletions and later searches as the stores log them
            owner: privacy
            connector: files
            path: evidence/privacy/deletions.jsonl
            format: jsonl
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: deletion_log
                when: {event: event | equals('deleted')}
                at: at
                fields:
                  deletion_request_id: request
                  subject: subject
                  copy_id: copy
                  store: store
                  method: method
                  outcome: result
                  rows_deleted: rows
                  purged_at: purged_at
                  receipt: receipt
                  executed_by: by
              - kind: negative_search
                when: {event: event | equals('searched')}
                at: at
                fields:
                  deletion_request_id: request
                  subject: subject
                  copy_id: copy
                  store: store
                  method: method
                  found: found
                  searched_by: by

        """
}
