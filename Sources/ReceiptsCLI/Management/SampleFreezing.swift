import Assessment
import Controls
import Evidence

/// `receipts sample freeze`: the population numbered and hashed, and entered before anybody can know what will be drawn.
struct SampleFreezing {
    let management: ManagementWork
    /// The first local day that is left out.
    let until: Day?
    let isRollForward: Bool
    /// `month`, a column of the population, or nil.
    let strata: String?
    let by: String

    struct Report {
        let frozen: FrozenPopulation
        let path: String
        let suggestion: (row: SampleSizes.Row, sizes: ClosedRange<Int>)?
        let strata: [(name: String, count: Int)]
    }

    /// Of one record: a record of the ledger is read whole.
    private static let linesPerRecord = 5_000

    func run() throws -> Report {
        try StatementText.check([("--by", by)])
        let list = try FrozenList(lines())
        guard !list.items.isEmpty else {
            throw CommandError(
                .badInput, isRollForward ? "every item of \(management.control.id) is frozen already" : "\(management.control.id) has no item to freeze",
                hint: "'receipts assess --items --control \(management.control.id)' lists what there is")
        }
        let (control, period, head) = (management.control, management.period, management.session.head)
        let name = "f\(management.frozen.count + 1)"
        func frozen(_ id: ArtifactID) -> FrozenPopulation {
            FrozenPopulation(
                id: id, name: name, control: control.id, period: period.id, at: management.work.world.now(), count: list.items.count,
                listDigest: list.digest.description, populationDigest: management.result.populationDigest.description,
                queryDigest: control.queryDigest.description, wordingDigest: control.wordingDigest.description, headSize: head.size,
                headRoot: head.root.description, until: untilInstant, isRollForward: isRollForward, strata: strata ?? "", by: by)
        }
        let ids = try management.enter([frozen(ArtifactID(entry: 0, record: 0)).json] + parts(list, name), command: "sample freeze \(control.id)")
        let entered = frozen(ids[0])
        try management.write(list, of: entered)
        let counts = Dictionary(grouping: list.items, by: \.stratum).mapValues(\.count)
        return Report(
            frozen: entered, path: management.path(of: entered), suggestion: management.session.folder.catalogue.sampling?.suggestion(for: list.items.count),
            strata: counts.filter { !$0.key.isEmpty }.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 })
    }

    private func parts(_ list: FrozenList, _ name: String) -> [JSON] {
        var parts: [JSON] = []
        var lines = ""
        for item in list.items {
            lines += FrozenList.line(item)
            if item.ordinal % SampleFreezing.linesPerRecord == 0 || item.ordinal == list.items.count {
                parts.append(FrozenListPart.json(lines, of: name, part: parts.count + 1))
                lines = ""
            }
        }
        return parts
    }

    private var untilInstant: Instant? { until.map { management.period.zone.instant($0) } }

    private func lines() throws -> [(key: String, at: String, stratum: String)] {
        var known: Set<String> = []
        if isRollForward {
            guard !management.frozen.isEmpty else {
                throw CommandError(.usage, "--roll-forward goes on from a frozen population, and there is none", hint: "freeze without it first")
            }
            for frozen in management.frozen { known.formUnion(try management.list(of: frozen).items.map(\.key)) }
        }
        // Whatever earlier lists could have held and did not is late.
        let late = isRollForward ? management.frozen.map { $0.until ?? $0.at }.max() : nil
        let end = untilInstant
        var lines: [(key: String, at: String, stratum: String)] = []
        try management.session.engine.forEachItem(of: management.control.id) { item in
            if let end, item.at.map({ $0.earliest >= end }) ?? true { return }
            let key = item.frozenKey
            guard !known.contains(key) else { return }
            let isLate = late.map { late in item.at.map { $0.earliest < late } ?? true } ?? false
            lines.append((key, FrozenList.at(item.at), isLate ? "late" : try stratum(of: item)))
        }
        return lines
    }

    private func stratum(of item: ItemResult) throws -> String {
        guard let strata else { return "" }
        if strata == "month" { return item.at.map { String(management.period.zone.day(of: $0.earliest).description.prefix(7)) } ?? "unknown" }
        if let column = item.columns.first(where: { $0.name == strata }) { return FrozenList.escape(column.value ?? "unknown") }
        throw CommandError(
            .badInput, "the population of \(management.control.id) has no column '\(strata)' to make strata of",
            hint: "month, or one of \(item.columns.map(\.name).joined(separator: ", "))")
    }
}

extension SampleFreezing.Report {
    var text: String {
        var lines = [
            "frozen \(frozen.title) of \(frozen.period): \(frozen.count) item\(frozen.count == 1 ? "" : "s"), record \(frozen.id)",
            "list: \(path)", "SHA-256: \(frozen.listDigest)", "read from: \(frozen.headSize) entries, root \(frozen.headRoot)",
        ]
        lines += strata.map { "stratum \($0.name): \($0.count)" }
        if let suggestion {
            let sizes = suggestion.sizes
            let range = sizes.lowerBound == sizes.upperBound ? "\(sizes.lowerBound)" : "\(sizes.lowerBound) to \(sizes.upperBound)"
            lines.append("usual size, a suggestion only: \(range) (\(suggestion.row.name): \(suggestion.row.source))")
        }
        lines.append("give the SHA-256 away now, then ask for a seed: one that is known before is management's own")
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        var members: [String: JSON] = ["record": .string(frozen.id.description), "list": .string(path)]
        if case .object(let own) = frozen.json { members.merge(own) { first, _ in first } }
        if let suggestion { members["suggested"] = ["from": .int(suggestion.sizes.lowerBound), "to": .int(suggestion.sizes.upperBound)] }
        return .object(members)
    }
}
