import ArgumentParser
import Evidence
import Glibc
import Verification

/// The command line. Each subcommand is a file of its own; none holds logic.
package struct Receipts: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "receipts",
        abstract: "Collect SOC 2 evidence into a tamper-evident ledger, test controls over the whole period, publish what was found.",
        discussion: """
            Receipts records management's tests and facts. It never writes an auditor's opinion, and missing evidence is never success.

            Exit codes: \(Outcome.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: " · "))
            """,
        version: toolVersion,
        subcommands: [
            Init.self, Check.self, SourceCommand.self, Collect.self, Assess.self, Gap.self, Run.self, Publish.self, TraceCommand.self, Prove.self, Verify.self,
            Reperform.self, Compare.self,
            Erase.self, AnchorCommand.self, Sample.self, Decide.self, Attest.self, Index.self, Key.self, Status.self, Demo.self,
        ])

    package init() {}

    /// `receipts -C folder verb` means `receipts verb -C folder`, as with git and make.
    package static func start() {
        StandardStreams.hold()
        // A file size limit is then an error of the write that met it, reported like a full disk.
        signal(SIGXFSZ, SIG_IGN)
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.count > 2, arguments[0] == "-C" || arguments[0] == "--folder" {
            let place = Array(arguments[..<2])
            arguments = Array(arguments[2...])
            arguments.insert(contentsOf: place, at: Receipts.verbLength(arguments))
        }
        if let verb = arguments.first, let unknown = Receipts.unknown(verb) {
            World.live().errors(unknown.text + "\n")
            exit(withError: ExitCode(Outcome.usage.rawValue))
        }
        main(arguments)
    }

    /// What to say of a word that is no command; nil if it is one, or an option.
    package static func unknown(_ verb: String) -> Diagnostic? {
        // By the names that they give themselves: one made from a type costs a millisecond of every run.
        let verbs = configuration.subcommands.compactMap { $0.configuration.commandName }
        guard !verb.hasPrefix("-"), verb != "help", !verbs.contains(verb) else { return nil }
        let near = nearest(to: verb, among: verbs).map { "did you mean '\($0)'?" }
        return .error("there is no command '\(verb)'", hint: near ?? "commands: \(verbs.joined(separator: ", "))")
    }

    private static func verbLength(_ arguments: [String]) -> Int {
        arguments.count > 1 && ["verify", "key", "anchor", "sample", "source"].contains(arguments[0]) ? 2 : 1
    }
}

/// Where the programme lies, and how to answer.
struct PlaceOptions: ParsableArguments {
    @Option(name: [.customShort("C"), .customLong("folder")], help: ArgumentHelp("The programme's folder.", valueName: "folder"))
    var folder = "."

    @Option(name: .customLong("at"), help: ArgumentHelp("The time, for a simulated ledger only (2026-07-01T02:00:00Z).", visibility: .hidden))
    var at: String?

    @Option(name: .customLong("randomness"), help: ArgumentHelp("Fixes salts, for a simulated ledger only.", visibility: .hidden))
    var randomness: String?

    /// The world, with the folder named; a simulated clock only where the ledger is (or is about to become) a simulated one.
    func world() throws -> World {
        var world = World.live()
        world.folder = folder
        guard at != nil || randomness != nil else { return world }
        return try world.simulated(at: at, randomness: randomness)
    }
}

enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

struct FormatOptions: ParsableArguments {
    @Option(help: "How to answer: text or json.")
    var format = Format.text
}

struct WaitOptions: ParsableArguments {
    @Flag(help: "Wait while another run holds the ledger, instead of ending with 75.")
    var wait = false
}

extension ParsableCommand {
    /// Runs `body`, reports what it throws in the program's own words, and ends with the right code.
    func reporting(_ body: () throws -> Outcome) throws {
        let world = World.live()
        let outcome: Outcome
        do {
            outcome = try body()
        } catch let exit as ExitCode {
            try requireOutput(world)
            throw exit
        } catch {
            let text = ErrorText(error)
            world.endProgress()
            for diagnostic in text.diagnostics { world.errors(diagnostic.text + "\n") }
            throw ExitCode(text.outcome.rawValue)
        }
        try requireOutput(world)
        if outcome != .done { throw ExitCode(outcome.rawValue) }
    }

    /// An answer that did not arrive is none, whatever it was.
    private func requireOutput(_ world: World) throws {
        guard let problem = StandardStreams.problem else { return }
        world.errors(Diagnostic.error(problem).text + "\n")
        throw ExitCode(Outcome.inputOutput.rawValue)
    }
}
