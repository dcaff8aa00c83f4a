import Evidence
import SQLite

/// For which instants each kind has a live, complete source behind it, as the sealed sheets prove.
package struct Coverage: Sendable {
    /// Merged spans per kind; a kind that is not there is covered nowhere.
    package let spans: [KindName: [Window]]
    /// The same per source that claims anything.
    package let bySource: [SourceID: [Window]]
    /// Why a kind has no coverage at all, for kinds that have none.
    package let reasons: [KindName: String]
    /// What each sound reading showed whole, and when: a record that came later and lies in it was not there then.
    package let readings: [SoundReading]
    /// Records that a later one with the same id contradicts: neither is known to be the truth.
    package let contested: Set<ArtifactID>
    /// When records of each kind happened that are erased: what was decided with them cannot be decided any more. Everything, if nobody knows.
    package let erased: [KindName: [Window]]
    /// Days of each kind on which a source of it lacks what another source of the same events has.
    package let disproved: [KindName: [Window]]
    /// Of state sources, by id.
    package let looks: [StateLooks]
    /// Sources of the same events, held against each other; in the order of their ids.
    package let reconciliations: [ReconciliationResult]

    package init(
        spans: [KindName: [Window]], bySource: [SourceID: [Window]] = [:], reasons: [KindName: String] = [:], readings: [SoundReading] = [],
        contested: Set<ArtifactID> = [], erased: [KindName: [Window]] = [:], disproved: [KindName: [Window]] = [:], looks: [StateLooks] = [],
        reconciliations: [ReconciliationResult] = []
    ) {
        self.spans = spans
        self.bySource = bySource
        self.reasons = reasons
        self.readings = readings
        self.contested = contested
        self.erased = erased
        self.disproved = disproved
        self.looks = looks
        self.reconciliations = reconciliations
    }

    package func isCovered(_ kind: KindName, _ window: Window) -> Bool {
        Spans.gaps(in: window, covered: spans[kind] ?? []).isEmpty
    }

    private static func contested(_ index: Database) throws -> Set<ArtifactID> {
        let rows = try index.prepare("SELECT DISTINCT other FROM conflict WHERE other >= 0")
        var found: Set<ArtifactID> = []
        while try rows.step() { found.insert(ArtifactID(packed: rows.integer(0))) }
        return found
    }

    /// A kind with several sources is covered where all of them are: each holds a part of what happened. Sources without a rule claim
    /// nothing and veto nothing. What one source has and another of the same events lacks disproves the other's days; `period` is what is counted of that.
    package static func read(
        _ index: Database, sources: [SourceDefinition], kinds: [Kind], reconciliations: [Reconciliation] = [],
        period: Window = Window(start: .distantPast, end: .distantFuture)
    ) throws -> Coverage {
        var bySource: [SourceID: [Window]] = [:]
        var readings: [SoundReading] = []
        var erased: [KindName: [Window]] = [:]
        var looks: [StateLooks] = []
        for source in sources {
            let erasures = try SourceErasures(index, source)
            for (kind, windows) in erasures.byKind { erased[kind] = Spans.union(erased[kind, default: []] + windows) }
            let seen = source.reads == .state ? try StateLooks(index, source) : nil
            if let seen { looks.append(seen) }
            guard source.coverage != .none else { continue }
            let history = SourceCoverage(index, source, erasures, seen)
            readings += try history.readings()
            bySource[source.id] = try history.spans()
        }
        let claims = bySource
        var results: [ReconciliationResult] = []
        var disproved: [KindName: [Window]] = [:]
        for reconciliation in reconciliations {
            guard let first = sources.first(where: { $0.id == reconciliation.first.source }),
                let second = sources.first(where: { $0.id == reconciliation.second.source })
            else { continue }
            let outcome = try Reconciler(index, reconciliation, first: first, second: second, period: period).run(claims: claims)
            for source in [first, second] {
                guard let holes = outcome.holes[source.id], let claimed = bySource[source.id] else { continue }
                bySource[source.id] = Spans.subtracting(holes, from: claimed)
                for yield in source.yields { disproved[yield.kind] = Spans.union(disproved[yield.kind, default: []] + holes) }
            }
            results.append(outcome.result)
        }
        var spans: [KindName: [Window]] = [:]
        var reasons: [KindName: String] = [:]
        for kind in kinds {
            let yielding = sources.filter { $0.yields.contains { $0.kind == kind.name } }
            let claiming = yielding.compactMap { bySource[$0.id] }
            if let first = claiming.first {
                spans[kind.name] = claiming.dropFirst().reduce(first, Spans.intersection)
            } else if let only = yielding.first {
                reasons[kind.name] = "source '\(only.id)' does not say how it proves completeness (covers:)"
            } else {
                reasons[kind.name] = "no source yields '\(kind.name)'"
            }
        }
        return Coverage(
            spans: spans, bySource: bySource, reasons: reasons, readings: readings, contested: try contested(index), erased: erased,
            disproved: disproved, looks: looks.sorted { $0.source < $1.source }, reconciliations: results)
    }
}

/// What the sheets of one source prove.
private struct SourceCoverage {
    let index: Database
    let source: SourceDefinition
    let erasures: SourceErasures
    let looks: StateLooks?

    init(_ index: Database, _ source: SourceDefinition, _ erasures: SourceErasures, _ looks: StateLooks?) {
        self.index = index
        self.source = source
        self.erasures = erasures
        self.looks = looks
    }

    func spans() throws -> [Window] {
        let claimed: [Window] =
            switch source.coverage {
            case .export, .dailyFiles, .window: try readings().map(\.window)
            case .continuous(let silence): try unbroken(silence)
            case .snapshots(let every): looks?.covered(every: every) ?? []
            case .none: []
            }
        return Spans.union(Spans.subtracting(try conflicts() + erasures.days, from: Spans.union(claimed)))
    }

    /// Of exports, daily files and windows; silence between events is no reading.
    func readings() throws -> [SoundReading] {
        switch source.coverage {
        case .export(let since, let isLive): try exports(since: since, isLive: isLive)
        case .dailyFiles: try days()
        case .window: try AnsweredWindows(index, source.id).readings()
        case .continuous, .snapshots, .none: []
        }
    }

    /// A reading that found the export and left nothing unknown speaks for everything before it, as far back as the export reaches without a break.
    ///
    /// It says nothing of what came after the copy was written, however often that is read.
    private func exports(since: Instant, isLive: Bool) throws -> [SoundReading] {
        let rows = try index.prepare(
            """
            SELECT p.entry, p.started_at, json_extract(p.sheet, '$.export_begins'), json_extract(p.sheet, '$.written_at'),
                p.outcome IN ('complete', 'empty') AND json_extract(p.sheet, '$.answered') IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM reject r LEFT JOIN origin o ON o.artifact = r.origin
                WHERE r.source = ?1 AND r.artifact >> 32 <= p.entry AND NOT EXISTS (
                    SELECT 1 FROM origin n WHERE n.source = ?1 AND n.name = o.name AND n.start = 0
                    AND n.artifact > r.artifact AND n.artifact >> 32 <= p.entry))
            FROM pull p WHERE p.source = ?1 ORDER BY p.entry
            """)
        rows.bind(1, source.id.text)
        var readings: [SoundReading] = []
        var start = since
        while try rows.step() {
            let at = Instant(nanoseconds: rows.integer(1))
            if !rows.isNull(2) { start = max(since, Instant(rows.text(2)) ?? at) }
            let written = isLive || rows.isNull(3) ? at : Instant(rows.text(3)) ?? .distantPast
            let end = min(at, written)
            guard rows.integer(4) != 0, end > start else { continue }
            readings.append(SoundReading(source: source.id, entry: rows.int(0), at: at, window: Window(start: start, end: end)))
        }
        return readings
    }

    private func days() throws -> [SoundReading] {
        // A record of unknown day that was erased may have been of any day that its pull had read whole.
        let rows = try index.prepare(
            """
            SELECT d.day, p.entry, p.started_at FROM complete_day d JOIN pull p ON p.entry = d.entry
            WHERE d.source = ?1 AND d.entry NOT IN (
                SELECT artifact >> 32 FROM erasure WHERE source = ?1 AND first_day IS NULL AND role <> 'O') ORDER BY d.day
            """)
        rows.bind(1, source.id.text)
        let (restated, unread) = (try restatedDays(), try unmappedOrigins())
        var readings: [SoundReading] = []
        while try rows.step() {
            let text = rows.text(0)
            guard let day = Day(text), !restated.contains(text), !unread.contains(where: { $0.contains(text) }) else { continue }
            readings.append(
                SoundReading(source: source.id, entry: rows.int(1), at: Instant(nanoseconds: rows.integer(2)), window: source.zone.window(of: day)))
        }
        return readings
    }

    /// Days of which a file came again and said something else than it had said.
    private func restatedDays() throws -> Set<String> {
        let rows = try index.prepare(
            """
            SELECT DISTINCT d.value FROM pull p, json_each(p.sheet, '$.restated_days') d
            WHERE p.source = ? AND json_extract(p.sheet, '$.restated_days') <> '[]'
            """)
        rows.bind(1, source.id.text)
        var days: Set<String> = []
        while try rows.step() { days.insert(rows.text(0)) }
        return days
    }

    /// Files with records that the mapping of their time could read and the one in force cannot: no later reading mends that.
    private func unmappedOrigins() throws -> [String] {
        let rows = try index.prepare(
            "SELECT DISTINCT o.name FROM reject r JOIN origin o ON o.artifact = r.origin WHERE r.source = ? AND r.reason LIKE 'the mapping in force %'")
        rows.bind(1, source.id.text)
        var names: [String] = []
        while try rows.step() { names.append(rows.text(0)) }
        return names
    }

    /// Between events no further apart than `silence`; a reject lies somewhere between its neighbours and breaks that stretch.
    private func unbroken(_ silence: Duration) throws -> [Window] {
        var events: [(artifact: Int64, span: Span)] = []
        for kind in Set(source.yields.map(\.kind)).sorted() {
            let rows = try index.prepare(
                "SELECT artifact, occurred_at, occurred_at_latest FROM \"\(kind)\" WHERE source = ? AND occurred_at IS NOT NULL ORDER BY occurred_at")
            rows.bind(1, source.id.text)
            while try rows.step() {
                events.append((rows.integer(0), Span(earliest: Instant(nanoseconds: rows.integer(1)), latest: Instant(nanoseconds: rows.integer(2)))))
            }
        }
        events.sort { ($0.span.earliest, $0.artifact) < ($1.span.earliest, $1.artifact) }
        var spans: [Window] = []
        for (one, next) in zip(events, events.dropFirst())
        where next.span.latest.nanoseconds - one.span.earliest.nanoseconds <= silence.inNanoseconds {
            spans.append(Window(start: one.span.earliest, end: next.span.latest.advanced(by: .nanoseconds(1))))
        }
        return Spans.subtracting(try rejects(among: events.sorted { $0.artifact < $1.artifact }), from: Spans.union(spans))
    }

    private func rejects(among events: [(artifact: Int64, span: Span)]) throws -> [Window] {
        let rows = try index.prepare("SELECT artifact FROM reject WHERE source = ? ORDER BY artifact")
        rows.bind(1, source.id.text)
        var broken: [Window] = []
        while try rows.step() {
            let after = events.firstIndex { $0.artifact > rows.integer(0) } ?? events.count
            let start = after > 0 ? events[after - 1].span.earliest : .distantPast
            let end = after < events.count ? events[after].span.latest : .distantFuture
            broken.append(Window(start: min(start, end), end: max(start, end)))
        }
        return broken
    }

    /// Where two records contradict each other, neither is the truth: the local days of both are not proved.
    private func conflicts() throws -> [Window] {
        var broken = try days(of: "SELECT occurred_at, occurred_at_latest FROM conflict WHERE source = ? AND occurred_at IS NOT NULL")
        for kind in Set(source.yields.map(\.kind)).sorted() {
            broken += try days(
                of: """
                    SELECT k.occurred_at, k.occurred_at_latest FROM conflict c JOIN "\(kind)" k ON k.artifact = c.other
                    WHERE c.source = ? AND k.occurred_at IS NOT NULL
                    """)
        }
        return broken
    }

    private func days(of sql: String) throws -> [Window] {
        let rows = try index.prepare(sql)
        rows.bind(1, source.id.text)
        var days: [Window] = []
        while try rows.step() {
            let first = source.zone.day(of: Instant(nanoseconds: rows.integer(0)))
            let last = source.zone.day(of: Instant(nanoseconds: max(rows.integer(0), rows.integer(1))))
            days.append(Window(start: source.zone.window(of: first).start, end: source.zone.window(of: last).end))
        }
        return days
    }
}

/// One reading that showed a source whole over a window.
package struct SoundReading: Hashable, Sendable {
    package let source: SourceID
    /// The pull's entry.
    package let entry: Int
    package let at: Instant
    package let window: Window
    package init(source: SourceID, entry: Int, at: Instant, window: Window) {
        self.source = source
        self.entry = entry
        self.at = at
        self.window = window
    }
}
