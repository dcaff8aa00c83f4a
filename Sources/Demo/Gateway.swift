import Evidence

/// The gateway's request log: a JSON line a request, a file a local day.
struct Gateway: Sendable {
    let requests: Requests
    let models: Models

    /// The log shipper was down: no file was ever written for these days.
    static let outage = [DemoCalendar.date(5, 16), DemoCalendar.date(5, 17)]
    /// The file of the first day reached the bucket on the second.
    static let late = (of: DemoCalendar.date(2, 10), on: DemoCalendar.date(2, 13))
    /// The shipper sent its last lines twice.
    static let replayed = DemoCalendar.date(3, 17)
    static let replayedLines = 25

    func feed() -> Feed {
        Feed(entry: Gateway.entry) { day in
            var days = day == Gateway.late.of || Gateway.outage.contains(day) ? [] : [day]
            if day == Gateway.late.on { days.insert(Gateway.late.of, at: 0) }
            return days.map { DemoFile(path: "evidence/gateway/gateway-\($0).jsonl", bytes: log(of: $0), append: false) }
        }
    }

    func log(of day: Day) -> [UInt8] {
        let requests = requests.of(day)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(requests.count * 1200)
        let writer = GatewayWriter(prompts: self.requests.prompts, models: models)
        var ends: [Int] = []
        for request in requests {
            writer.write(request, into: &bytes)
            ends.append(bytes.count)
        }
        if day == Gateway.replayed, ends.count > Gateway.replayedLines {
            let replayed = bytes[ends[ends.count - Gateway.replayedLines - 1]...]
            bytes += Array(replayed)
        }
        return bytes
    }

    static let entry = """
          - id: gateway
            title: LLM gateway request log
            owner: platform
            connector: files
            path: evidence/gateway/*.jsonl
            format: jsonl
            personal_data: redact
            covers: {by: daily_files, name: 'gateway-{date}.jsonl'}
            yields:
              - kind: request_log
                when: {operation: operation | in('chat')}
                id: request_id
                at: time
                fields:
                  request_id: request_id
                  trace_id: trace_id
                  conversation_id: conversation_id
                  tenant: tenant
                  subject: subject
                  caller: caller.key_id
                  operation: operation
                  gateway: gateway
                  provider: response.provider
                  model_requested: request.model
                  model: response.model
                  prompt_id: prompt.id
                  prompt_version: prompt.version
                  prompt_hash: prompt.hash
                  rendered_prompt_digest: prompt.rendered_digest
                  has_prompt_text: prompt.excerpt | exists
                  temperature: request.temperature
                  max_tokens: request.max_tokens
                  finish_reason: response.finish_reason
                  output_digest: response.digest
                  validation_verdict: guard.verdict
                  output_check_verdict: response.check
                  tokens_in: usage.input_tokens
                  tokens_out: usage.output_tokens
                  cost: usage.cost_eur
                  latency_ms: latency_ms
                  purpose: purpose
                  consent_basis: consent_basis
                  data_class: data_class
                  retention_class: retention_class
              - kind: input_validation_event
                when: {checked: guard.verdict | exists}
                id: request_id
                at: guard.at
                fields:
                  request_id: request_id
                  verdict: guard.verdict
                  reason: guard.reason
                  validator: guard.name
                  validator_version: guard.version
                  schema_version: guard.schema
                  probe: guard.probe

        """
}
