import Evidence

/// What stands in front of the gateway and counts by itself.
struct LoadBalancer: Sendable {
    let requests: Requests
    let calendar: DemoCalendar

    /// In this hour it took more requests than the log holds, and nobody knows why.
    static func unexplained(_ calendar: DemoCalendar) -> Instant { calendar.at(6, 11, 15) }
    static let missing = 12

    func counts() -> Feed {
        Feed.daily(LoadBalancer.countsEntry, path: "evidence/load-balancer/counts-{date}.jsonl") { day in
            var bytes: [UInt8] = []
            for hour in requests.counts(of: day) {
                let extra = hour.start == LoadBalancer.unexplained(calendar) ? LoadBalancer.missing : 0
                bytes.append(line: [
                    "from": .at(hour.start), "to": .at(hour.start.plus(hours: 1)), "frontend": "gw-1",
                    "requests": .integer(Int64(hour.requests + extra)), "refused": 0,
                ])
            }
            return bytes
        }
    }

    /// The log shipper says every ten minutes that it is alive; during the outage it says nothing.
    func heartbeats() -> Feed {
        Feed.daily(LoadBalancer.heartbeatEntry, path: "evidence/heartbeat/heartbeat-{date}.jsonl") { day in
            guard !Gateway.outage.contains(day) else { return nil }
            var random = Random(seed: requests.seed, "heartbeat", day.daysSinceEpoch)
            var bytes: [UInt8] = []
            let window = calendar.zone.window(of: day)
            var at = window.start.plus(seconds: 3)
            while at < window.end {
                bytes.append(line: ["at": .at(at), "source": "gateway", "status": "alive", "lag_seconds": .integer(Int64(random.below(4)))])
                at = at.plus(minutes: 10)
            }
            return bytes
        }
    }

    private static let countsEntry = """
          - id: load-balancer
            title: Load balancer's hourly request counts
            owner: network
            connector: files
            path: evidence/load-balancer/*.jsonl
            format: jsonl
            personal_data: none
            covers: {by: daily_files, name: 'counts-{date}.jsonl'}
            yields:
              - kind: gateway_count
                at: from
                fields: {gateway: frontend, requests: requests, counted_to: to, refused: refused}

        """

    private static let heartbeatEntry = """
          - id: log-shipper
            title: Log shipper's signs of life
            owner: platform
            connector: files
            path: evidence/heartbeat/*.jsonl
            format: jsonl
            personal_data: none
            covers: {by: continuous, silence: 15m}
            yields:
              - kind: source_heartbeat
                at: at
                fields: {source_id: source, status: status, lag_seconds: lag_seconds}

        """
}
