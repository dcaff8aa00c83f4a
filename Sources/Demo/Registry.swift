import Evidence

/// The model registry: one JSON document that is written anew with every entry, and the approvals of its gate as CSV.
struct Registry: Sendable {
    let models: Models
    let calendar: DemoCalendar

    func entries() -> Feed {
        let arrivals = models.releases.map { release in
            Arrival(
                calendar.zone.day(of: release.registered),
                [
                    "name": .string(release.name), "version": .string(release.version), "component": .string(release.component),
                    "created": .at(release.registered), "created_by": .string(release.requestedBy.account),
                    "artifact": ["sha256": .string(release.hash), "uri": .string("registry://\(release.name)/\(release.version)")],
                    "base_model": "aurora", "dataset": ["version": "support-2025-10"], "licence": "commercial", "ticket": .string(release.ticket),
                ])
        }
        return .rewritten(
            Registry.entriesEntry, path: "evidence/registry/models.json", before: "{\"registry\":{\"models\":[\n", between: ",\n",
            after: "\n]}}\n", calendar: calendar, arrivals)
    }

    func approvals() -> Feed {
        let arrivals = models.releases.sorted { $0.approved < $1.approved }.map { release in
            Arrival(
                calendar.zone.day(of: release.approved),
                csv(
                    "ra-\(release.ticket)", release.approved.description, release.name, release.version, release.component, release.hash,
                    release.approver.account, release.requestedBy.account, "approved", "production", release.ticket))
        }
        return .grown(
            Registry.approvalsEntry, path: "evidence/registry/approvals.csv",
            header: "approval,decided_at,name,version,component,sha256,approver,requested_by,decision,gate,ticket", calendar: calendar, arrivals)
    }

    private static let entriesEntry = """
          - id: model-registry
            title: Model registry
            owner: ml-platform
            connector: files
            path: evidence/registry/models.json
            format: json
            records: registry.models
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: model_registry_entry
                at: created
                fields:
                  name: name
                  version: version
                  component: component
                  content_hash: artifact.sha256
                  base_model: base_model
                  dataset_version: dataset.version
                  created_by: created_by
                  licence: licence
                  ticket: ticket
                  location: artifact.uri

        """

    private static let approvalsEntry = """
          - id: registry-approvals
            title: Approvals of the registry's production gate
            owner: ml-platform
            connector: files
            path: evidence/registry/approvals.csv
            format: csv
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: registry_approval
                id: approval
                at: decided_at
                fields:
                  name: name
                  version: version
                  component: component
                  content_hash: sha256
                  approver: approver
                  requested_by: requested_by
                  decision: decision
                  gate: gate
                  ticket: ticket

        """
}
