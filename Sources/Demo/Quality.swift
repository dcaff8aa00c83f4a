import Evidence

/// Tests before release, the nightly evaluation, and the weekly regression suite.
struct Quality: Sendable {
    let seed: UInt64
    let prompts: Prompts
    let models: Models
    let calendar: DemoCalendar

    /// The runner had no disk left: the file of this night is there, and empty.
    static let missedNight = DemoCalendar.date(4, 2)

    /// One run for each version of a prompt, model or guardrail, bound to the digest of what was tested; another after each rollback.
    func releaseTests() -> Feed {
        var runs: [(Instant, JSON)] = []
        func run(_ component: String, _ name: String, _ version: String, _ hash: String, ended: Instant, suite: String) {
            let cases: Int64 = component == "prompt" ? 48 : 120
            runs.append(
                (
                    ended,
                    [
                        "run": .string("ci-\(8000 + runs.count)"), "suite": .string(suite), "status": "success", "cases": .integer(cases),
                        "cases_expected": .integer(cases), "failed": 0, "score": .number(0.97), "threshold": .number(0.9),
                        "subject": ["kind": .string(component), "name": .string(name), "version": .string(version), "sha256": .string(hash)],
                        "dataset": "release-cases-12", "started": .at(ended.plus(minutes: -11)), "ended": .at(ended), "by": "svc-eval",
                    ]
                ))
        }
        for version in prompts.versions { run("prompt", version.prompt, version.version, version.hash, ended: version.tested, suite: "release") }
        for release in models.releases { run(release.component, release.name, release.version, release.hash, ended: release.tested, suite: "release") }
        for rollback in prompts.rollbacks {
            let target = prompts.versions[rollback.to]
            run("prompt", target.prompt, target.version, target.hash, ended: rollback.ended.plus(minutes: 9), suite: "after-rollback")
        }
        return .grown(
            Quality.releaseEntry, path: "evidence/ci/runs.jsonl", calendar: calendar,
            runs.sorted { $0.0 < $1.0 }.map { Arrival(calendar.zone.day(of: $0.0), $0.1) })
    }

    func evaluations() -> Feed {
        Feed.daily(Quality.evaluationEntry, path: "evidence/evaluations/evaluation-{date}.jsonl") { day in
            guard day != Quality.missedNight else { return [] }
            var random = Random(seed: seed, "evaluation", day.daysSinceEpoch)
            let ended = calendar.at(day, 4, 10 + random.below(20), random.below(60))
            let model = models.running(at: ended)
            let run = JSON.string("ev-\(day)")
            var bytes: [UInt8] = []
            bytes.append(line: [
                "event": "run", "run": run, "suite": "nightly-quality", "status": "success", "cases": 200, "cases_expected": 200, "failed": 0,
                "score": .number(Double(960 + random.below(25)) / 1000), "threshold": .number(0.9), "model": .string(model.version),
                "dataset": "quality-cases-31", "judge": "judge-5", "sha256": .string(model.hash), "started": .at(ended.plus(minutes: -38)),
                "ended": .at(ended), "by": "svc-eval",
            ])
            for (metric, base, threshold) in [("hallucination_rate", 18, 0.04), ("error_rate", 6, 0.02)] {
                bytes.append(line: [
                    "event": "metric", "run": run, "metric": .string(metric), "service": "support-assistant",
                    "value": .number(Double(base + random.below(10)) / 1000), "threshold": .number(threshold), "samples": 200,
                    "model": .string(model.version), "dataset": "quality-cases-31", "judge": "judge-5", "ended": .at(ended),
                ])
            }
            return bytes
        }
    }

    /// JUnit XML, one file a week, written on Mondays.
    func regression() -> Feed {
        Feed(entry: Quality.regressionEntry) { day in
            guard day.weekday == 1 else { return [] }
            let at = calendar.at(day, 5, 30)
            var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"regression\">\n"
            for name in Prompts.names {
                xml += "  <testsuite name=\"\(name)\" tests=\"4\" failures=\"0\" errors=\"0\" skipped=\"0\" timestamp=\"\(at)\" time=\"8.4\">\n"
                for (i, test) in ["stays polite", "names no colleague", "promises nothing", "answers in the customer's language"].enumerated() {
                    xml += "    <testcase classname=\"\(name).regression\" name=\"\(test)\" time=\"\(1 + i).\(i + 3)\"/>\n"
                }
                xml += "  </testsuite>\n"
            }
            return [DemoFile(path: "evidence/regression/regression-\(day).xml", bytes: Array((xml + "</testsuites>\n").utf8), append: false)]
        }
    }

    private static let releaseEntry = """
          - id: ci
            title: Test runs before release
            owner: quality
            connector: files
            path: evidence/ci/runs.jsonl
            format: jsonl
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: test_run
                id: run
                at: ended
                fields:
                  run_id: run
                  suite: suite
                  status: status
                  cases: cases
                  cases_expected: cases_expected
                  failed: failed
                  score: score
                  threshold: threshold
                  subject_hash: subject.sha256
                  subject_name: subject.name
                  subject_version: subject.version
                  dataset_version: dataset
                  started_at: started
                  ended_at: ended
                  started_by: by

        """

    private static let evaluationEntry = """
          - id: evaluations
            title: Nightly evaluation
            owner: quality
            connector: files
            path: evidence/evaluations/*.jsonl
            format: jsonl
            personal_data: none
            covers: {by: daily_files, name: 'evaluation-{date}.jsonl'}
            yields:
              - kind: test_run
                when: {event: event | equals('run')}
                id: run
                at: ended
                fields:
                  run_id: run
                  suite: suite
                  status: status
                  cases: cases
                  cases_expected: cases_expected
                  failed: failed
                  score: score
                  threshold: threshold
                  subject_hash: sha256
                  model: model
                  dataset_version: dataset
                  judge_version: judge
                  started_at: started
                  ended_at: ended
                  started_by: by
              - kind: quality_metric
                when: {event: event | equals('metric')}
                at: ended
                fields:
                  metric: metric
                  service: service
                  value: value
                  threshold: threshold
                  samples: samples
                  run_id: run
                  dataset_version: dataset
                  judge_version: judge
                  model: model

        """

    private static let regressionEntry = """
          - id: regression
            title: Weekly regression suite
            owner: quality
            connector: files
            path: evidence/regression/*.xml
            format: junit
            personal_data: none
            covers: none
            yields:
              - kind: test_run
                at: timestamp
                fields:
                  run_id: "@origin"
                  suite: suite
                  case_name: name
                  status: results | map('0'='success', *='failure')

        """
}
