import Evidence

/// The platform that runs the service: what it deployed, what it rolled back, what it says it runs.
struct Platform: Sendable {
    let seed: UInt64
    let prompts: Prompts
    let models: Models
    let calendar: DemoCalendar

    /// One instance shows a prompt that is in no register.
    static func unknownFingerprint(_ calendar: DemoCalendar) -> Instant { calendar.at(4, 14, 12, 20) }

    func deployments() -> Feed {
        var arrivals: [(Instant, JSON)] = []
        for activation in prompts.activations {
            let version = prompts.versions[activation.version]
            arrivals.append(
                (
                    activation.from,
                    [
                        "finished_at": .at(activation.from), "id": .string(activation.deployment), "service": "support-assistant",
                        "environment": "production", "component": "prompt", "name": .string(version.prompt), "version": .string(version.version),
                        "sha256": .string(version.hash), "actor": .string(activation.deployer.account), "result": "success",
                        "action": activation.rollback ? "rollback" : "deploy", "ticket": .string(version.ticket),
                    ]
                ))
        }
        for release in models.releases {
            arrivals.append(
                (
                    release.deployed,
                    [
                        "finished_at": .at(release.deployed), "id": .string(release.deployment), "service": "support-assistant",
                        "environment": "production", "component": .string(release.component), "name": .string(release.name),
                        "version": .string(release.version), "sha256": .string(release.hash), "actor": .string(Staff.ivo.account),
                        "result": "success", "action": "deploy", "ticket": .string(release.ticket),
                    ]
                ))
        }
        return .grown(
            Platform.deploymentsEntry, path: "evidence/platform/deployments.jsonl", calendar: calendar,
            arrivals.sorted { $0.0 < $1.0 }.map { Arrival(calendar.zone.day(of: $0.0), $0.1) })
    }

    func rollbacks() -> Feed {
        let arrivals = prompts.rollbacks.map { rollback in
            let from = prompts.versions[rollback.from], to = prompts.versions[rollback.to]
            return Arrival(
                calendar.zone.day(of: rollback.decided),
                csv(
                    rollback.id, rollback.decided.description, rollback.ended.description, "support-assistant", rollback.deployment, to.prompt,
                    from.version, to.version, to.hash, Staff.kofi.account, Staff.fay.account, rollback.incident ?? "",
                    rollback.drill ? "true" : "false", rollback.cause))
        }
        return .grown(
            Platform.rollbacksEntry, path: "evidence/platform/rollbacks.csv",
            header: "rollback,decided_at,in_force_at,service,deployment,prompt,from,to,to_sha256,decided_by,approved_by,incident,drill,cause",
            calendar: calendar, arrivals)
    }

    /// Read from the running instances at 00:20 and 12:20, and five minutes after each change.
    func fingerprints() -> Feed {
        Feed.daily(Platform.fingerprintsEntry, path: "evidence/fingerprints/fingerprint-{date}.jsonl") { day in
            let window = calendar.zone.window(of: day)
            var probes = [calendar.at(day, 0, 20), calendar.at(day, 12, 20)]
            let changes = prompts.activations.map(\.from) + models.releases.map(\.deployed)
            probes += changes.map { $0.plus(minutes: 5) }.filter(window.contains)
            var bytes: [UInt8] = []
            for at in Set(probes).sorted() { probe(at, into: &bytes) }
            return bytes
        }
    }

    private func probe(_ at: Instant, into bytes: inout [UInt8]) {
        func line(_ component: String, _ name: String, _ version: String, _ hash: String, instance: String = "pod-a") {
            bytes.append(line: [
                "read_at": .at(at), "service": "support-assistant", "environment": "production", "component": .string(component),
                "name": .string(name), "version": .string(version), "sha256": .string(hash), "instance": .string(instance),
            ])
        }
        for index in prompts.running(at: at) {
            let version = prompts.versions[index]
            line("prompt", version.prompt, version.version, version.hash)
        }
        for release in [models.running(at: at), models.guardrail(at: at)] {
            line(release.component, release.name, release.version, release.hash)
        }
        if at == Platform.unknownFingerprint(calendar) {
            var random = Random(seed: seed, "unknown fingerprint")
            line("prompt", "greeting", "local-edit", random.hex(64), instance: "pod-c")
        }
    }

    private static let deploymentsEntry = """
          - id: platform-deployments
            title: Deployments as the platform records them
            owner: platform
            connector: files
            path: evidence/platform/deployments.jsonl
            format: jsonl
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: deployment
                id: id
                at: finished_at
                fields:
                  deployment_id: id
                  service: service
                  environment: environment
                  component: component
                  name: name
                  version: version
                  content_hash: sha256
                  deployed_by: actor
                  action: action
                  outcome: result
                  ended_at: finished_at
                  ticket: ticket

        """

    private static let rollbacksEntry = """
          - id: rollback-register
            title: Register of rollbacks
            owner: platform
            connector: files
            path: evidence/platform/rollbacks.csv
            format: csv
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: rollback
                id: rollback
                at: decided_at
                fields:
                  rollback_id: rollback
                  deployment_id: deployment
                  service: service
                  from_version: from
                  to_version: to
                  to_hash: to_sha256
                  decided_by: decided_by
                  approved_by: approved_by
                  cause: cause
                  incident_id: incident
                  drill: drill
                  started_at: decided_at
                  ended_at: in_force_at

        """

    private static let fingerprintsEntry = """
          - id: runtime-probe
            title: Fingerprints read from the running service
            owner: platform
            connector: files
            path: evidence/fingerprints/*.jsonl
            format: jsonl
            personal_data: none
            covers: {by: daily_files, name: 'fingerprint-{date}.jsonl'}
            yields:
              - kind: runtime_fingerprint
                at: read_at
                fields:
                  service: service
                  environment: environment
                  component: component
                  name: name
                  version: version
                  content_hash: sha256
                  instance: instance

        """
}
