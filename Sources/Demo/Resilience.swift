import Evidence

/// Backups, restores, the recovery exercise, and probes from outside.
struct Resilience: Sendable {
    let seed: UInt64
    let calendar: DemoCalendar
    static let stores = ["model-registry", "prompt-store", "vector-index", "answers-db"]

    func backups() -> Feed {
        Feed.daily(Resilience.backupsEntry, path: "evidence/backups/backups-{date}.jsonl") { day in
            var random = Random(seed: seed, "backup", day.daysSinceEpoch)
            var bytes: [UInt8] = []
            for (i, store) in Resilience.stores.enumerated() {
                let start = calendar.at(day, 0, 40 + i * 4, random.below(60))
                bytes.append(line: [
                    "job": .string("bk-\(day)-\(store)"), "store": .string(store), "started": .at(start),
                    "ended": .at(start.plus(seconds: 90 + random.below(120))),
                    "status": "success", "bytes": .integer(Int64(1_000_000 + random.below(90_000_000))), "sha256": .string(random.hex(64)),
                    "encrypted": true, "location": "vault-b",
                ])
            }
            return bytes
        }
    }

    /// One restore a month of each store in turn; the one of April brought fewer records back than were saved.
    static let failedRestore = "rt-2026-04"
    static let failedRestoreItem = "\(restoreDay(4)) \(restoreStore(4))"
    private static func restoreDay(_ month: Int) -> Day { DemoCalendar.businessDay(onOrAfter: DemoCalendar.date(month, 14)) }
    private static func restoreStore(_ month: Int) -> String { stores[month % stores.count] }

    func restores() -> Feed {
        let rows = (1...6).map { month -> Arrival in
            var random = Random(seed: seed, "restore", month)
            let day = Resilience.restoreDay(month), store = Resilience.restoreStore(month)
            let expected = 20_000 + random.below(50_000)
            let id = "rt-2026-\(padded(month, 2))"
            let failed = id == Resilience.failedRestore
            return Arrival(
                day,
                csv(
                    id, "\(calendar.at(day, 11, random.below(60)))", store, "bk-\(day)-\(store)", failed ? "failure" : "success", "count",
                    "\(expected)", "\(failed ? expected - 214 : expected)", "\(14 + random.below(20))", Staff.ivo.account))
        }
        return .grown(
            Resilience.restoresEntry, path: "evidence/resilience/restore-tests.csv",
            header: "test,done_at,store,job,status,compared_by,expected,found,minutes,conducted_by", calendar: calendar, rows)
    }

    func exercises() -> Feed {
        let day = DemoCalendar.date(3, 26)
        let row = csv(
            "dr-2026-1", "\(calendar.at(day, 15))", "loss of the region eu-central", "success", "96", "240", "4", "15", Staff.ivo.account,
            Staff.kofi.account, "\(calendar.at(day.adding(days: 5), 10))", "2", "2", "report-dr-2026-1")
        return .grown(
            Resilience.exercisesEntry, path: "evidence/resilience/dr-tests.csv",
            header: "test,done_at,scenario,outcome,rto,rto_target,rpo,rpo_target,conducted_by,reviewed_by,reviewed_at,findings,tracked,report",
            calendar: calendar, [Arrival(day, row)])
    }

    /// The sum of each hour, from outside; a short interruption of five minutes on 22 January.
    func probes() -> Feed {
        Feed.daily(Resilience.probesEntry, path: "evidence/uptime/uptime-{date}.csv") { day in
            var random = Random(seed: seed, "uptime", day.daysSinceEpoch)
            var text = "from,endpoint,outcome,seconds,latency_ms,status,prober\n"
            let window = calendar.zone.window(of: day)
            let down = calendar.at(1, 22, 13)
            var at = window.start
            while at < window.end {
                let lost = at == down ? 300 : 0
                text += csv("\(at)", "support-assistant", "up", "\(3600 - lost)", "\(180 + random.below(240))", "200", "probe-ams") + "\n"
                if lost > 0 { text += csv("\(at.plus(seconds: 3600 - lost))", "support-assistant", "down", "\(lost)", "", "503", "probe-ams") + "\n" }
                at = at.plus(hours: 1)
            }
            return Array(text.utf8)
        }
    }

    private static let backupsEntry = """
          - id: backup-jobs
            title: Backup jobs
            owner: platform
            connector: files
            path: evidence/backups/*.jsonl
            format: jsonl
            personal_data: none
            covers: {by: daily_files, name: 'backups-{date}.jsonl'}
            yields:
              - kind: backup_job
                id: job
                at: ended
                fields:
                  job_id: job
                  store: store
                  status: status
                  started_at: started
                  ended_at: ended
                  bytes: bytes
                  checksum: sha256
                  encrypted: encrypted
                  location: location

        """

    private static let restoresEntry = """
          - id: restore-tests
            title: Restore tests
            owner: platform
            connector: files
            path: evidence/resilience/restore-tests.csv
            format: csv
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: restore_test
                id: test
                at: done_at
                fields:
                  test_id: test
                  store: store
                  job_id: job
                  status: status
                  compared_by: compared_by
                  expected: expected
                  found: found
                  minutes: minutes
                  conducted_by: conducted_by

        """

    private static let exercisesEntry = """
          - id: dr-tests
            title: Recovery exercises
            owner: platform
            connector: files
            path: evidence/resilience/dr-tests.csv
            format: csv
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: dr_test
                id: test
                at: done_at
                fields:
                  test_id: test
                  scenario: scenario
                  outcome: outcome
                  rto_minutes: rto
                  rto_target_minutes: rto_target
                  rpo_minutes: rpo
                  rpo_target_minutes: rpo_target
                  conducted_by: conducted_by
                  reviewed_by: reviewed_by
                  reviewed_at: reviewed_at
                  findings: findings
                  findings_tracked: tracked
                  report: report

        """

    private static let probesEntry = """
          - id: uptime
            title: Probes from outside, summed by the hour
            owner: reliability
            connector: files
            path: evidence/uptime/*.csv
            format: csv
            personal_data: none
            covers: {by: daily_files, name: 'uptime-{date}.csv'}
            yields:
              - kind: uptime_probe
                at: from
                fields:
                  endpoint: endpoint
                  outcome: outcome
                  seconds: seconds
                  latency_ms: latency_ms
                  status: status
                  prober: prober

        """
}
