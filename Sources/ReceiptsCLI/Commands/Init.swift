import ArgumentParser
import Evidence

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a working programme in an empty folder: receipts.yaml, controls, templates, keys.",
        discussion: "What is there already is left as it is.")

    @Argument(help: "The folder; made if it is not there.")
    var folder = "."
    @Option(help: "The organisation's name.")
    var entity = "Example Ltd"
    @Option(help: "The system that is examined.")
    var system = "LLM service"
    @Option(help: "The IANA time zone that days are counted in.")
    var zone = "UTC"
    @Option(help: ArgumentHelp("An existing OpenSSH Ed25519 key to sign with (copied).", valueName: "file"))
    var signingKey: String?

    func run() throws {
        try reporting {
            let world = World.live()
            guard let zone = Zone(zone) else { throw CommandError(.badInput, "'\(zone)' is not an IANA time zone", hint: "for example Europe/Berlin") }
            try Files.makeFolder(folder)
            try Shipped(world).copy(to: folder)
            if !Files.exists(folder + "/receipts.yaml") {
                let text = StarterProgramme(entity: entity, system: system, zone: zone, today: zone.day(of: world.now())).text
                try Files.write(folder + "/receipts.yaml", Array(text.utf8))
            }
            try KeyMaker(folder: folder + "/keys", randomness: world.randomness).make(existing: signingKey)
            let programme = try ProgrammeFolder(folder)
            world.output(
                """
                made a programme in \(folder): \(programme.catalogue.controls.count) controls, \(programme.catalogue.kinds.count) kinds of evidence
                next: name your sources in \(folder)/receipts.yaml, then 'receipts -C' is not needed inside the folder: receipts check, receipts collect, receipts gap
                """)
            return .done
        }
    }
}

/// `receipts.yaml` for a beginning: one source that works at once, the others as comments to take up.
struct StarterProgramme {
    let entity: String
    let system: String
    let zone: Zone
    let today: Day

    var text: String {
        let end = today.adding(days: 89)
        return """
            # Whose system, which periods, which sources. 'receipts check' says what is wrong with it.
            entity: \(quoted(entity))
            system: \(quoted(system))
            zone: \(zone)
            started_on: \(today)          # day 0 of the 30-60-90 plan
            periods:
              - {id: readiness, type: 2, start: \(today), end: \(end)}   # first and last local day

            # A source says where its records lie, what they are, and how their completeness is proved.
            # Ready-made mappings: controls/sources/*.yaml; take one up with 'use:'.
            sources:
              - id: policies
                title: Policies and runbooks
                owner: compliance
                connector: files
                path: evidence/policies/*.md
                format: document
                personal_data: none
                covers: none
                yields:
                  - kind: policy_document
                    at: approved_at | date
                    fields: {policy_id: policy_id, version: version, title: title, approved_by: approved_by, approved_at: approved_at | date}
            #  - use: litellm-requests
            #    id: gateway
            #    path: evidence/gateway/*.jsonl
            #    owner: platform

            """
    }

    private func quoted(_ text: String) -> String { "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'" }
}
