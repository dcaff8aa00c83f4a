import Assessment
import Evidence
import Ledger
import SQLite

/// What the sources' pages show, read from the index.
struct SourceViews {
    private let session: Session
    private let records: LedgerRecords

    init(_ session: Session, _ records: LedgerRecords) {
        self.session = session
        self.records = records
    }

    func all() throws -> [SourceView] {
        // Where management entered nothing there is nothing to show of it.
        return try session.folder.sources.sorted { $0.id < $1.id }.map(view).filter { $0.definition.id != ManagementSource.id || !$0.pulls.isEmpty }
    }

    private func view(_ source: SourceDefinition) throws -> SourceView {
        let window = session.period.window
        let kinds = Set(source.yields.map(\.kind)).sorted()
        let covered = session.coverage.bySource[source.id] ?? []
        let inPeriod = Spans.intersection(covered, [window])
        return SourceView(
            definition: source, pulls: try pulls(of: source.id), coverage: kinds.map { ($0, inPeriod) },
            recordsPerDay: try recordsPerDay(source, kinds), rejects: try rejects(of: source.id), erasures: try erasures(of: source.id),
            snapshots: session.coverage.looks.filter { $0.source == source.id }.flatMap { looks in kinds.map { looks.cap($0, in: window) } },
            changes: source.reads == .state ? try changes(of: source.id, in: window) : .none,
            reconciliations: session.coverage.reconciliations.filter { $0.isOf(source.id) })
    }

    /// A page lists so many; the index and the ledger have all.
    private static let rejectLimit = 200
    private static let changeLimit = 400

    private func rejects(of source: SourceID) throws -> [ArtifactID] {
        let rows = try session.index.prepare(
            """
            SELECT artifact FROM (SELECT artifact FROM reject WHERE source = ?1 UNION ALL SELECT artifact FROM conflict WHERE source = ?1)
            WHERE artifact >> 32 < ?2 AND artifact NOT IN (SELECT artifact FROM erasure WHERE source = ?1) ORDER BY artifact >> 32 DESC, artifact LIMIT ?3
            """)
        rows.bind(1, source.text)
        rows.bind(2, session.head.size)
        rows.bind(3, SourceViews.rejectLimit)
        var found: [ArtifactID] = []
        while try rows.step() { found.append(ArtifactID(packed: rows.integer(0))) }
        return found
    }

    private func changes(of source: SourceID, in window: Window) throws -> StateChanges {
        let condition = "source = ?1 AND entry < ?2 AND latest >= ?3 AND earliest < ?4"
        let rows = try session.index.prepare(
            """
            SELECT object, what, before, after, earliest, latest, (SELECT count(*) FROM state_change WHERE \(condition)),
                (SELECT json_extract(p.sheet, '$.config_digest') IS NOT json_extract(q.sheet, '$.config_digest')
                 FROM snapshot s JOIN pull p ON p.entry = s.entry JOIN pull q ON q.entry = s.previous WHERE s.entry = c.entry)
            FROM state_change c
            WHERE \(condition) ORDER BY entry DESC, object LIMIT ?5
            """)
        rows.bind(1, source.text)
        rows.bind(2, session.head.size)
        rows.bind(3, window.start.nanoseconds)
        rows.bind(4, window.end.nanoseconds)
        rows.bind(5, SourceViews.changeLimit)
        var (listed, count): ([StateChangeView], Int) = ([], 0)
        while try rows.step() {
            let artifacts = [2, 3].map { rows.isNull($0) ? nil : ArtifactID(packed: rows.integer($0)) }
            let instants = [4, 5].map { Instant(nanoseconds: rows.integer($0)) }.sorted()
            listed.append(
                StateChangeView(
                    object: rows.text(0), what: rows.text(1), before: artifacts[0], after: artifacts[1],
                    between: Span(earliest: instants[0], latest: instants[1]), isReconfigured: rows.int(7) != 0))
            count = rows.int(6)
        }
        return StateChanges(count: count, listed: listed)
    }

    private func erasures(of source: SourceID) throws -> [ErasureView] {
        let rows = try session.index.prepare(
            """
            SELECT artifact, entry, kinds, first_day, last_day, leaf, at, reason, approver FROM erasure WHERE source = ? AND entry < ? ORDER BY artifact
            """)
        rows.bind(1, source.text)
        rows.bind(2, session.head.size)
        var found: [ErasureView] = []
        while try rows.step() {
            let days = [3, 4].compactMap { rows.textIfAny($0).flatMap { Day($0) } }
            guard let leaf = Hex.decode(rows.text(5)), leaf.count == 32 else { continue }
            found.append(
                ErasureView(
                    artifact: ArtifactID(packed: rows.integer(0)), entry: rows.int(1),
                    kinds: rows.text(2).split(separator: " ").compactMap { KindName(String($0)) }, days: days.count == 2 ? days[0]...days[1] : nil,
                    leaf: Digest(leaf), at: Instant(nanoseconds: rows.integer(6)), reason: rows.text(7), approver: rows.text(8)))
        }
        return found
    }

    private func recordsPerDay(_ source: SourceDefinition, _ kinds: [KindName]) throws -> [(day: Day, records: Int)] {
        guard case .typeII(let window) = session.period.span else { return [] }
        let zone = session.period.zone
        var bounds: [Window] = []
        var days: [Day] = []
        var day = zone.day(of: window.start)
        while true {
            let span = zone.window(of: day)
            guard span.start < window.end else { break }
            bounds.append(span)
            days.append(day)
            day = day.adding(days: 1)
        }
        var counts = [Int](repeating: 0, count: days.count)
        for kind in kinds {
            let rows = try session.index.prepare("SELECT occurred_at FROM \"\(kind)\" WHERE source = ? AND occurred_at >= ? AND occurred_at < ?")
            rows.bind(1, source.id.text)
            rows.bind(2, window.start.nanoseconds)
            rows.bind(3, window.end.nanoseconds)
            var at = 0
            while try rows.step() {
                let instant = Instant(nanoseconds: rows.integer(0))
                if !bounds[at].contains(instant) { at = bounds.partitioningIndex { $0.end > instant } }
                counts[at] += 1
            }
        }
        return Array(zip(days, counts))
    }

    private func pulls(of source: SourceID) throws -> [PullView] {
        let rows = try session.index.prepare("SELECT entry, outcome, started_at, root, sheet FROM pull WHERE source = ? AND entry < ? ORDER BY entry")
        rows.bind(1, source.text)
        rows.bind(2, session.head.size)
        var pulls: [PullView] = []
        while try rows.step() {
            guard let sheet = try? JSON.parse(rows.bytes(4)), let outcome = PullOutcome(rawValue: rows.text(1)), let root = Hex.decode(rows.text(3)) else {
                throw LedgerError.damaged(ArtifactID(entry: rows.int(0), record: 0), reason: "the evidence sheet cannot be read")
            }
            pulls.append(
                try view(sheet, entry: rows.int(0), source, outcome, Instant(nanoseconds: rows.integer(2)), root: Digest(root)))
        }
        return pulls
    }

    private func view(_ sheet: JSON, entry: Int, _ source: SourceID, _ outcome: PullOutcome, _ at: Instant, root: Digest) throws -> PullView {
        func count(_ name: String) -> Int { sheet["counts"]?[name]?.int ?? 0 }
        var redactions: [(rule: String, count: Int)] = []
        if case .object(let rules)? = sheet["redactions"] {
            redactions = rules.map { ($0.key, $0.value.int ?? 0) }.sorted { $0.0 < $1.0 }
        }
        return PullView(
            entry: entry, source: source, outcome: outcome, startedAt: at, sealedAt: try records.sealedAt(entry), recordsIn: count("read"),
            kept: count("kept"), duplicates: count("duplicates"), conflicts: count("conflicts"), rejects: count("rejected"), erased: count("erased_before"),
            redactions: redactions,
            firstEvent: sheet["first_event"]?.text.flatMap { Instant($0) }, lastEvent: sheet["last_event"]?.text.flatMap { Instant($0) },
            problems: (sheet["problems"]?.list ?? []).compactMap(\.text), query: sheet["query"]?.text ?? "",
            exchange: sheet["exchange"].flatMap(SourceViews.exchange), root: root)
    }

    private static func exchange(_ sheet: JSON) -> String? {
        guard let pages = sheet["pages"]?.list else { return nil }
        var parts = ["\(pages.count) \(pages.count == 1 ? "page" : "pages")"]
        if let last = sheet["last_page"]?.text { parts.append(last) }
        if case .object(let lookups)? = sheet["lookups"] {
            for (name, counts) in lookups.sorted(by: { $0.key < $1.key }) {
                parts.append("'\(name)' asked for \(counts["asked"]?.int ?? 0) times, \(counts["absent"]?.int ?? 0) times there was none")
            }
        }
        if let server = sheet["server"]?.text { parts.append("by \(server)") }
        if let clock = sheet["clock"], let ahead = clock["ahead_ms"]?.int, let within = clock["within_ms"]?.int {
            parts.append("its clock \(abs(ahead)) ms \(ahead < 0 ? "behind" : "ahead"), within \(within) ms")
        }
        return parts.joined(separator: "; ")
    }
}

extension Array {
    /// The first index whose element answers true, where all that answer false come before those that answer true.
    fileprivate func partitioningIndex(_ belongs: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
