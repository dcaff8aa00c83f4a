import ArgumentParser
import Evidence
import Verification

struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Follow one request, prompt, deletion, rollback, person or account through the records.",
        discussion: """
            Tells each record that belongs to it, in order, with its id; what the answer needs and no record holds; over which time each kind of \
            record was read whole, without which the absence of a record says nothing; and what the tests of the period say of it. Each \
            trace is a file under controls/traces. A person may be named as the source names them, and is looked for by their pseudonym. \
            Without any record it ends with 2; of an archive without an external anchor with 3.
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var archived: ArchivedOptions
    @Argument(help: ArgumentHelp("What is followed.", valueName: "request|prompt|deletion|rollback|subject|account"))
    var what: String
    @Argument(help: ArgumentHelp("Its id, and what else the trace takes.", valueName: "id"))
    var names: [String]
    @Option(help: "The period's id in receipts.yaml, whose tests are told; each in which something of it was if not named.")
    var period: String?
    @Option(help: "Of each step's records so many are told; all are counted.")
    var limit = 20

    func run() throws {
        try reporting {
            guard limit >= 0 else { throw CommandError(.usage, "--limit takes a number from 0 on") }
            return try archived.reading(place, waiting, format) { session in
                let report = try Tracing(session: session).run(what, names, period: period, limit: limit)
                return (report.text, report.json)
            }
        }
    }
}

/// From the programme's ledger, or from an archive alone.
struct ArchivedOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read this archive in place of a programme, once all of it is verified.", valueName: "file"))
    var archive: String?
    @OptionGroup var anchors: AnchorOptions

    /// `body` gets what opens a session over a named period, the current one or the archive's own if nil; what it gives is said, and with an archive what
    /// its verification said.
    func reading(
        _ place: PlaceOptions, _ waiting: WaitOptions, _ format: FormatOptions,
        _ body: (@escaping (String?) throws -> Session) throws -> (text: String, json: JSON)
    ) throws -> Outcome {
        guard let archive else {
            guard !anchors.acceptUnanchored, anchors.allowedSigners == nil, anchors.revokedKeys == nil, anchors.anchor.isEmpty, try anchors.roots.given() == nil
            else { throw CommandError(.usage, "whom to believe is asked of an archive only: name one with --archive") }
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let answer = try body { try work.session(period: $0) }
            world.output(format.format == .json ? answer.json.canonical : answer.text)
            return .done
        }
        guard Files.exists(archive) else { throw CommandError(.badInput, "there is no file '\(archive)'") }
        let check = try ArchiveCheck(archive, trust: try anchors.trust(), roots: try anchors.roots.given(), anchors: anchors.anchor)
        if let finding = check.verification.findings.first {
            throw CommandError(
                .integrityBroken, "'\(archive)' does not verify: \(finding.shown)", hint: "'receipts verify archive' says all that is wrong with it")
        }
        let scratch = try Files.makeTemporaryFolder(named: "receipts-archive")
        defer { try? Files.remove(scratch) }
        let world = World.live()
        let answer = try body(try Reperformance(archive, scratch: scratch, world).opened(check))
        if format.format == .json {
            world.output(JSON.object(["answer": answer.json, "archive": check.verification.json]).canonical)
        } else {
            let signer = check.verification.facts.first { $0.name == "container signed by" }?.value.text ?? "nobody"
            world.output(
                [answer.text, "", "from \(archive.shown), signed by \(signer)", check.verification.text.split(separator: "\n").last.map(String.init) ?? ""]
                    .joined(separator: "\n"))
        }
        return check.verification.outcome(acceptingUnanchored: anchors.acceptUnanchored)
    }
}
