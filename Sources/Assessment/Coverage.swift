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
    /// When records of each kind happened that are erased: what was decided with them cannot be decided any more. Everything, if nobody knows.
    package let erased: [KindName: [Window]]

    package init(
        spans: [KindName: [Window]], bySource: [SourceID: [Window]] = [:], reasons: [KindName: String] = [:], erased: [KindName: [Window]] = [:]
    ) {
        self.spans = spans
        self.bySource = bySource
        self.reasons = reasons
        self.erased = erased
    }

    package func isCovered(_ kind: KindName, _ window: Window) -> Bool {
        Spans.gaps(in: window, covered: spans[kind] ?? []).isEmpty
    }

    /// A kind with several sources is covered where all of them are: each holds a part of what happened. Sources without a rule claim
    /// nothing and veto nothing.
    package static func read(_ index: Database, sources: [SourceDefinition], kinds: [Kind]) throws -> Coverage {
        var bySource: [SourceID: [Window]] = [:]
        var erased: [KindName: [Window]] = [:]
        for source in sources {
            let erasures = try SourceErasures(index, source)
            for (kind, windows) in erasures.byKind { erased[kind] = Spans.union(erased[kind, default: []] + windows) }
            if source.coverage != .none { bySource[source.id] = try SourceCoverage(index, source, erasures).spans() }
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
        return Coverage(spans: spans, bySource: bySource, reasons: reasons, erased: erased)
    }
}

/// What the sheets of one source prove.
private struct SourceCoverage {
    let index: Database
    let source: SourceDefinition
    let erasures: SourceErasures

    init(_ index: Database, _ source: SourceDefinition, _ erasures: SourceErasures) {
        self.index = index
        self.source = source
        self.erasures = erasures
    }

    func spans() throws -> [Window] {
        let claimed: [Window] =
            switch source.coverage {
            case .export(let since): try export(since: since)
            case .dailyFiles: try days()
            case .continuous(let silence): try unbroken(silence)
            case .none: []
            }
        return Spans.union(Spans.subtracting(try conflicts() + erasures.days, from: Spans.union(claimed)))
    }

    /// The newest reading that left nothing unknown speaks for everything before it.
    private func export(since: Instant) throws -> [Window] {
        let rows = try index.prepare(
            """
            SELECT max(p.started_at) FROM pull p WHERE p.source = ?1 AND p.outcome IN ('complete', 'empty') AND NOT EXISTS (
                SELECT 1 FROM reject r LEFT JOIN origin o ON o.artifact = r.origin
                WHERE r.source = ?1 AND r.artifact >> 32 <= p.entry AND NOT EXISTS (
                    SELECT 1 FROM origin n WHERE n.source = ?1 AND n.name = o.name AND n.start = 0
                    AND n.artifact > r.artifact AND n.artifact >> 32 <= p.entry))
            """)
        rows.bind(1, source.id.text)
        guard try rows.step(), !rows.isNull(0) else { return [] }
        let until = Instant(nanoseconds: rows.integer(0))
        return until > since ? [Window(start: since, end: until)] : []
    }

    private func days() throws -> [Window] {
        // A record of unknown day that was erased may have been of any day that its pull had read whole.
        let rows = try index.prepare(
            """
            SELECT day FROM complete_day WHERE source = ?1 AND entry NOT IN (
                SELECT artifact >> 32 FROM erasure WHERE source = ?1 AND first_day IS NULL AND role <> 'O') ORDER BY day
            """)
        rows.bind(1, source.id.text)
        var spans: [Window] = []
        while try rows.step() {
            if let day = Day(rows.text(0)) { spans.append(source.zone.window(of: day)) }
        }
        return spans
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

    /// Where two records contradict each other, neither is the truth: the local day of either is not proved.
    private func conflicts() throws -> [Window] {
        var broken: [Window] = []
        for kind in Set(source.yields.map(\.kind)).sorted() {
            let rows = try index.prepare(
                "SELECT k.occurred_at FROM conflict c JOIN \"\(kind)\" k ON k.artifact = c.other WHERE c.source = ? AND k.occurred_at IS NOT NULL")
            rows.bind(1, source.id.text)
            while try rows.step() { broken.append(source.zone.window(of: source.zone.day(of: Instant(nanoseconds: rows.integer(0))))) }
        }
        return broken
    }
}
