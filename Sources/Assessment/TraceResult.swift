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
        /// No source yields the kind, or none that says how it proves completeness.
        package let isUncollected: Bool
        /// What it is found by, and no earlier step tells: that nothing was found then says nothing.
        package let unasked: [Trace.Reference]
        /// By artifact: a later record with the same id says something else.
        package let contested: Set<ArtifactID>
    }
    package let trace: Trace
    /// One for each that the trace takes, as it was looked for.
    package let values: [String?]
    package let period: Period
    package let asOf: Instant
    package let steps: [Step]
    /// In the trace's order, each with the wording that judged it.
    package let items: [(control: Control, item: ItemResult)]

    /// From when the thing was first told of until it was last: by the first step that found a record of a known time.
    package static func told(_ found: [Found]) -> Window? { found.lazy.compactMap(\.told).first }
    package var isFound: Bool { steps.contains { $0.found.count > 0 } }
    /// How many fields the answer needs, and which of them some record lacks, or has no record: `request.prompt_hash`.
    package var needed: (count: Int, lacking: [String]) {
        let lacking = steps.flatMap { step in
            step.found.step.needed.filter(step.found.lacking.contains).map { "\(step.found.step.name).\($0)" }
        }
        return (steps.reduce(0) { $0 + $1.found.step.needed.count }, lacking)
    }
}

extension Engine {
    /// What coverage and the controls say of a thing that was followed.
    package func judge(_ trace: Trace, _ values: [String?], _ found: [Found]) throws -> TraceResult {
        let told = TraceResult.told(found)
        let said = Dictionary(uniqueKeysWithValues: found.map { ($0.step.name, $0.said) })
        let steps = found.map { found -> TraceResult.Step in
            let span = span(of: found.step, told)
            return TraceResult.Step(
                found: found, span: span, holes: span.map { holes(of: found.step.kind, in: $0) } ?? [],
                isUncollected: coverage.reasons[found.step.kind] != nil,
                unasked: found.step.by.filter { !(said[$0.step]?.contains($0.field) ?? false) }, contested: contested(among: found.artifacts))
        }
        return TraceResult(trace: trace, values: values, period: period, asOf: asOf, steps: steps, items: try items(of: trace, found, told))
    }

    /// Never beyond the instant up to which things are known.
    private func span(of step: Trace.Step, _ told: Window?) -> Window? {
        let whole: Window
        switch step.span {
        case .period: whole = elapsed
        case .told(let before, let after):
            guard let told else { return nil }
            whole = Window(
                start: Instant(nanoseconds: told.start.nanoseconds - before.inNanoseconds), end: told.end.advanced(by: after))
        }
        return Window(start: min(whole.start, asOf), end: min(whole.end, asOf))
    }

    private func items(of trace: Trace, _ found: [Found], _ told: Window?) throws -> [(control: Control, item: ItemResult)] {
        var seen: [ControlID: Set<Int>] = [:]
        return try trace.tests.flatMap { try items($0, found, told) }.filter { seen[$0.control.id, default: []].insert($0.item.ordinal).inserted }
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
