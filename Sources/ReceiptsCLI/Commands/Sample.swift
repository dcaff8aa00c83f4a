import ArgumentParser
import Assessment
import Evidence

struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Freeze a control's population, and draw items from it for somebody to look at.",
        discussion: """
            Every item is tested whatever is drawn. The population is frozen first: numbered, hashed, entered in the ledger. Only then does the \
            auditor give a seed or a list of their own, so that nobody could choose one to suit the other. What came first, the ledger tells.
            """,
        subcommands: [SampleFreeze.self, SampleSeed.self, SampleDrawCommand.self, SampleImport.self, SampleReplace.self, SampleShow.self])
}

/// Which control over which period.
struct SampleOptions: ParsableArguments {
    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @Option(help: "The period's id in receipts.yaml; the current one if not named.")
    var period: String?

    func management(_ control: String) throws -> ManagementWork {
        try ManagementWork(Work(try place.world(), waiting: waiting.wait), period: period, control: control)
    }
    func say(_ management: ManagementWork, _ text: String, _ json: JSON) {
        management.work.world.output(format.format == .json ? json.canonical : text)
    }
}

struct SampleFreeze: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freeze", abstract: "Number and hash the population of a control, and enter it in the ledger.",
        discussion: "The list goes to samples/<period>/<control>-<name>.txt, one item a line: ordinal, key, instant, stratum. Its SHA-256 is what to give away."
    )

    @OptionGroup var options: SampleOptions
    @Argument(help: "The control, or an earlier wording such as CHG-01.w1.") var control: String
    @Option(help: ArgumentHelp("Interim: only items before this local day.", valueName: "day")) var until: String?
    @Flag(help: "Only items that no earlier list of the control and period holds; those that came late are the stratum 'late'.") var rollForward = false
    @Option(help: ArgumentHelp("Make strata: by month, or by a column of the population.", valueName: "month|column")) var strata: String?
    @Option(help: "Who freezes it.") var by = "nobody named"

    func run() throws {
        try reporting {
            let day = try until.map { text in
                guard let day = Day(text) else { throw CommandError(.usage, "'\(text)' is not a day", hint: "write it like 2026-04-01") }
                return day
            }
            let management = try options.management(control)
            let report = try SampleFreezing(management: management, until: day, isRollForward: rollForward, strata: strata, by: by).run()
            options.say(management, report.text, report.json)
            return .done
        }
    }
}

struct SampleSeed: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed", abstract: "Enter the hash of a seed that somebody fixed, without telling it.",
        discussion: "A seed that is fixed before the population is frozen makes management's sample, however it was chosen.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var waiting: WaitOptions
    @Option(name: .customLong("sha256"), help: ArgumentHelp("SHA-256 of the seed.", valueName: "hex")) var digest: String
    @Option(help: ArgumentHelp("Who fixed it.", valueName: "name")) var givenBy: String?

    func run() throws {
        try reporting {
            let work = try Work(try place.world(), waiting: waiting.wait)
            let digest = digest.lowercased()
            guard Hex.decode(digest)?.count == 32 else { throw CommandError(.usage, "--sha256 takes 64 hexadecimal digits") }
            try StatementText.check([("--given-by", givenBy)])
            let store = try Store(work.folder)
            let seed = FixedSeed(id: ArtifactID(entry: 0, record: 0), at: work.world.now(), digest: digest, givenBy: givenBy)
            let ids = try CollectRun(work.folder, store, work.world).enter([seed.json], command: "sample seed")
            work.world.output("a seed is fixed: SHA-256 \(digest), record \(ids[0])")
            return .done
        }
    }
}

/// From which list, and on whose word.
struct DrawOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The frozen population; the newest if not named.", valueName: "f1")) var frozen: String?
    @Option(help: ArgumentHelp("The auditor, or whoever else outside gave the seed or the list; without it the sample is management's.", valueName: "name"))
    var givenBy: String?
    @Option(help: "Who enters it.") var by = "nobody named"
}

struct SampleDrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw", abstract: "Draw items by a seed: the first by HMAC-SHA256 of the seed over the item's key.",
        discussion: "The line of shell that it prints draws the same with openssl, from the list alone.")

    @OptionGroup var options: SampleOptions
    @OptionGroup var from: DrawOptions
    @Argument(help: "The control, or an earlier wording such as CHG-01.w1.") var control: String
    @Option(help: "The seed, any text: dice, a headline of tomorrow's paper.") var seed: String
    @Option(name: .shortAndLong, help: "How many.") var number: Int
    @Option(help: "Only of this stratum.") var stratum: String?

    func run() throws {
        try reporting {
            let management = try options.management(control)
            let drawing = SampleDrawing(management: management, frozen: from.frozen, givenBy: from.givenBy, by: from.by)
            let report = try drawing.draw(seed: seed, size: number, stratum: stratum)
            options.say(management, report.text, report.json)
            return .done
        }
    }
}

struct SampleImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Enter a list of items that somebody chose by means of their own.",
        discussion: "One ordinal of the frozen list a line, or one key with --keys. A line that names no item is kept and told, never guessed at.")

    @OptionGroup var options: SampleOptions
    @OptionGroup var from: DrawOptions
    @Argument(help: "The control, or an earlier wording such as CHG-01.w1.") var control: String
    @Argument(help: "The file with the list.") var file: String
    @Flag(help: "The lines are keys, as in the second column of the frozen list.") var keys = false
    @Option(help: "How it was chosen: random, haphazard or judgement.") var method = "random"

    func run() throws {
        try reporting {
            guard let method = SampleDraw.Method(rawValue: method), method != .seed else {
                throw CommandError(.usage, "'\(method)' is no way to choose a list", hint: "random, haphazard or judgement")
            }
            let management = try options.management(control)
            let lines = String(decoding: try Files.read(file), as: UTF8.self).split(omittingEmptySubsequences: true) { $0 == "\n" || $0 == "\r\n" }
            let drawing = SampleDrawing(management: management, frozen: from.frozen, givenBy: from.givenBy, by: from.by)
            let report = try drawing.take(lines: lines.map(String.init), areKeys: keys, method: method)
            options.say(management, report.text, report.json)
            return .done
        }
    }
}

struct SampleReplace: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace", abstract: "Put aside a drawn item that cannot be looked at, and take the next in its place.",
        discussion: "The draw stays as it was; what was put aside and why is shown with it.")

    @OptionGroup var options: SampleOptions
    @Argument(help: "The control.") var control: String
    @Option(help: ArgumentHelp("The draw.", valueName: "d1")) var draw: String
    @Option(help: "The ordinal of the item that is put aside.") var item: Int
    @Option(name: .customLong("with"), help: ArgumentHelp("The ordinal to take instead: of an imported list only.", valueName: "ordinal")) var instead: Int?
    @Option(help: "Why.") var reason: String
    @Option(help: "On whose word.") var by: String

    func run() throws {
        try reporting {
            let management = try options.management(control)
            let report = try SampleDrawing.replace(management, draw: draw, ordinal: item, with: instead, reason: reason, by: by)
            options.say(management, report.text, report.json)
            return .done
        }
    }
}

struct SampleShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "What was frozen and drawn of a control, and what is found of each drawn item today.",
        discussion: "Writes the frozen lists anew where they are missing.")

    @OptionGroup var options: SampleOptions
    @Argument(help: "The control.") var control: String

    func run() throws {
        try reporting {
            let management = try options.management(control)
            let reports = try management.draws.map { try SampleReport(management, management.statements, $0) }
            let lists = try management.frozen.map(management.show)
            let text = (lists + reports.map(\.text)).joined(separator: "\n")
            options.say(
                management, text.isEmpty ? "nothing was frozen of \(management.control.id) in \(management.period.id)" : text,
                ["frozen": .array(management.frozen.map(\.json)), "draws": .array(reports.map(\.json))])
            return .done
        }
    }
}
