import Controls
import Evidence
import SQLite

/// Says what is missing, whose it is, and when an honest period could begin: from evidence alone.
package struct GapBuilder {
    private let catalogue: Catalogue
    private let programme: Programme
    private let index: Database
    private let coverage: Coverage

    package init(catalogue: Catalogue, programme: Programme, index: Database, coverage: Coverage) {
        self.catalogue = catalogue
        self.programme = programme
        self.index = index
        self.coverage = coverage
    }

    package func report(_ assessment: AssessmentResult) throws -> GapReport {
        let items = try assessment.controls.map { try item($0, asOf: assessment.asOf) }
            .sorted { ($0.milestone, $0.control) < ($1.milestone, $1.control) }
        return GapReport(items: items, earliestPeriodStart: earliest(items), asOf: assessment.asOf, startedOn: programme.startedOn)
    }

    /// The last control to begin operating sets the date; one that has not begun leaves it open.
    private func earliest(_ items: [GapItem]) -> Instant? {
        var latest: Instant?
        for item in items {
            switch item.state {
            case .operating(let since): latest = max(latest ?? since, since)
            case .instrumented(let since) where !item.isBlocker: latest = max(latest ?? since, since)
            case .notInstrumented, .notStarted, .instrumented: return nil
            }
        }
        return latest
    }

    private func item(_ result: ControlResult, asOf: Instant) throws -> GapItem {
        let control = result.control
        let state = try state(of: result)
        return GapItem(
            control: control.id, title: control.title, owner: control.owner, milestone: control.milestone,
            due: programme.startedOn.adding(days: control.milestone), state: state, nextAction: action(for: result, state),
            isBlocker: isBlocker(result, state))
    }

    private func kinds(of control: Control) -> [KindName] {
        Set(control.population.complete + control.population.needs.map(\.kind)).sorted()
    }

    private func state(of result: ControlResult) throws -> GapState {
        let needed = kinds(of: result.control)
        let missing = needed.filter { kind in !programme.sources.contains { $0.yields.contains { $0.kind == kind } } }
        guard missing.isEmpty else { return .notInstrumented(missing: missing) }
        var since: Instant?
        for kind in needed {
            guard let first = try firstEvidence(of: kind) else { continue }
            since = max(since ?? first, first)
        }
        guard let since else { return .notStarted }
        return result.verdict == .operated || result.verdict == .noOccurrence ? .operating(since: since) : .instrumented(since: since)
    }

    /// The start of its coverage where a source claims any, else its first record.
    private func firstEvidence(of kind: KindName) throws -> Instant? {
        let record = try index.integer("SELECT min(occurred_at) FROM \"\(kind)\"").map { Instant(nanoseconds: $0) }
        guard let covered = coverage.spans[kind]?.first?.start else { return record }
        return record.map { max($0, covered) } ?? covered
    }

    private func isBlocker(_ result: ControlResult, _ state: GapState) -> Bool {
        switch state {
        case .notInstrumented, .notStarted: true
        case .instrumented, .operating: result.verdict == .designGap || (result.counts.total == 0 && !result.holes.isEmpty)
        }
    }

    /// One next step, from the gravest thing found.
    private func action(for result: ControlResult, _ state: GapState) -> String {
        switch state {
        case .notInstrumented(let missing):
            return "configure a source that yields \(missing.map(\.text).joined(separator: ", "))"
        case .notStarted: return "collect: sources are configured, nothing valid has arrived"
        case .instrumented, .operating: break
        }
        switch result.verdict {
        case .designGap: return "put a wording in force before the period begins"
        case .deviation: return "resolve or explain \(result.counts.deviation) deviation\(result.counts.deviation == 1 ? "" : "s")"
        case .insufficientEvidence:
            if let hole = result.holes.first { return "close the hole in \(hole.kind) from \(hole.window.start): \(hole.reason)" }
            return "find the records missing for \(result.counts.insufficientEvidence) item\(result.counts.insufficientEvidence == 1 ? "" : "s")"
        case .noOccurrence: return "nothing: show the live source when asked"
        case .notYetDue: return "wait for the first due date"
        case .notApplicable: return "confirm that the control applies to something"
        case .operated: return "keep collecting"
        }
    }
}
