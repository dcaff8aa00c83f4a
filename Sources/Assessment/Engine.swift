import Controls
import Crypto
import Evidence
import SQLite

/// Tests controls over a period. Reads the index, writes nothing but temporary tables.
package final class Engine {
    private let bench: Bench
    private let catalogue: Catalogue
    private let coverage: Coverage
    private let period: Period
    package let asOf: Instant

    /// `index` must be this engine's own connection.
    /// `stepLimit`: virtual machine steps that one control may take, in millions.
    package init(
        _ index: Database, catalogue: Catalogue, coverage: Coverage, period: Period, asOf: Instant, stepLimit: Int = Engine.tenMinutes
    ) throws {
        self.catalogue = catalogue
        self.coverage = coverage
        self.period = period
        self.asOf = asOf
        bench = try Bench(
            index, kinds: catalogue.kinds, controls: catalogue.controls, calendar: Calendar(zone: period.zone, window: Engine.testWindow(period)),
            coverage: coverage,
            stepLimit: stepLimit)
    }

    /// About ten minutes of one core.
    package static let tenMinutes = 100_000

    /// Evidence older than this before a Type I instant says nothing about it.
    static let freshness = Duration.seconds(90 * 86_400)

    /// Type II: the period. Type I: the time before the instant that is fresh enough.
    static func testWindow(_ period: Period) -> Window {
        switch period.span {
        case .typeII(let window): window
        case .typeI(let instant): Window(start: instant.advanced(by: .zero - freshness), end: instant)
        }
    }

    private var elapsed: Window { Engine.elapsed(period, asOf: asOf) }

    /// The part of the window that is over: whole local days only, while the period runs.
    static func elapsed(_ period: Period, asOf: Instant) -> Window {
        let whole = Engine.testWindow(period)
        guard asOf < whole.end else { return whole }
        let end = period.zone.window(of: period.zone.day(of: asOf)).start
        return Window(start: whole.start, end: max(whole.start, min(end, whole.end)))
    }

    /// Of all controls, or of `only` these.
    package func assess(only: Set<ControlID>? = nil) throws -> AssessmentResult {
        var results: [ControlResult] = []
        var problems: [Diagnostic] = []
        for control in catalogue.controls where only?.contains(control.id) ?? true {
            do { results.append(try assess(control)) } catch let error as Diagnostics { problems += error.all }
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return AssessmentResult(period: period, asOf: asOf, controls: results)
    }

    /// Every item within the period, tested, in population order. For Type I, the one instance that was walked through, and each item whose
    /// instant is not known: it may be newer.
    package func forEachItem(of id: ControlID, _ body: (ItemResult) throws -> Void) throws {
        guard let control = catalogue.control(id) else { return }
        try forEachItem(of: control, body)
    }

    /// Of a control that reads no calendar table which the catalogue's controls do not read.
    func forEachItem(of control: Control, _ body: (ItemResult) throws -> Void) throws {
        try visit(control) { cursor, verdict in try body(cursor.result(verdict: verdict)) }
    }

    private func visit(_ control: Control, _ body: (borrowing ItemCursor, ItemVerdict) throws -> Void) throws {
        let compiled = try CompiledControl(control)
        let statement = try bench.prepare(compiled)
        let layout = try ItemLayout(compiled, statement.columnNames)
        let window = Engine.testWindow(period)
        if case .typeI = period.span {
            let chosen = try walkedThrough(statement, layout, window, control)
            try each(statement, layout, window, control) { cursor, verdict in
                if cursor.ordinal == chosen || cursor.isUndated { try body(cursor, verdict) }
            }
        } else {
            try each(statement, layout, window, control, body)
        }
    }

    /// The ordinal of the newest instance that shows the control at work: one that it applies to and that has fallen due, or else just the newest.
    private func walkedThrough(_ statement: Statement, _ layout: ItemLayout, _ window: Window, _ control: Control) throws -> Int {
        var newest = 0
        var newestAtWork = 0
        try each(statement, layout, window, control) { cursor, verdict in
            guard !cursor.isUndated else { return }
            newest = cursor.ordinal
            switch verdict {
            case .operated, .deviation, .insufficientEvidence: newestAtWork = cursor.ordinal
            case .notYetDue, .notApplicable: break
            }
        }
        return newestAtWork > 0 ? newestAtWork : newest
    }

    private func bind(_ statement: Statement, _ window: Window) {
        statement.bind(1, window.start.nanoseconds)
        statement.bind(2, window.end.nanoseconds)
    }

    /// A key that occurs again, at whatever instant, is insufficient unless it deviates, and never dropped. Eight bytes of each key's SHA-256 are remembered,
    /// about 16 bytes an item; two keys that share them, once in a million populations of ten million, make a verdict weaker, never stronger.
    private func each(
        _ statement: Statement, _ layout: ItemLayout, _ window: Window, _ control: Control,
        _ body: (borrowing ItemCursor, ItemVerdict) throws -> Void
    ) throws {
        bind(statement, window)
        var cursor = ItemCursor(statement, layout, asOf: asOf, contested: coverage.contested)
        var keys: Set<UInt64> = []
        do {
            while try cursor.next() {
                let isNew = keys.insert(cursor.keyDigest).inserted
                let verdict = cursor.verdict
                try body(cursor, isNew || verdict == .deviation ? verdict : .insufficientEvidence)
            }
        } catch let error as SQLiteError {
            throw Diagnostics(.error("control \(control.id): the SQL failed: \(error.message)", at: control.population.query.place))
        }
        statement.reset()
    }

    private func assess(_ control: Control) throws -> ControlResult {
        var tally = Tally(control)
        try visit(control) { cursor, verdict in tally.add(cursor, verdict) }
        let holes = holes(of: control, since: tally.newest)
        let ruling = Ruling(
            control: control, period: period, window: Engine.testWindow(period), elapsed: elapsed, counts: tally.counts, contested: tally.contested, holes: holes)
        return ControlResult(
            control: control, verdict: ruling.verdict, reasons: ruling.reasons, counts: tally.counts, deviations: tally.deviations,
            insufficient: tally.insufficient, holes: holes, populationDigest: Digest(Array(tally.hash.finalize())), attributes: tally.attributes,
            trail: tally.trail)
    }

    /// For Type I only what lies behind the instance walked through: a hole before it hides nothing newer.
    private func holes(of control: Control, since newest: Instant?) -> [CoverageHole] {
        var window = elapsed
        if case .typeI = period.span, let newest { window = Window(start: min(max(newest, window.start), window.end), end: window.end) }
        return control.population.complete.flatMap { kind in
            Spans.gaps(in: window, covered: coverage.spans[kind] ?? []).map {
                CoverageHole(kind: kind, window: $0, reason: coverage.reasons[kind] ?? "no sealed sheet proves that '\(kind)' was read whole over this time")
            }
        }
    }
}

/// Counts as the rows go by.
private struct Tally {
    private let control: Control
    var counts = ItemCounts()
    var contested = 0
    var deviations: [ItemResult] = []
    var insufficient: [ItemResult] = []
    var attributes: [AttributeCounts]
    /// When the last item happened, at the earliest.
    var newest: Instant?
    var trail = ItemTrail()
    var hash = SHA256()

    init(_ control: Control) {
        self.control = control
        attributes = control.attributes.map { AttributeCounts(letter: $0.letter) }
    }

    mutating func add(_ cursor: borrowing ItemCursor, _ verdict: ItemVerdict) {
        counts.add(verdict)
        newest = cursor.earliest ?? newest
        cursor.digestKey(into: &hash)
        switch verdict {
        case .deviation:
            trail.trouble(until: cursor.end)
            if deviations.count < ControlResult.listLimit { deviations.append(cursor.result(verdict: verdict)) }
        case .insufficientEvidence:
            trail.trouble(until: cursor.end)
            if insufficient.count < ControlResult.listLimit { insufficient.append(cursor.result(verdict: verdict)) }
        case .operated: trail.operated(at: cursor.earliest)
        case .notYetDue, .notApplicable: break
        }
        guard verdict != .notYetDue, verdict != .notApplicable else { return }
        if cursor.isContested { contested += 1 }
        for i in attributes.indices {
            switch cursor.attribute(i) {
            case true?: attributes[i].isTrue += 1
            case false?: attributes[i].isFalse += 1
            case nil: attributes[i].isUnknown += 1
            }
        }
    }
}
