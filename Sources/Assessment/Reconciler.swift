import Evidence
import SQLite

/// Holds two sources against each other by a key: both in the order of their keys, side by side, so that memory is bounded whatever they hold.
struct Reconciler {
    private let index: Database
    private let reconciliation: Reconciliation
    private let first: SourceDefinition
    private let second: SourceDefinition
    /// Results count what happened in it; holes are found for all time.
    private let period: Window

    init(_ index: Database, _ reconciliation: Reconciliation, first: SourceDefinition, second: SourceDefinition, period: Window) {
        self.index = index
        self.reconciliation = reconciliation
        self.first = first
        self.second = second
        self.period = period
    }

    struct Outcome {
        var result: ReconciliationResult
        /// Local days on which a source lacks what the other has.
        var holes: [SourceID: [Window]] = [:]
    }

    /// `claims`: what each source proves by its own rule; one that proves nothing tells of the time from its first to its last event.
    func run(claims: [SourceID: [Window]]) throws -> Outcome {
        var outcome = Outcome(result: ReconciliationResult(reconciliation))
        let sides = (reconciliation.first, reconciliation.second)
        let told = (try told(by: sides.0, claims), try told(by: sides.1, claims))
        outcome.result.first.unkeyed = try unkeyed(sides.0)
        outcome.result.second.unkeyed = try unkeyed(sides.1)
        var (ones, others) = (try KeyedRows(index, sides.0), try KeyedRows(index, sides.1))
        var (days, otherDays): (Set<Window>, Set<Window>) = ([], [])
        while ones.group != nil || others.group != nil {
            let (isFirst, isSecond) = KeyedRows.lower(ones.group, others.group)
            if isFirst, let group = ones.group {
                Self.note(group, isMissing: !isSecond, told.1, second, period, &outcome.result.first, &otherDays)
                try ones.advance()
            }
            if isSecond, let group = others.group {
                Self.note(group, isMissing: !isFirst, told.0, first, period, &outcome.result.second, &days)
                try others.advance()
            }
        }
        outcome.holes = [first.id: Spans.union(Array(days)), second.id: Spans.union(Array(otherDays))]
        return outcome
    }

    /// `told`: the time of which the side tells where the event is looked for, which is `lacking`'s.
    private static func note(
        _ group: KeyedRows.Group, isMissing: Bool, _ told: [Window], _ lacking: SourceDefinition, _ period: Window, _ side: inout ReconciliationResult.Side,
        _ days: inout Set<Window>
    ) {
        guard told.contains(where: { $0.contains(group.at.earliest) && $0.contains(group.at.latest) }) else { return }
        if period.contains(group.at.earliest) {
            side.compared += 1
            if isMissing {
                side.missing += 1
                if side.examples.count < ReconciliationResult.exampleLimit {
                    side.examples.append(.init(key: String(decoding: group.key, as: UTF8.self), artifact: group.artifact, at: group.at))
                }
            }
        }
        guard isMissing else { return }
        let (one, last) = (lacking.zone.day(of: group.at.earliest), lacking.zone.day(of: group.at.latest))
        days.insert(Window(start: lacking.zone.window(of: one).start, end: lacking.zone.window(of: last).end))
    }

    /// Less `slack` at both ends of every stretch.
    private func told(by side: Reconciliation.Side, _ claims: [SourceID: [Window]]) throws -> [Window] {
        let stretches = try claims[side.source] ?? extent(of: side)
        let slack = reconciliation.slack
        return stretches.compactMap { stretch in
            let (start, end) = (stretch.start.advanced(by: slack), stretch.end.advanced(by: .zero - slack))
            return start < end ? Window(start: start, end: end) : nil
        }
    }

    private func extent(of side: Reconciliation.Side) throws -> [Window] {
        let rows = try index.prepare("SELECT min(occurred_at), max(occurred_at_latest) FROM \"\(side.kind)\" WHERE source = ?")
        rows.bind(1, side.source.text)
        guard try rows.step(), !rows.isNull(0), !rows.isNull(1) else { return [] }
        return [Window(start: Instant(nanoseconds: rows.integer(0)), end: Instant(nanoseconds: rows.integer(1)).advanced(by: .nanoseconds(1)))]
    }

    private func unkeyed(_ side: Reconciliation.Side) throws -> Int {
        let rows = try index.prepare(
            "SELECT count(*) FROM \"\(side.kind)\" WHERE source = ? AND \"\(side.column)\" IS NULL AND occurred_at >= ? AND occurred_at < ?")
        rows.bind(1, side.source.text)
        rows.bind(2, period.start.nanoseconds)
        rows.bind(3, period.end.nanoseconds)
        return try rows.step() ? rows.int(0) : 0
    }
}

extension Reconciliation.Side {
    var column: String { key == "id" ? "native_id" : key }
}

/// The rows of one side by key, in the order of the key's bytes; rows with one key count once, as the earliest of them.
private struct KeyedRows {
    struct Group {
        let key: [UInt8]
        let artifact: ArtifactID
        let at: Span
    }
    private let rows: Statement
    private(set) var group: Group?

    init(_ index: Database, _ side: Reconciliation.Side) throws {
        rows = try index.prepare(
            """
            SELECT CAST("\(side.column)" AS TEXT) AS key, artifact, occurred_at, occurred_at_latest FROM "\(side.kind)"
            WHERE source = ? AND "\(side.column)" IS NOT NULL AND occurred_at IS NOT NULL ORDER BY key, occurred_at, artifact
            """)
        rows.bind(1, side.source.text)
        try advance()
    }

    mutating func advance() throws {
        let last = group?.key
        group = nil
        while group == nil, try rows.step() {
            let key = Array(rows.text(0).utf8)
            guard key != last else { continue }
            let at = Span(earliest: Instant(nanoseconds: rows.integer(2)), latest: Instant(nanoseconds: max(rows.integer(2), rows.integer(3))))
            group = Group(key: key, artifact: ArtifactID(packed: rows.integer(1)), at: at)
        }
    }

    /// Which of the two stands first; both where they have the same key.
    static func lower(_ one: Group?, _ other: Group?) -> (Bool, Bool) {
        guard let one else { return (false, true) }
        guard let other else { return (true, false) }
        if one.key == other.key { return (true, true) }
        return one.key.lexicographicallyPrecedes(other.key) ? (true, false) : (false, true)
    }
}
