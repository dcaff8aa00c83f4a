import Controls
import Crypto
import Evidence
import SQLite

/// Tests controls over a period. Reads the index, writes nothing but temporary tables.
package final class Engine {
    private let bench: Bench
    let wordings: [ControlWording]
    let coverage: Coverage
    let period: Period
    package let asOf: Instant

    /// `index` must be this engine's own connection.
    /// `history`: each control's files as the ledger kept them, oldest first; none: today's wording was always in force.
    /// `stepLimit`: virtual machine steps that one control may take, in millions.
    package init(
        _ index: Database, catalogue: Catalogue, coverage: Coverage, period: Period, asOf: Instant, history: [ControlID: [KeptControlFile]] = [:],
        stepLimit: Int = Engine.tenMinutes
    ) throws {
        wordings =
            (catalogue.controls.flatMap { ControlWording.all(of: $0, history: history[$0.id] ?? [], period: period) }
            + ControlWording.withdrawn(history, present: catalogue.controls, period: period))
            .sorted { $0.control.id < $1.control.id }
        self.coverage = coverage
        self.period = period
        self.asOf = asOf
        bench = try Bench(
            index, kinds: catalogue.kinds, controls: wordings.map(\.control), calendar: Calendar(zone: period.zone, window: Engine.testWindow(period)),
            coverage: coverage,
            stepLimit: stepLimit)
    }

    /// About ten minutes of one core.
    package static let tenMinutes = 100_000
    /// Of an example, which has a handful of records: some seconds.
    static let ofAnExample = 1_000

    /// Evidence from before so many local days before a Type I instant says nothing about it.
    static let freshDays = 90

    /// Type II: the period. Type I: the time before the instant that is fresh enough.
    static func testWindow(_ period: Period) -> Window {
        switch period.span {
        case .typeII(let window): window
        case .typeI(let instant): Window(start: period.zone.instant(period.zone.day(of: instant).adding(days: -freshDays)), end: instant)
        }
    }

    package var elapsed: Window { Engine.elapsed(period, asOf: asOf) }

    /// The part of the window that is over: whole local days only, while the period runs.
    static func elapsed(_ period: Period, asOf: Instant) -> Window {
        let whole = Engine.testWindow(period)
        guard asOf < whole.end else { return whole }
        let end = period.zone.window(of: period.zone.day(of: asOf)).start
        return Window(start: whole.start, end: max(whole.start, min(end, whole.end)))
    }

    /// What can be asked for: controls, those whose file was taken away within the period among them, and each wording of one that has several.
    package var controls: [ControlID] { Set(wordings.flatMap { [$0.of, $0.control.id] }).sorted() }

    /// Of all controls, or of `only` these.
    package func assess(only: Set<ControlID>? = nil) throws -> AssessmentResult {
        var results: [ControlResult] = []
        var problems: [Diagnostic] = []
        for wording in wordings where only.map({ $0.contains(wording.of) || $0.contains(wording.control.id) }) ?? true {
            do { results.append(try assess(wording)) } catch let error as Diagnostics { problems += error.all }
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return AssessmentResult(period: period, asOf: asOf, controls: results)
    }

    /// Every item within the period, tested, in population order. For Type I, the one instance that was walked through, and each item whose
    /// instant is not known: it may be newer.
    package func forEachItem(of id: ControlID, _ body: (ItemResult) throws -> Void) throws {
        guard let wording = wordings.first(where: { $0.control.id == id }) else { return }
        try visit(wording.control, wording.judges) { cursor, verdict in try body(cursor.result(verdict: verdict)) }
    }

    /// Of a control that reads no calendar table which the catalogue's controls do not read.
    func forEachItem(of control: Control, _ body: (ItemResult) throws -> Void) throws {
        try visit(control, Engine.always) { cursor, verdict in try body(cursor.result(verdict: verdict)) }
    }

    private static let always = Window(start: .distantPast, end: .distantFuture)

    /// Items that happened within `judged`; one of which nobody knows when is among them. Gives what a Type I test passed over.
    @discardableResult
    func visit(_ control: Control, _ judged: Window, _ body: (borrowing ItemCursor, ItemVerdict) throws -> Void) throws -> ItemCounts {
        let compiled = try CompiledControl(control, erased: Set(coverage.erased.keys), looks: coverage.looks)
        let window = Engine.testWindow(period)
        let agreement = try agreement(compiled, window)
        let statement = try bench.prepare(compiled)
        let layout = try ItemLayout(compiled, statement.columnNames)
        if period.isTypeI {
            let chosen = try walkedThrough(statement, layout, agreement, window, control)
            var passedOver = ItemCounts()
            try each(statement, layout, agreement, window, Engine.always, control) { cursor, verdict in
                if cursor.ordinal == chosen || cursor.isUndated { try body(cursor, verdict) } else { passedOver.add(verdict) }
            }
            return passedOver
        }
        try each(statement, layout, agreement, window, judged, control, body)
        return ItemCounts()
    }

    /// Nil where no calendar item of the control counts a doubtful record. Holds some bytes for each span of the calendar and thing that is counted in it.
    private func agreement(_ compiled: CompiledControl, _ window: Window) throws -> Agreement? {
        let doubts = try bench.doubts(compiled.control)
        guard doubts.areThere else { return nil }
        func outcomes(_ seen: Seen) throws -> Agreement {
            let statement = try bench.prepare(compiled, seen)
            let layout = try ItemLayout(compiled, statement.columnNames)
            var outcomes: [UInt64: [Bool?]] = [:]
            try each(statement, layout, nil, window, Engine.always, compiled.control) { cursor, _ in outcomes[cursor.keyDigest] = cursor.outcomes }
            return Agreement(outcomes, isWithoutContested: doubts.leaveOutContested && seen == .withoutDoubtful)
        }
        return try outcomes(.withoutDoubtful).agreeing(with: outcomes(.everywhere))
    }

    /// The ordinal of the newest instance that shows the control at work: one that it applies to and that has fallen due, or else just the newest.
    private func walkedThrough(
        _ statement: Statement, _ layout: ItemLayout, _ agreement: Agreement?, _ window: Window, _ control: Control
    ) throws -> Int {
        var newest = 0
        var newestAtWork = 0
        try each(statement, layout, agreement, window, Engine.always, control) { cursor, verdict in
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
        _ statement: Statement, _ layout: ItemLayout, _ agreement: Agreement?, _ window: Window, _ judged: Window, _ control: Control,
        _ body: (borrowing ItemCursor, ItemVerdict) throws -> Void
    ) throws {
        bind(statement, window)
        var cursor = ItemCursor(statement, layout, asOf: asOf, contested: coverage.contested, agreement: agreement)
        var keys: Set<UInt64> = []
        do {
            while try cursor.next() {
                if let at = cursor.earliest, !judged.contains(at) {
                    cursor.skip()
                    continue
                }
                let isNew = keys.insert(cursor.keyDigest).inserted
                let verdict = cursor.verdict
                try body(cursor, isNew || verdict == .deviation ? verdict : .insufficientEvidence)
            }
        } catch let error as SQLiteError {
            let isEndless = error.isInterrupt
            throw Diagnostics(
                .error(
                    "control \(control.id): the SQL \(isEndless ? "takes too many steps: more than \(bench.stepLimit) million" : "failed: \(error.message)")",
                    at: control.population.query.place, hint: isEndless ? "does it recurse without an end, or join without a condition?" : nil))
        }
        statement.reset()
    }

    private func assess(_ wording: ControlWording) throws -> ControlResult {
        let control = wording.control
        var tally = Tally(control)
        let passedOver = try visit(control, wording.judges) { cursor, verdict in tally.add(cursor, verdict) }
        let holes = unreadable(wording) + holes(of: wording, since: tally.newest)
        let ruling = Ruling(
            wording: wording, period: period, window: Engine.testWindow(period), elapsed: elapsed.clipped(to: wording.judges), counts: tally.counts,
            passedOver: passedOver, contested: tally.contested, holes: holes, caps: caps(control, elapsed.clipped(to: wording.judges)))
        return ControlResult(
            control: control, wording: wording.isOneOfSeveral ? wording : nil, inForce: wording.inForce.start, verdict: ruling.verdict,
            reasons: ruling.reasons, counts: tally.counts, deviations: tally.deviations, insufficient: tally.insufficient, holes: holes,
            neededHoles: neededHoles(of: control, in: elapsed.clipped(to: wording.judges)), populationDigest: Digest(Array(tally.hash.finalize())),
            attributes: tally.attributes, trail: tally.trail, passedOver: passedOver)
    }

    private func unreadable(_ wording: ControlWording) -> [CoverageHole] {
        wording.unreadable.compactMap { hole in
            let window = hole.window.clipped(to: elapsed)
            return window.isEmpty ? nil : CoverageHole(kind: hole.kind, window: window, reason: hole.reason)
        }
    }

    private func disproved(_ kind: KindName, _ window: Window) -> String? {
        Spans.intersection(coverage.disproved[kind] ?? [], [window]).isEmpty
            ? nil : "a source of '\(kind)' lacks what another source of the same events has in it"
    }

    /// Of several sources the one that does not cover the time; one that covers nothing at all claims nothing.
    private func unseen(_ kind: KindName, _ window: Window) -> String? {
        for looks in coverage.looks where looks.kinds.contains(kind) {
            guard let covered = coverage.bySource[looks.source], let gap = Spans.gaps(in: window, covered: covered).first else { continue }
            return looks.reason(for: gap)
        }
        return nil
    }

    /// What the control reads of states: no verdict says more than what their snapshots show.
    private func caps(_ control: Control, _ window: Window) -> [String] {
        Set(control.population.complete + control.population.needs.map(\.kind)).sorted().flatMap { kind in
            coverage.looks.filter { $0.kinds.contains(kind) }.map { $0.cap(kind, in: window) }
        }
    }

    private func erased(_ kind: KindName, _ window: Window) -> String? {
        Spans.intersection(coverage.erased[kind] ?? [], [window]).isEmpty ? nil : "a record of '\(kind)' in it is erased"
    }

    /// For Type I only what lies behind the instance walked through: a hole before it hides nothing newer.
    private func holes(of wording: ControlWording, since newest: Instant?) -> [CoverageHole] {
        var window = elapsed.clipped(to: wording.judges)
        if period.isTypeI {
            window = elapsed
            if let newest { window = Window(start: min(max(newest, window.start), window.end), end: window.end) }
        }
        return wording.control.population.complete.flatMap { holes(of: $0, in: window) }
    }

    private func neededHoles(of control: Control, in window: Window) -> [CoverageHole] {
        Set(control.population.needs.map(\.kind)).subtracting(control.population.complete).sorted().flatMap { holes(of: $0, in: window) }
    }

    /// Where it is not proved that the kind was read whole.
    func holes(of kind: KindName, in window: Window) -> [CoverageHole] {
        if window.isEmpty { return [] }
        return Spans.gaps(in: window, covered: coverage.spans[kind] ?? []).map {
            CoverageHole(
                kind: kind, window: $0,
                reason: coverage.reasons[kind] ?? erased(kind, $0) ?? disproved(kind, $0) ?? unseen(kind, $0)
                    ?? "no sealed sheet proves that '\(kind)' was read whole over this time")
        }
    }
}

extension Window {
    /// Empty where they do not meet.
    fileprivate func clipped(to other: Window) -> Window {
        let start = max(start, other.start)
        return Window(start: start, end: max(start, min(end, other.end)))
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
        // Of what may lie outside of the control no attribute is counted.
        guard cursor.applies == true else { return }
        for i in attributes.indices {
            switch cursor.attribute(i) {
            case true?: attributes[i].isTrue += 1
            case false?: attributes[i].isFalse += 1
            case nil: attributes[i].isUnknown += 1
            }
        }
    }
}
