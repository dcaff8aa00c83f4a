import Assessment
import Evidence

/// `receipts sample draw`, `import` and `replace`: items taken from a frozen list.
struct SampleDrawing {
    let management: ManagementWork
    let frozen: String?
    let givenBy: String?
    let by: String

    /// The first `size` items by the seed's order.
    func draw(seed: String, size: Int, stratum: String?) throws -> SampleReport {
        try StatementText.check([("--seed", seed), ("--given-by", givenBy), ("--by", by)])
        let frozen = try management.frozen(named: frozen)
        let list = try management.list(of: frozen)
        let order = SampleOrder.order(list.items, seed: seed, stratum: stratum)
        guard !order.isEmpty else {
            let strata = Set(list.items.map(\.stratum)).filter { !$0.isEmpty }.sorted()
            throw CommandError(
                .badInput, "\(frozen.title) has no stratum '\(stratum ?? "")'",
                hint: strata.isEmpty ? "it was frozen without strata" : "strata: \(strata.joined(separator: ", "))")
        }
        guard size > 0, size <= order.count else {
            throw CommandError(.badInput, "\(size) items cannot be drawn: there are \(order.count)", hint: "-n from 1 to \(order.count)")
        }
        return try enter(frozen, list, .seed, seed: seed, stratum: stratum, order.prefix(size).map(SampleDrawing.item), unknown: [])
    }

    /// Somebody's own list, a line each. What names no item is kept and told, never guessed at.
    func take(lines: [String], areKeys: Bool, method: SampleDraw.Method) throws -> SampleReport {
        let frozen = try management.frozen(named: frozen)
        let list = try management.list(of: frozen)
        var byKey: [String: FrozenItem] = [:]
        for item in list.items where byKey[item.key] == nil { byKey[item.key] = item }
        var items: [SampleDraw.Item] = []
        var unknown: [String] = []
        for line in lines where !line.isEmpty {
            let found = areKeys ? byKey[line] : Int(line).flatMap { (1...list.items.count).contains($0) ? list.items[$0 - 1] : nil }
            guard let found, !items.contains(where: { $0.ordinal == found.ordinal }) else {
                unknown.append(line)
                continue
            }
            items.append(SampleDrawing.item(found))
        }
        try StatementText.check([("--given-by", givenBy), ("--by", by)] + unknown.map { ("a line of the list", $0) })
        guard !items.isEmpty else {
            throw CommandError(
                .badInput, "no line names an item of \(frozen.title)",
                hint: "ordinals from 1 to \(list.items.count), or with --keys the keys of the list's second column")
        }
        return try enter(frozen, list, method, seed: nil, stratum: nil, items, unknown: unknown)
    }

    private func enter(
        _ frozen: FrozenPopulation, _ list: FrozenList, _ method: SampleDraw.Method, seed: String?, stratum: String?, _ items: [SampleDraw.Item],
        unknown: [String]
    ) throws -> SampleReport {
        let name = "d\(management.draws.count + 1)"
        func draw(_ id: ArtifactID) -> SampleDraw {
            SampleDraw(
                id: id, name: name, control: management.control.id, period: management.period.id, frozen: frozen.name, at: management.work.world.now(),
                method: method, seed: seed, stratum: stratum, givenBy: givenBy, by: by, items: items, unknown: unknown)
        }
        let verb = seed == nil ? "import" : "draw"
        let ids = try management.enter([draw(ArtifactID(entry: 0, record: 0)).json], command: "sample \(verb) \(management.control.id)")
        try management.write(list, of: frozen)
        var statements = management.statements
        statements.draws.append(draw(ids[0]))
        return try SampleReport(management, statements, draw(ids[0]))
    }

    /// The next of the draw's order in the place of one that cannot be looked at.
    static func replace(_ management: ManagementWork, draw name: String, ordinal: Int, with chosen: Int?, reason: String, by: String) throws -> SampleReport {
        try StatementText.check([("--reason", reason), ("--by", by)])
        let draw = try management.draw(named: name)
        guard let void = management.statements.current(draw).first(where: { $0.ordinal == ordinal }) else {
            throw CommandError(.badInput, "item \(ordinal) is not in \(name)", hint: "'receipts sample show \(management.control.id)' lists it")
        }
        let list = try management.list(of: try management.frozen(named: draw.frozen))
        let used = Set(draw.items.map(\.ordinal) + management.statements.replacements(of: draw).map(\.instead.ordinal))
        let candidates = draw.seed.map { SampleOrder.order(list.items, seed: $0, stratum: draw.stratum) } ?? list.items.filter { $0.ordinal == chosen }
        if draw.seed != nil, chosen != nil {
            throw CommandError(.usage, "the seed says which item is next", hint: "leave --with out")
        }
        guard let next = candidates.first(where: { !used.contains($0.ordinal) }) else {
            throw CommandError(
                .badInput, "there is no item to take the place of \(ordinal)",
                hint: draw.seed == nil ? "name one that is not drawn yet by --with" : "every item of the list is drawn")
        }
        func replacement(_ id: ArtifactID) -> SampleReplacement {
            SampleReplacement(
                id: id, control: draw.control, period: draw.period, draw: name, at: management.work.world.now(), void: void, instead: item(next),
                reason: reason,
                by: by)
        }
        let ids = try management.enter([replacement(ArtifactID(entry: 0, record: 0)).json], command: "sample replace \(draw.control)")
        var statements = management.statements
        statements.replacements.append(replacement(ids[0]))
        return try SampleReport(management, statements, draw)
    }

    private static func item(_ item: FrozenItem) -> SampleDraw.Item { SampleDraw.Item(ordinal: item.ordinal, key: item.key) }
}
