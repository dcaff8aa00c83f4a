import Anchors
import ArgumentParser
import Evidence
import Verification

struct AnchorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anchor",
        abstract: "Have somebody else vouch for when the ledger's head was there.",
        discussion: """
            A signature of our own says nothing of time, and whoever holds the key could make the whole ledger anew. A time-stamp token, a \
            witness's cosignature or a checkpoint that somebody else keeps ends that.
            """,
        subcommands: [RequestAnchor.self, ImportAnchor.self])
}

struct RequestAnchor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Write what an authority, a witness or an auditor is to be given.",
        discussion: "Of the newest head that ends in evidence, the one that 'publish' pins, unless --size names another.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @Option(help: ArgumentHelp("The size of another checkpoint.", valueName: "entries"))
    var size: Int?
    @Option(help: ArgumentHelp("Write the checkpoint here: for a witness to sign, or an auditor to keep. Missing folders are made.", valueName: "file"))
    var checkpoint: String?
    @Option(
        help: ArgumentHelp(
            "Write a time-stamp request (RFC 3161) here; checkpoint-<size>.tsq if nothing else is asked for. Missing folders are made.", valueName: "file"))
    var out: String?
    @Option(help: ArgumentHelp("Ask this authority at once, over http or https, and enter its answer.", valueName: "url"))
    var tsa: String?
    @OptionGroup var roots: RootOptions

    func run() throws {
        try reporting {
            if let tsa, !["http://", "https://"].contains(where: tsa.lowercased().hasPrefix) {
                throw CommandError(.usage, "'\(tsa)' is not the address of an authority", hint: "write it like https://tsa.example/tsr")
            }
            for path in [checkpoint, out].compactMap({ $0 }) { try Files.requireWritable(path) }
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let request = try AnchorRequest(work, size: size)
            var written: [AnchorRequest.Written] = []
            if let checkpoint { written.append(try request.write(checkpoint: checkpoint)) }
            if out != nil || (tsa == nil && checkpoint == nil) { written.append(try request.write(request: out, world.randomness)) }
            // What lies there is said before an authority is asked, which may fail.
            if format.format == .text { written.forEach { world.output($0.text) } }
            let report = try tsa.map { try request.ask($0, work, roots: try roots.given()) }
            let said = report.map { $0.say(world) }
            if format.format == .json {
                world.output(JSON.object(["written": .array(written.map(\.json)), "entered": report?.json ?? .null]).canonical)
            } else if let said {
                world.output(said)
            }
            return .done
        }
    }
}

struct ImportAnchor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Check what came back, and enter it into the ledger.",
        discussion: """
            A time-stamp response or token, witnesses' signature lines, or a checkpoint with such lines. Whose word counts is named in \
            receipts.yaml under 'anchors:', or here for this once. A checkpoint that somebody kept is entered with --held-by; the ledger \
            must then extend it.
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var roots: RootOptions
    @Option(help: ArgumentHelp("Who kept this checkpoint and gave it back.", valueName: "name"))
    var heldBy: String?
    @Argument(help: "The file that came back.")
    var file: String

    func run() throws {
        try reporting {
            let world = try place.world()
            let importing = try AnchorImport(try Work(world, waiting: waiting.wait))
            let report = try heldBy.map { try importing.run(file, heldBy: $0) } ?? importing.run(file, roots: try roots.given())
            let text = report.say(world)
            world.output(format.format == .json ? report.json.canonical : text)
            return .done
        }
    }
}

extension AnchorImport.Report {
    /// What was entered, in words; a warning where it will not be believed later.
    func say(_ world: World) -> String {
        if isRootUnconfigured {
            let warning = Diagnostic.warning("receipts.yaml does not name its root under 'anchors:', so later verifications will not believe it")
            world.errors(warning.text + "\n")
        }
        return text
    }
}

/// Whose word for when is believed.
struct RootOptions: ParsableArguments {
    @Option(name: .customLong("tsa-ca"), help: ArgumentHelp("Certificates (PEM) of authorities whose time to believe; may be repeated.", valueName: "file"))
    var authorities: [String] = []
    @Option(name: .customLong("witness"), help: ArgumentHelp("A witness's key, or a file of them, to believe; may be repeated.", valueName: "vkey"))
    var witnesses: [String] = []

    /// Nil if none is named.
    func given() throws -> TrustRoots? {
        authorities.isEmpty && witnesses.isEmpty ? nil : try TrustRoots.read(authorities: authorities, witnesses: witnesses)
    }
}
