import Controls
import Evidence

/// One thing followed, what coverage says of each step, and what the tests say of it.
package struct TraceResult: Sendable {
    package struct Step: Sendable {
        package let found: Found
        /// Over which time the kind has to be covered; nil where nothing tells when the thing was.
        package let span: Window?
        /// What of that is not.
        package let holes: [CoverageHole]
        /// No source yields the kind.
        package let isUncollected: Bool
        /// Records of the kind in that time that name nothing which it is found by: one of them may be the thing's.
        package let unnamed: Int
        /// What it is found by, and no earlier step tells: that nothing was found then says nothing.
        package let unasked: [Trace.Reference]
        /// By artifact: a later record with the same id says something else.
        package let contested: Set<ArtifactID>
    }
    package let trace: Trace
    /// One for each that the trace takes, as it was looked for.
    package let values: [String?]
    /// Whose tests are told; at least one.
    package private(set) var periods: [PeriodID]
    package let asOf: Instant
    package let steps: [Step]
    /// By period and in the trace's order, each with the wording that judged it.
    package private(set) var items: [Item]

    package struct Item: Sendable {
        package let period: PeriodID
        package let control: Control
        package let result: ItemResult
    }

    /// From when the thing was first told of until it was last: by the first step that found a record of a known time.
    package static func told(_ found: [Found]) -> Window? { found.lazy.compactMap(\.told).first }
    /// From the first to the last record of any step.
    package static func span(_ found: [Found]) -> Window? {
        found.compactMap(\.told).reduce(nil) { whole, own in
            whole.map { Window(start: min($0.start, own.start), end: max($0.end, own.end)) } ?? own
        }
    }

    /// What the tests of one more period say.
    package mutating func add(_ other: (period: PeriodID, items: [Item])) {
        periods.append(other.period)
        items += other.items
    }

    package var isFound: Bool { steps.contains { $0.found.count > 0 } }
    /// How many fields the answer needs, and which of them some record lacks or is contested, or has no record: `request.prompt_hash`.
    package var needed: (count: Int, lacking: [String]) {
        let lacking = steps.flatMap { step in
            step.found.step.needed.filter { step.found.lacking.contains($0) || !step.contested.isEmpty }.map { "\(step.found.step.name).\($0)" }
        }
        return (steps.reduce(0) { $0 + $1.found.step.needed.count }, lacking)
    }
}

extension Engine {
    /// What coverage and the controls say of a thing that was followed. `over`: the periods that are asked, as far as they are over. `yielded`: kinds that a
    /// source yields. `unnamed`: as in `Tracer`.
    package func judge(
        _ trace: Trace, _ values: [String?], _ found: [Found], over: Window, yielded: Set<KindName>, unnamed: (Trace.Step, Window) throws -> Int
    ) throws -> TraceResult {
        let told = TraceResult.told(found)
        let said = Dictionary(uniqueKeysWithValues: found.map { ($0.step.name, $0.said) })
        let steps = try found.map { found -> TraceResult.Step in
            let span = span(of: found.step, told, over)
            return TraceResult.Step(
                found: found, span: span, holes: span.map { holes(of: found.step.kind, in: $0) } ?? [], isUncollected: !yielded.contains(found.step.kind),
                unnamed: try span.map { try unnamed(found.step, $0) } ?? 0,
                unasked: found.step.by.filter { !(said[$0.step]?.contains($0.field) ?? false) }, contested: contested(among: found.artifacts))
        }
        let own = try items(of: trace, found)
        return TraceResult(trace: trace, values: values, periods: [own.period], asOf: asOf, steps: steps, items: own.items)
    }

    /// Never beyond the instant up to which things are known.
    private func span(of step: Trace.Step, _ told: Window?, _ over: Window) -> Window? {
        let whole: Window
        switch step.span {
        case .period: whole = told.map { Window(start: min(over.start, $0.start), end: max(over.end, $0.end)) } ?? over
        case .told(let before, let after):
            guard let told else { return nil }
            whole = Window(start: Instant(nanoseconds: told.start.nanoseconds - before.inNanoseconds), end: told.end.advanced(by: after))
        }
        return Window(start: min(whole.start, asOf), end: min(whole.end, asOf))
    }

    /// What the tests of this period say of it, each item once.
    package func items(of trace: Trace, _ found: [Found]) throws -> (period: PeriodID, items: [TraceResult.Item]) {
        let told = TraceResult.told(found)
        var seen: [ControlID: Set<Int>] = [:]
        let all = try trace.tests.flatMap { try items($0, found, told) }.filter { seen[$0.control.id, default: []].insert($0.item.ordinal).inserted }
        return (period.id, all.map { TraceResult.Item(period: period.id, control: $0.control, result: $0.item) })
    }

    private func items(_ test: Trace.Test, _ found: [Found], _ told: Window?) throws -> [(control: Control, item: ItemResult)] {
        switch test.items {
        case .restingOn(let name):
            let records = found.first { $0.step.name == name }?.artifacts ?? []
            return records.isEmpty ? [] : try items(of: test.control) { $0.rests(on: records) }
        case .ofItsDays:
            guard let told else { return [] }
            let last = Instant(nanoseconds: told.end.nanoseconds - 1)
            let days = period.zone.day(of: told.start).description...period.zone.day(of: last).description
            return try items(of: test.control) { cursor in cursor.key("day").map { days.contains($0) } ?? false }
        }
    }

    /// Items of the control, of whichever wording judged them.
    func items(of id: ControlID, where isMeant: (borrowing ItemCursor) -> Bool) throws -> [(control: Control, item: ItemResult)] {
        var found: [(control: Control, item: ItemResult)] = []
        for wording in wordings where wording.of == id {
            try visit(wording.control, wording.judges) { cursor, verdict in
                if isMeant(cursor) { found.append((wording.control, cursor.result(verdict: verdict))) }
            }
        }
        return found
    }

    /// Records of which a later one with the same id says something else.
    func contested(among artifacts: Set<ArtifactID>) -> Set<ArtifactID> { artifacts.intersection(coverage.contested) }
}
