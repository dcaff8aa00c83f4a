import Assessment
import Controls
import Evidence

/// What the commands of samples and decisions share: one control over one period, what was found of it, and what was entered about it before.
struct ManagementWork {
    let work: Work
    let session: Session
    let result: ControlResult
    let statements: Statements

    /// `control`: an id of the catalogue, or of an earlier wording, such as CHG-01.w1.
    init(_ work: Work, period: String?, control name: String) throws {
        self.work = work
        try Store(work.folder).sealUnsigned(work.folder)
        session = try work.session(period: period)
        let results = try session.engine.assess(only: try session.folder.controls(named: [ManagementWork.ownID(name)])).controls
        guard let result = results.first(where: { $0.control.id.text == name }) else {
            throw CommandError(
                .badInput, "there is no wording '\(name)' in \(session.period.id)",
                hint: "wordings: \(results.map(\.control.id.text).joined(separator: ", "))")
        }
        self.result = result
        statements = try session.store.statements(below: session.head.size)
    }

    private static func ownID(_ name: String) -> String {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].first == "w", Int(parts[1].dropFirst()) != nil else { return name }
        return String(parts[0])
    }

    var control: Control { result.control }
    var period: Period { session.period }

    func enter(_ records: [JSON], command: String) throws -> [ArtifactID] {
        try CollectRun(session.folder, session.store, work.world).enter(records, command: command)
    }

    // MARK: Samples

    var frozen: [FrozenPopulation] { statements.frozen(of: control.id, period.id) }
    var draws: [SampleDraw] { statements.draws(of: control.id, period.id) }

    /// The named list, or the newest.
    func frozen(named name: String?) throws -> FrozenPopulation {
        if let name {
            if let found = frozen.first(where: { $0.name == name }) { return found }
            throw CommandError(
                .badInput, "\(control.id) has no frozen population '\(name)' in \(period.id)",
                hint: frozen.isEmpty ? "'receipts sample freeze \(control.id)' makes one" : "there is \(frozen.map(\.name).joined(separator: ", "))")
        }
        guard let newest = frozen.last else {
            throw CommandError(
                .badInput, "the population of \(control.id) was not frozen in \(period.id)", hint: "'receipts sample freeze \(control.id)' first")
        }
        return newest
    }

    func draw(named name: String) throws -> SampleDraw {
        if let found = draws.first(where: { $0.name == name }) { return found }
        throw CommandError(
            .badInput, "\(control.id) has no draw '\(name)' in \(period.id)",
            hint: draws.isEmpty ? "'receipts sample draw \(control.id)' makes one" : "there is \(draws.map(\.name).joined(separator: ", "))")
    }

    /// The list in the ledger. A copy of it in the programme's folder must be the same.
    func list(of frozen: FrozenPopulation) throws -> FrozenList {
        guard let list = try session.store.list(of: frozen) else {
            throw CommandError(.integrityBroken, "the list of \(frozen.title) is not the one that was frozen", hint: "was a part of it erased?")
        }
        let copy = path(of: frozen)
        if Files.exists(work.folder.root + "/" + copy), try Files.read(work.folder.root + "/" + copy) != list.bytes {
            throw CommandError(
                .integrityBroken, "'\(copy)' is not the list that was frozen, whose SHA-256 is \(frozen.listDigest)",
                hint: "delete it; 'receipts sample show \(frozen.control)' writes it anew")
        }
        return list
    }

    /// Relative to the programme's folder.
    func path(of frozen: FrozenPopulation) -> String { "samples/\(frozen.period)/\(frozen.control)-\(frozen.name).txt" }

    func write(_ list: FrozenList, of frozen: FrozenPopulation) throws {
        try Files.write(work.folder.root + "/" + path(of: frozen), list.bytes)
    }

    /// Puts the list where it belongs, and tells of it. Of one that was erased only its digest is left.
    func show(_ frozen: FrozenPopulation) throws -> String {
        let isThere = try session.store.list(of: frozen) != nil
        if isThere { try write(try list(of: frozen), of: frozen) }
        let place = isThere ? path(of: frozen) : "the list was erased"
        return "\(frozen.title): \(frozen.count) item\(frozen.count == 1 ? "" : "s"), \(place), SHA-256 \(frozen.listDigest), record \(frozen.id)"
    }

    /// What is found today of the items with these keys.
    func items(withKeys keys: Set<String>) throws -> [String: ItemResult] {
        var found: [String: ItemResult] = [:]
        try session.engine.forEachItem(of: control.id) { item in
            let key = item.frozenKey
            if keys.contains(key), found[key] == nil { found[key] = item }
        }
        return found
    }
}
