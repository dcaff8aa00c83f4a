import Evidence

/// Consent, deletion and the reading of raw text: what the privacy team keeps.
struct Privacy: Sendable {
    let seed: UInt64
    let calendar: DemoCalendar

    static func subject(_ number: Int) -> String { "cus-\(padded(number, 5))" }

    static let purpose = "answer-improvement"

    /// Withdrew their consent, and was served under it two days later.
    static let withdrew = 417
    static func withdrawn(_ calendar: DemoCalendar) -> Instant { calendar.at(3, 10, 9, 4) }

    func consent() -> Feed {
        var rows: [(Instant, Day, String)] = []
        func row(_ at: Instant, _ subject: Int, _ action: String, notice: String) {
            rows.append(
                (at, calendar.zone.day(of: at), csv("\(at)", Privacy.subject(subject), Privacy.purpose, action, notice, "form-\(90_000 + rows.count)", "web")))
        }
        var random = Random(seed: seed, "consent")
        for subject in 0..<Requests.everydaySubjects {
            row(calendar.at(calendar.first.adding(days: -1 - random.below(200)), 10, random.below(60), random.below(60)), subject, "given", notice: "2025-06")
        }
        row(calendar.at(1, 15, 11, 30), Privacy.withdrew, "given", notice: "2026-01")
        row(Privacy.withdrawn(calendar), Privacy.withdrew, "withdrawn", notice: "2026-01")
        // Others withdrew too, and were left alone from then on.
        for i in 0..<9 {
            let subject = 430 + i
            row(calendar.at(calendar.first.adding(days: 4 + i), 14, i * 5), subject, "given", notice: "2026-01")
            row(calendar.at(calendar.first.adding(days: 40 + i * 11), 16, i * 6), subject, "withdrawn", notice: "2026-01")
        }
        return .grown(
            Privacy.consentEntry, path: "evidence/privacy/consent.csv", header: "at,subject,purpose,action,notice,proof,channel",
            calendar: calendar, rows.sorted { $0.0 < $1.0 }.map { Arrival($0.1, $0.2) })
    }

    /// Reads of unmasked text, each with a case; once without.
    static func readWithoutTicket(_ calendar: DemoCalendar) -> Instant { calendar.at(4, 29, 21, 16) }
    static let readWithoutTicket = "rd-0091"

    func reads() -> Feed {
        Feed.daily(Privacy.readsEntry, path: "evidence/raw-reads/raw-reads-{date}.jsonl") { day in
            var random = Random(seed: seed, "raw reads", day.daysSinceEpoch)
            var bytes: [UInt8] = []
            let number = day.daysSinceEpoch - calendar.first.daysSinceEpoch
            if DemoCalendar.isBusinessDay(day), number % 4 == 1 {
                bytes.append(line: [
                    "at": .at(calendar.at(day, 10 + random.below(6), random.below(60))), "read": .string("rd-\(padded(1000 + number, 4))"),
                    "reader": .string(Staff.lena.account), "store": "answers-db", "class": "personal", "purpose": "customer complaint",
                    "ticket": .string("CASE-\(5000 + number)"), "rows": .integer(Int64(1 + random.below(5))), "exported": false,
                ])
            }
            if calendar.zone.day(of: Privacy.readWithoutTicket(calendar)) == day {
                bytes.append(line: [
                    "at": .at(Privacy.readWithoutTicket(calendar)), "read": .string(Privacy.readWithoutTicket),
                    "reader": .string(Staff.lena.account), "store": "answers-db", "class": "personal", "purpose": "check of one answer",
                    "rows": 40, "exported": false,
                ])
            }
            return bytes
        }
    }

    private static let consentEntry = """
          - id: consent-register
            title: Consent register
            owner: privacy
            connector: files
            path: evidence/privacy/consent.csv
            format: csv
            personal_data: redact
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: consent_record
                id: proof
                at: at
                fields: {subject: subject, purpose: purpose, action: action, notice_version: notice, proof: proof, channel: channel}

        """

    private static let readsEntry = """
          - id: raw-reads
            title: Reads of unmasked prompts and answers
            owner: privacy
            connector: files
            path: evidence/raw-reads/*.jsonl
            format: jsonl
            personal_data: redact
            covers: {by: daily_files, name: 'raw-reads-{date}.jsonl'}
            yields:
              - kind: raw_log_read
                id: read
                at: at
                fields:
                  read_id: read
                  reader: reader
                  store: store
                  data_class: class
                  purpose: purpose
                  ticket: ticket
                  rows_read: rows
                  exported: exported

        """
}
