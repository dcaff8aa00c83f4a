import Assessment
import Controls
import Evidence

/// What one walk over a population says of the samples that were drawn from it earlier, and of the items that somebody decided about.
struct SampleWalk {
    let frozen: [(population: FrozenPopulation, list: FrozenList?)]
    /// Drawn or decided about, by key; the first where a key occurs again.
    private(set) var found: [String: ItemResult] = [:]
    /// Items that could have been frozen and were in no list: they came late.
    private(set) var added = 0
    private let wanted: Set<String>
    private let listed: Set<String>
    private var missing: [Set<String>]
    private let until: Instant

    init(_ control: ControlID, _ edition: Edition, _ records: some EditionRecords) throws {
        let (statements, period) = (edition.management, edition.assessment.period.id)
        frozen = try statements.frozen(of: control, period).map { ($0, try records.frozenList($0)) }
        missing = frozen.map { Set($0.list?.items.map(\.key) ?? []) }
        listed = missing.reduce(into: []) { $0.formUnion($1) }
        until = frozen.map { $0.population.until ?? .distantFuture }.max() ?? .distantPast
        let drawn = statements.draws(of: control, period).flatMap { $0.items + statements.current($0) }.map(\.key)
        wanted = Set(drawn + statements.decisions(of: control, period).compactMap(\.item))
    }

    /// Whether the item is one that pages show because it was drawn or decided about.
    @discardableResult
    mutating func note(_ item: ItemResult) -> Bool {
        guard !frozen.isEmpty || !wanted.isEmpty else { return false }
        let key = item.frozenKey
        if !frozen.isEmpty {
            if listed.contains(key) {
                for i in missing.indices { missing[i].remove(key) }
            } else if item.at.map({ $0.earliest < until }) ?? true {
                added += 1
            }
        }
        guard wanted.contains(key) else { return false }
        if found[key] == nil { found[key] = item }
        return true
    }

    /// Items of the list at that place that are not in the population any more.
    func gone(_ i: Int) -> Int { missing[i].count }
}
