import Evidence

/// The service that classifies stored answers and masks them before they are written; a file a local day.
struct Redactor: Sendable {
    let requests: Requests

    func feed() -> Feed {
        Feed.daily(Redactor.entry, path: "evidence/redaction/redaction-{date}.jsonl") { day in
            var bytes = selfCheck(day)
            for request in requests.of(day) where request.holdsPersonalData {
                let masked = request.at.plus(seconds: request.redactedAfterWrite ? 9 : 0)
                write("tagged", request, at: Instant(nanoseconds: request.at.nanoseconds + 20_000_000), into: &bytes)
                // The mask service knows customers' own messages, not what the assistant makes up of them.
                if request.leaks { continue }
                write("redacted", request, at: Instant(nanoseconds: masked.nanoseconds + 31_000_000), into: &bytes)
            }
            return bytes
        }
    }

    /// A text without anything personal, which the detector must find clean, each morning.
    private func selfCheck(_ day: Day) -> [UInt8] {
        let at = requests.calendar.at(day, 6)
        var bytes: [UInt8] = []
        bytes.append(line: [
            "event": "tagged", "at": .at(at), "record": .string("self-check-\(day)"), "stored_at": .at(at.plus(seconds: 1)), "store": "self-check",
            "class": "internal", "personal": false, "detector": "mask-svc", "version": "4.2",
        ])
        return bytes
    }

    private func write(_ event: StaticString, _ request: Request, at: Instant, into bytes: inout [UInt8]) {
        bytes.append(literal: "{\"event\":\"")
        bytes.append(literal: event)
        bytes.append(literal: "\",\"at\":\"")
        bytes.append(at)
        bytes.append(literal: "\",\"record\":\"")
        bytes.append(recordID: request)
        bytes.append(literal: "\",\"request\":\"")
        bytes.append(requestID: request)
        bytes.append(literal: "\",\"stored_at\":\"")
        bytes.append(Instant(nanoseconds: request.at.nanoseconds + 60_000_000))
        bytes.append(
            literal:
                "\",\"store\":\"answers-db\",\"class\":\"personal\",\"personal\":true,\"categories\":\"contact\",\"detector\":\"mask-svc\",\"version\":\"4.2\",\"entities\":1,\"method\":\"mask\",\"result\":\"success\"}\n"
        )
    }

    private static let entry = """
          - id: redactor
            title: Classification and masking of stored answers
            owner: privacy-engineering
            connector: files
            path: evidence/redaction/*.jsonl
            format: jsonl
            personal_data: none
            covers: {by: daily_files, name: 'redaction-{date}.jsonl'}
            yields:
              - kind: pii_tag_event
                when: {event: event | equals('tagged')}
                at: at
                fields:
                  record_id: record
                  request_id: request
                  store: store
                  data_class: class
                  categories: categories
                  has_personal_data: personal
                  detector: detector
                  detector_version: version
                  stored_at: stored_at
              - kind: redaction_event
                when: {event: event | equals('redacted')}
                at: at
                fields:
                  record_id: record
                  request_id: request
                  redacted_at: at
                  entities: entities
                  categories: categories
                  method: method
                  rule_version: version
                  outcome: result

        """
}
