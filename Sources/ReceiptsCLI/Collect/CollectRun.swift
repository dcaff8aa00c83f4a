import Assessment
import Connectors
import Controls
import Crypto
import Evidence
import Ledger
import SQLite
import Seal

/// One run of `collect`: every source pulled once, the run's end entered, the head signed.
struct CollectRun {
    let folder: ProgrammeFolder
    let world: World
    let store: Store
    private let randomness: Randomness

    struct Report {
        struct Pull {
            let source: SourceID
            let outcome: PullOutcome
            let kept: Int
            let duplicates: Int
            let conflicts: Int
            let rejected: Int
            let erased: Int
            let examples: [RejectExample]
            let problems: [String]
        }
        var pulls: [Pull] = []
        var interrupted = 0
        /// Entries that an earlier run committed and did not live to sign.
        var leftUnsigned = 0
        var head: SignedHead?
        /// Edited controls that do not do what their own examples say, and are in force from this run on.
        var unsound: [Diagnostic] = []
        /// What the next run will miss.
        var unwritten: Diagnostic?
        var isWhole: Bool { pulls.allSatisfy { $0.outcome == .complete || $0.outcome == .empty } }
    }

    init(_ folder: ProgrammeFolder, _ store: Store, _ world: World) {
        self.folder = folder
        self.store = store
        self.world = world
        randomness = world.randomness
    }

    func run(only: [String] = []) throws -> Report {
        var report = Report()
        // What cannot be signed in the end is not begun.
        try store.signer(folder)
        try store.sealer(folder).check()
        try requireClockForward()
        report.leftUnsigned = try store.ledger.size() - (store.ledger.checkpoints().last?.size ?? 1)
        try store.sealUnsigned(folder)
        report.interrupted = try store.ledger.closeInterrupted(randomness: randomness) {
            EvidenceSheet.interrupted($0, $1, closedAt: world.now())
        }
        try store.catchUp()
        let key = try folder.pseudonymKey()
        try pullCatalogue(key, into: &report)
        var stamps = KnownStamps(folder)
        for source in folder.programme.sources where only.isEmpty || only.contains(source.id.text) {
            world.progress("collect \(source.id)")
            try pull(source, key, &stamps, into: &report)
        }
        world.endProgress()
        // With the run's end the index commits what its pulls brought.
        _ = try store.ledger.append(.run(at: world.now(), pulls: report.pulls.count, tool: toolVersion))
        try store.catchUp()
        report.head = try store.sealer(folder).seal().head
        report.unwritten = stamps.write()
        return report
    }

    /// Evidence that is collected under a clock that was set back would look older than it is.
    func requireClockForward() throws {
        let last: (at: Instant, what: String)? = try store.ledger.newest { entry in
            if case .run(let at, _, _) = entry { return (at, "run ended") }
            if case .pull(let pull) = entry, pull.source == ManagementSource.id { return (pull.at, "statement was made") }
            return nil
        }
        let now = world.now()
        guard let last, now.nanoseconds < last.at.nanoseconds - Duration.seconds(60).inNanoseconds else { return }
        throw CommandError(
            .badInput, "the clock says \(now.wholeSeconds), and the ledger's last \(last.what) at \(last.at.wholeSeconds): it was set back",
            hint: "set the clock right; nothing was collected")
    }

    private func pull(_ source: SourceDefinition, _ key: [UInt8], _ stamps: inout KnownStamps, into report: inout Report) throws {
        let startedAt = world.now()
        // A state is read whole each time, whatever was read of it before.
        let cursors = source.reads == .state ? [:] : try store.index.cursors(of: source.id)
        var request = PullRequest(of: source, folder, key, world, since: try lastPull(of: source), cursors: cursors, at: startedAt)
        request.stamps = stamps.of(source.id)
        let connector = connector(for: source.connector)
        try record(source, request.window, startedAt, key, known: cursors, into: &report) { collector in
            let pulled = try connector.pull(request, into: &collector)
            stamps.note(pulled.stamps, of: source.id)
            return pulled
        }
    }

    /// Where the next one begins: a source that says what it proved is asked from there, also where that was a part of what it was asked for.
    private func lastPull(of source: SourceDefinition) throws -> Instant? {
        guard source.connector.isWindowed else { return try store.index.lastPull(of: source.id) }
        if case .http = source.connector { return try store.index.lastAnswered(of: source.id) }
        return try store.index.lastSoundPull(of: source.id)
    }

    private func pullCatalogue(_ key: [UInt8], into report: inout Report) throws {
        let definition = CatalogueSource.definition(folder)
        let at = world.now()
        let known = try CatalogueSource.known(store.index)
        let files = folder.catalogueFiles
        let hashes = CatalogueSource.hashes(files)
        report.unsound = unsound(edited: Set(zip(files, hashes).filter { known[$0.path] != $1 }.map(\.0.path)), isFirst: known.isEmpty)
        let records = CatalogueSource.records(files, hashes, controls: folder.programme.paths.controls, at: at, known: known)
        try record(definition, Window(start: .distantPast, end: at), at, key, known: [:], isNoted: true, into: &report) { collector in
            try collector.origin(Origin(name: folder.programme.paths.controls))
            for (i, bytes) in records.enumerated() {
                try bytes.withUnsafeBytes { try collector.record($0, ordinal: i + 1, shape: .json) }
            }
            return PullReport(
                outcome: records.isEmpty ? .empty : .complete, query: "every file of the control catalogue, and receipts.yaml, that changed since it was known")
        }
    }

    /// Of a catalogue that was kept before; the first one is for `check`.
    private func unsound(edited: Set<String>, isFirst: Bool) -> [Diagnostic] {
        guard !isFirst, !edited.isEmpty else { return [] }
        let runner = ExampleRunner(folder.catalogue)
        return folder.catalogue.controls.filter { edited.contains($0.place.file) }.compactMap { control in
            let file = CatalogueFile(path: control.place.file, bytes: control.text)
            let problems: [Diagnostic]
            do throws(Diagnostics) {
                problems = runner.check(
                    try loadControl(file: file, catalogue: folder.catalogue, root: folder.programme.paths.controls, examples: .read))
            } catch { problems = error.all }
            guard let first = problems.first else { return nil }
            let more = problems.count > 1 ? ", and \(problems.count - 1) more" : ""
            return .warning(
                "this wording is in force from now on, and not all is well with it: \(first.summary)\(more)", at: first.place ?? control.place,
                hint: "run 'receipts check --control \(control.id)', mend it and collect again: until then this wording judges what happens")
        }
    }

    /// Opens a pull, lets `read` fill it, closes it with its sheet: ledger first, then index.
    func record(
        _ source: SourceDefinition, _ asked: Window, _ startedAt: Instant, _ key: [UInt8], known: [String: FileCursor],
        isNoted: Bool = false, into report: inout Report, read: (inout Collector) throws -> PullReport
    ) throws {
        let recorded = try PullRecording(store, randomness, now: world.now).record(
            source, asked, startedAt, key, known: known, isOneOfMany: true, isNoted: isNoted, read: read)
        guard let (sheet, tally) = recorded else { return }
        report.pulls.append(
            Report.Pull(
                source: source.id, outcome: sheet.outcome, kept: tally.kept, duplicates: tally.duplicates, conflicts: tally.conflicts,
                rejected: tally.rejected, erased: tally.erased, examples: tally.examples, problems: sheet.problems))
    }
}
