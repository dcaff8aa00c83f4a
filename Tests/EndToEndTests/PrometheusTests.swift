import Foundation
import Testing

/// A Prometheus of our own with ten days of history in its blocks.
@Suite struct PrometheusTests {
    /// A probe a minute for ten days (14,400 points, more than one answer may hold), down for five minutes, unobserved for an hour; and two alerts in one series.
    private static let history = """
        import time
        end = int(time.time()) // 3600 * 3600 - 3600
        start = end - 10 * 86400
        print('# TYPE probe_success gauge')
        for t in range(start, end, 60):
            n = (t - start) // 60
            if 5000 <= n < 5060: continue
            print('probe_success{instance="https://api.example.com",job="blackbox"} %d %d' % (0 if 3000 <= n < 3005 else 1, t))
        print('# TYPE ALERTS gauge')
        for t in list(range(start + 600, start + 1800, 60)) + list(range(start + 7200, start + 9000, 60)):
            print('ALERTS{alertname="HighLatency",alertstate="firing",severity="critical",service="assistant"} 1 %d' % t)
        print('# TYPE llm_quality_score gauge')
        for t in range(start, end, 60):
            print('llm_quality_score{service="assistant",model="m-1"} 0.75 %d' % t)
        print('# EOF')
        """

    private func started(_ sandbox: Sandbox) throws -> RealServer {
        try sandbox.write("../history.py", PrometheusTests.history)
        let made = try sandbox.run(
            """
            receipts init . > /dev/null && python3 ../history.py > ../history.txt &&
            promtool tsdb create-blocks-from openmetrics --max-block-duration=1440h ../history.txt ../tsdb > /dev/null && echo 'global: {}' > ../prometheus.yml
            """)
        guard made.code == 0 else { throw Sandbox.Failure("Prometheus' history is not made: \(made.errors)") }
        return try RealServer(sandbox, "prometheus", ready: "/-/ready") { port in
            [
                "--config.file=../prometheus.yml", "--storage.tsdb.path=../tsdb", "--storage.tsdb.retention.time=10y",
                "--web.listen-address=127.0.0.1:\(port)",
            ]
        }
    }

    @Test func tenDaysOfARealServer() throws {
        let sandbox = try Sandbox()
        let server = try started(sandbox)
        let since = try sandbox.run("date -u -d '-11 days' +%F").output.trimmingCharacters(in: .whitespacesAndNewlines)
        for profile in ["prometheus", "prometheus-alerts", "prometheus-quality"] {
            let added = try sandbox.run(
                "receipts source add \(profile) \(server.url)/api/v1/query_range && printf '    covers: {by: window, since: \(since)}\\n    retention: 3650d\\n' >> receipts.yaml"
            )
            #expect(added.code == 0, "\(added.output)\(added.errors)")
        }
        let collected = try sandbox.run("receipts collect")
        #expect(collected.code == 0, "\(collected.output)\(collected.errors)")
        func query(_ sql: String) throws -> String {
            try sandbox.run("sqlite3 -readonly ledger/index.sqlite \"\(sql)\"").output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        // Prometheus goes on showing the last value for up to five minutes: of the hour without a probe it fills five, and five after the end.
        let (rows, down) = (14_400 - 60 + 5 + 5, 5)
        #expect(try query("SELECT count(*), sum(outcome = 'down'), count(DISTINCT native_id) FROM uptime_probe") == "\(rows)|\(down)|\(rows)")
        #expect(try query("SELECT count(*), count(DISTINCT alert_id), min(severity) FROM alert") == "2|2|critical")
        #expect(try query("SELECT count(*) BETWEEN 239 AND 242, min(value), max(value) FROM quality_metric") == "1|0.75|0.75")
        #expect(try query("SELECT (SELECT count(*) FROM reject) + (SELECT count(*) FROM conflict)") == "0")
        let proved =
            "SELECT round(julianday('now') - julianday(json_extract(sheet, '$.answered.from'))) FROM pull WHERE source = 'prometheus' ORDER BY entry DESC"
        #expect(try query(proved) == "12.0" || query(proved) == "11.0")
        // What is read again in the overlap is no news.
        let again = try sandbox.run("receipts collect --source prometheus")
        #expect(again.code == 0 && again.output.contains("prometheus: empty, 0 kept"), "\(again.output)\(again.errors)")
        // A server that keeps five days proves no more than five, whatever it is asked.
        let forgetful = try sandbox.run(
            "receipts source add prometheus \(server.url)/api/v1/query_range --id forgetful && "
                + "printf '    covers: {by: window, since: \(since)}\\n    retention: 5d\\n' >> receipts.yaml; receipts collect --source forgetful")
        #expect(forgetful.code == 0 && forgetful.errors.contains("the source keeps 5d"), "\(forgetful.output)\(forgetful.errors)")
        #expect(try query(proved.replacingOccurrences(of: "'prometheus'", with: "'forgetful'")) == "5.0")
    }

    @Test func whatTheServerRefusesIsNoEmptySuccess() throws {
        let sandbox = try Sandbox()
        let server = try started(sandbox)
        let refused = try sandbox.run(
            """
            receipts source add prometheus \(server.url)/api/v1/query_range > /dev/null && printf '    points: 1000000\\n' >> receipts.yaml
            receipts collect
            """)
        #expect(refused.code == 5 && refused.output.contains("prometheus: failed, 0 kept"), "\(refused.output)")
        #expect(refused.errors.contains("/api/v1/query_range' answers with status 400"), "\(refused.errors)")
    }
}
