import ArgumentParser
import Assessment
import Demo
import Evidence
import Verification
import Ledger
import Redaction

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Make a believable company with planted deviations, collect its half-year night by night, and publish it.",
        discussion: """
            The clock is simulated, and every page says so. The same seed and size give the same bytes. Exits with 4 if management's tests \
            found anything else than what was planted.
            """)

    @Argument(help: "A new folder for the demonstration.")
    var folder = "receipts-demo"
    @Option(help: "LLM requests in the half-year.")
    var requests = 10_000
    @Option(help: "Fixes everything that chance decides.")
    var seed: UInt64 = 1
    @Flag(name: .customLong("run"), inversion: .prefixedNo, help: "Collect and publish, or only write the company's files.")
    var isRun = true
    @Flag(name: .customLong("publish"), inversion: .prefixedNo, help: "Publish both periods, or only say what the tests found.")
    var isPublishing = true

    func validate() throws {
        if requests < 1 { throw ValidationError("--requests must be at least 1") }
    }

    func run() throws {
        try reporting {
            guard !Files.exists(folder + "/receipts.yaml") else {
                throw CommandError(.badInput, "'\(folder)' holds a programme already", hint: "name a new folder")
            }
            var world = World.live()
            world.folder = folder
            let demonstration = Demonstration(world, DemoCompany(seed: seed, requests: requests), seed: seed)
            try demonstration.prepare()
            guard isRun else {
                try demonstration.writeAllFiles()
                world.output("wrote the company's files to \(folder); collect them with: receipts -C \(folder) collect")
                return .done
            }
            return try demonstration.run(isPublishing: isPublishing)
        }
    }
}

/// Drives the company's half-year: each day's files arrive, most nights a collect runs, in the end both periods are published.
struct Demonstration {
    private let world: World
    private let company: DemoCompany
    private let seed: UInt64

    init(_ world: World, _ company: DemoCompany, seed: UInt64) {
        self.world = world
        self.company = company
        self.seed = seed
    }

    /// Folder, controls, templates, keys and an empty ledger with a simulated clock.
    func prepare() throws {
        try Files.makeFolder(world.folder)
        try Shipped(world).copy(to: world.folder)
        try Files.write(world.folder + "/receipts.yaml", company.programme)
        let fixed = world.fixed(at: company.days.first.map { company.zone.instant($0) }, randomness: "demo \(seed)")
        try KeyMaker(folder: world.folder + "/keys", randomness: fixed.randomness).make(existing: nil)
        let programme = try ProgrammeFolder(world.folder)
        try Store.createLedger(programme, at: fixed.now(), isSimulated: true, randomness: fixed.randomness)
    }

    func writeAllFiles() throws {
        for day in company.days { try write(day) }
    }

    private func write(_ day: Day) throws {
        for file in company.files(arrivingOn: day) { try Files.write(world.folder + "/" + file.path, file.bytes, append: file.append) }
    }

    func run(isPublishing: Bool) throws -> Outcome {
        let nights = Set(company.nights)
        var last = world
        let folder = try ProgrammeFolder(world.folder)
        let quiet = { (world: World) in
            World(
                folder: world.folder, now: world.now, environment: [:], executable: world.executable, isErrorTerminal: false,
                randomness: world.randomness, output: world.output, errors: { _ in })
        }
        let lock = try LedgerLock(folder: folder.ledgerFolder)
        let store = try Store(folder)
        for day in company.days {
            try write(day)
            guard nights.contains(day) else { continue }
            world.progress("night of \(day)")
            last = quiet(world.fixed(at: company.collectTime(night: day), randomness: "demo \(seed)"))
            _ = try CollectRun(folder, store, last).run()
        }
        world.endProgress()
        return try withExtendedLifetime(lock) {
            if isPublishing { try publish(folder, store, last) }
            return try compare(folder, store)
        }
    }

    private func publish(_ folder: ProgrammeFolder, _ store: Store, _ last: World) throws {
        for period in folder.programme.periods {
            let report = try Publication(try Session(folder, store, period: period), last, output: folder.outputFolder).publish()
            world.output(report.text(world.folder + "/output") + "\n")
        }
    }

    /// Of the half-year, what was planted with what was found.
    private func compare(_ folder: ProgrammeFolder, _ store: Store) throws -> Outcome {
        let period = try folder.period(DemoCompany.mainPeriod, now: world.now())
        let assessment = try Session(folder, store, period: period).engine.assess()
        let collected = Set(folder.programme.sources.flatMap(\.yields).map(\.kind))
        let found = PlantedReport(company.planted, assessment, collected: collected, pseudonymKey: try folder.pseudonymKey())
        world.output(found.lines.joined(separator: "\n"))
        return found.missed == 0 && found.unplanted == 0 ? .done : .attention
    }
}

/// Which of the planted deviations the assessment found, and what it found besides.
struct PlantedReport {
    let lines: [String]
    let missed: Int
    let unplanted: Int

    /// `collected`: the kinds that the programme has sources of. What a control cannot tell for want of any source is nothing that was found;
    /// a deviation is, whatever else is missing. `pseudonymKey`: what names a person in a planted item, the ledger knows by pseudonym only.
    init(_ planted: [PlantedDeviation], _ assessment: AssessmentResult, collected: Set<KindName>, pseudonymKey: [UInt8]) {
        var found: [ControlID: [String: ItemVerdict]] = [:]
        for result in assessment.controls {
            let isInstrumented = result.control.population.needs.allSatisfy { collected.contains($0.kind) }
            for item in result.deviations + (isInstrumented ? result.insufficient : []) {
                found[result.control.id, default: [:]][item.keyText] = item.verdict
            }
        }
        var lines = ["planted deviations, and whether management's tests found them:"]
        var missed = 0
        /// Neighbours that one thing caused are told in one line.
        var alike: (plant: PlantedDeviation, isFound: Bool, count: Int)?
        func tell() {
            guard let (plant, isFound, count) = alike else { return }
            let more = count > 1 ? " and \(count - 1) more" : ""
            lines.append("  \(isFound ? "found " : "MISSED")  \(plant.control)  \(plant.item)\(more): \(plant.says)")
        }
        for plant in planted {
            let isFound = found[plant.control]?.removeValue(forKey: PlantedReport.key(of: plant, pseudonymKey)) == plant.verdict
            if !isFound { missed += 1 }
            if let last = alike, last.plant.control == plant.control, last.plant.says == plant.says, last.isFound == isFound {
                alike?.count += 1
            } else {
                tell()
                alike = (plant, isFound, 1)
            }
        }
        tell()
        let extra = found.sorted { $0.key < $1.key }.flatMap { control, items in
            items.sorted { $0.key < $1.key }.map { "  \(control)  \($0.key): \($0.value.title)" }
        }
        lines.append("\(planted.count - missed) of \(planted.count) found, \(extra.count) more than was planted")
        self.lines = lines + extra.prefix(50)
        self.missed = missed
        unplanted = extra.count
    }

    private static func key(of plant: PlantedDeviation, _ pseudonymKey: [UInt8]) -> String {
        guard let identity = plant.identity else { return plant.item }
        let role: Pseudonym.Role = plant.isSubject ? .subject : .account
        return pseudonym(identity, as: role, key: pseudonymKey) + plant.item.dropFirst(identity.count)
    }
}
