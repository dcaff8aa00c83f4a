import ArgumentParser
import Evidence

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a working programme in an empty folder: receipts.yaml, controls, templates, keys.",
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
            let keys = KeyMaker(folder: folder + "/keys", randomness: world.randomness)
            // A key that cannot be had leaves nothing half made.
            let key = try signingKey.map { try keys.take($0) }
            try Files.makeFolder(folder)
            try Shipped(world).copy(to: folder)
            if !Files.exists(folder + "/receipts.yaml") {
                let starter = StarterProgramme(entity: entity, system: system, zone: zone, today: zone.day(of: world.now()))
                try Files.write(folder + "/receipts.yaml", Array(starter.text.utf8))
                try Files.makeFolder(folder + "/" + StarterProgramme.policies)
            }
            try keys.make(existing: key)
            let programme = try ProgrammeFolder(folder)
            world.output(
                """
                made a programme in '\(folder)': \(programme.catalogue.controls.count) controls, \(programme.catalogue.kinds.count) kinds of evidence
                next:\(folder == "." ? "" : " 'cd \(folder)',") 'receipts source list' and 'receipts source add', or name your sources in receipts.yaml; then 'receipts check', \
                'receipts collect', 'receipts gap'
                back up '\(folder == "." ? "" : folder + "/")keys': whoever holds it can sign as you, and without it nothing more can be sealed
                """)
            return .done
        }
    }
}

/// `receipts.yaml` for a beginning: one source that can be read at once, though it is empty, and how to find those that are shipped.
struct StarterProgramme {
    let entity: String
    let system: String
    let zone: Zone
    let today: Day

    /// Where the first source looks; made with the programme, so that its first pull is empty and not failed.
    static let policies = "evidence/policies"

    var text: String {
        let end = today.adding(days: 89)
        return """
            # Whose system, which periods, which sources. 'receipts check' says what is wrong with it.
            entity: \(quoted(entity))
            system: \(quoted(system))
            zone: \(zone)
            plan: {start: \(today)}          # day 0 of the 30-60-90 plan
            periods:
              - {id: readiness, type: 2, start: \(today), end: \(end)}   # first and last local day

            # A source says where its records lie, of which kinds they are (controls/kinds), and how their completeness is proved.
            sources:
              - id: policies
                title: Policies and runbooks
                owner: compliance
                connector: files
                path: \(StarterProgramme.policies)/*.md
                format: document
                personal_data: none
                covers: none
                yields:
                  - kind: policy_document
                    at: approved_at | date
                    fields: {policy_id: policy_id, version: version, title: title, approved_by: approved_by, approved_at: approved_at | date}
            # 'receipts source list' names the systems that mappings are shipped for; 'receipts source add NAME PATH' takes one up.

            """
    }

    private func quoted(_ text: String) -> String { "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'" }
}
