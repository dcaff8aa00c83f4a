import ArgumentParser
import Controls
import Evidence

struct SourceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source", abstract: "Add the evidence of a system that mappings are shipped for, and try a source before anything is stored.",
        subcommands: [SourceList.self, SourceAdd.self, SourceTry.self])
}

struct SourceList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the ready-made mappings: which system, reached how, yielding which kinds of evidence.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions

    func run() throws {
        try reporting {
            let world = try place.world()
            let mappings = try SourceShelf.mappings(world)
            if format.format == .json {
                world.output(JSON.array(mappings.map(\.json)).canonical)
            } else {
                for mapping in mappings {
                    world.output("\(mapping.name) (\(mapping.connector)): \(mapping.title)\n    yields \(mapping.kinds.joined(separator: ", "))")
                }
            }
            return .done
        }
    }
}

struct SourceAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a source that a mapping is shipped for to receipts.yaml. Everything else in that file stays as it is.",
        discussion: "Put a pattern in quotes, so that files are read that do not lie there yet: receipts source add otel-genai 'traces/*.jsonl'")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @Argument(help: ArgumentHelp("A ready-made mapping; 'receipts source list' names them.", valueName: "mapping"))
    var mapping: String
    @Argument(help: ArgumentHelp("Where the records lie, relative to the programme's folder; of a program, its command after '--'.", valueName: "path"))
    var path: [String] = []
    @Option(help: "The source's id; the mapping's name if none is given.")
    var id: String?
    @Option(help: "The team that answers for the source.")
    var owner = "platform"

    func run() throws {
        try reporting {
            let world = try place.world()
            let result = try SourceAddition(root: world.folder, world: world).add(mapping, path, id: id, owner: owner)
            if format.format == .json {
                let notes = JSON.array(result.notes.map { .string($0) })
                world.output(JSON.object(["id": .string(result.entry.id), "mapping": .string(mapping), "notes": notes]).canonical)
            } else {
                world.output("added to receipts.yaml:\n\(result.entry.text)")
                for note in result.notes { world.output("note: \(note)") }
                world.output("next: 'receipts source try \(result.entry.id)', then 'receipts collect'")
            }
            return .done
        }
    }
}

struct SourceTry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try", abstract: "Read a source once and show what would be stored. Nothing is stored and nothing signed.",
        discussion: "Needs no ledger, and of the keys only keys/pseudonym. Exits with 5 if the source failed or was partial.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @Argument(help: ArgumentHelp("A source of receipts.yaml.", valueName: "source"))
    var source: String
    @Option(help: "How many records and rejects to show.")
    var first = 10

    func run() throws {
        try reporting {
            let world = try place.world()
            let folder = try ProgrammeFolder(world.folder)
            let trial = try SourceTrial(folder, try folder.source(named: source), world, first: max(0, first))
            world.output(format.format == .json ? trial.json.canonical : trial.text)
            return trial.sheet.outcome == .complete || trial.sheet.outcome == .empty ? .done : .sourceFailed
        }
    }
}

/// The ready-made mappings of a programme, or those that are shipped where there is none.
enum SourceShelf {
    static func mappings(_ world: World) throws -> [ReadyMadeMapping] {
        if Files.exists(world.folder + "/receipts.yaml") { return try ProgrammeFolder(world.folder).catalogue.readyMade }
        let root = try Shipped(world).root + "/controls"
        let files = try Files.tree(root).filter { $0.hasSuffix(".yaml") }.map { CatalogueFile(path: "controls/" + $0, bytes: try Files.read(root + "/" + $0)) }
        return try loadCatalogue(files: files).readyMade
    }
}

extension ReadyMadeMapping {
    fileprivate var json: JSON {
        [
            "name": .string(name), "title": .string(title), "connector": .string(connector), "kinds": .array(kinds.map { .string($0) }),
            "grants": .text(grants), "example": .text(example),
        ]
    }
}
