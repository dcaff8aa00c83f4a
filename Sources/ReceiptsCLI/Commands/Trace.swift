import ArgumentParser
import Evidence
import Verification

struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Follow one request, prompt, deletion, rollback or person through the records.",
        discussion: """
            Tells each record that belongs to it, in order, with its id; what the answer needs and no record holds; over which time each kind of \
            record was read whole, without which the absence of a record says nothing; and what the tests of the period say of it. Each \
            trace is a file under controls/traces. A customer may be named as the source names them, and is looked for by their pseudonym. \
            Without any record it ends with 2.
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var archived: ArchivedOptions
    @Argument(help: ArgumentHelp("What is followed.", valueName: "request|prompt|deletion|rollback|subject"))
    var what: String
    @Argument(help: ArgumentHelp("Its id, and what else the trace takes.", valueName: "id"))
    var names: [String]
    @Option(help: "The period's id in receipts.yaml; the one in which it began if not named.")
    var period: String?
    @Option(help: "Of each step's records so many are told; all are counted.")
    var limit = 20

    func run() throws {
        try reporting {
            guard limit >= 0 else { throw CommandError(.usage, "--limit takes a number from 0 on") }
            let report = try archived.reading(place, waiting) { world, session in
                let report = try Tracing(session: session).run(what, names, period: period, limit: limit)
                world.output(format.format == .json ? report.json.canonical : report.text)
            }
            return report
        }
    }
}

/// From the programme's ledger, or from an archive alone.
struct ArchivedOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read this archive, which is verified first, in place of a programme.", valueName: "file"))
    var archive: String?

    /// `body` gets what opens a session over a named period.
    func reading(_ place: PlaceOptions, _ waiting: WaitOptions, _ body: (World, @escaping (String?) throws -> Session) throws -> Void) throws -> Outcome {
        guard let archive else {
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            try body(world) { try work.session(period: $0) }
            return .done
        }
        let scratch = try Files.makeTemporaryFolder(named: "receipts-archive")
        defer { try? Files.remove(scratch) }
        let open = try Reperformance(archive, scratch: scratch, .live()).opened()
        try body(.live(), open)
        return .done
    }
}
