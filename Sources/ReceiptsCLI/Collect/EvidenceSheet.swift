import Connectors
import Evidence

/// The evidence sheet: what an auditor asks of a list that a system produced. Record 0 of every pull.
struct EvidenceSheet {
    let source: SourceDefinition
    let asked: Window
    let startedAt: Instant
    let finishedAt: Instant
    let report: PullReport
    let tally: PullTally
    let redactions: [String: Int]
    /// Where earlier pulls stopped. A file that is still as its cursor says is counted, not named again: half a year of daily files
    /// named every night would be most of the ledger.
    let known: [String: FileCursor]
    let files: [FileTally]
    let outcome: PullOutcome
    /// Of a state source: its newest snapshot before this pull.
    let previous: (entry: Int, at: Instant)?
    private let punctuality: PullPunctuality

    init(
        source: SourceDefinition, asked: Window, lastStart: Instant?, startedAt: Instant, finishedAt: Instant, report: PullReport, tally: PullTally,
        redactions: [String: Int], known: [String: FileCursor], files: [FileTally], previous: (entry: Int, at: Instant)? = nil
    ) {
        self.source = source
        self.asked = asked
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.report = report
        self.tally = tally
        self.redactions = redactions
        self.known = known
        self.files = files
        self.previous = previous
        outcome = EvidenceSheet.outcome(report, tally)
        punctuality = PullPunctuality(source, asked: report.asked ?? asked, lastStart: lastStart, startedAt: startedAt)
    }

    /// A reject leaves part of the source unknown, whatever the connector thought of its reading.
    private static func outcome(_ report: PullReport, _ tally: PullTally) -> PullOutcome {
        switch report.outcome {
        case .failed, .partial, .interrupted: report.outcome
        case .complete, .empty: tally.rejected > 0 ? .partial : tally.kept + tally.conflicts == 0 ? .empty : .complete
        }
    }

    var json: JSON {
        guard case .object(var members) = facts else { return facts }
        members["exchange"] = report.exchange?.json
        if source.schedule.every != nil { members["missed_pulls"] = .int(punctuality.missed) }
        if let retention = source.schedule.retention { members["retention_seconds"] = .integer(retention.inNanoseconds / 1_000_000_000) }
        if source.reads == .state {
            members["reads"] = .string(source.reads.rawValue)
            members["snapshot"] = snapshot
        }
        return .object(members)
    }

    private var facts: JSON {
        [
            "source": .string(source.id.text),
            "title": .string(source.title),
            "connector": .string(source.connector.name),
            "kinds": .array(Set(source.yields.map(\.kind.text)).sorted().map { .string($0) }),
            "query": .string(report.query),
            "zone": .string(source.zone.identifier),
            "personal_data": .string(source.personalData.rawValue),
            "fidelity": .string(fidelity.rawValue),
            "asked": EvidenceSheet.window(report.asked ?? asked),
            "answered": answered.map(EvidenceSheet.window) ?? .null,
            "export_begins": .instant(exportBegins),
            "written_at": .instant(report.writtenAt),
            "complete_days": .array(report.completeDays.map { .string($0.description) }),
            "restated_days": .array(restated.map { .string($0.description) }),
            "spoiled_days": .array(report.spoiledDays.map { .string($0.description) }),
            "started_at": .instant(startedAt),
            "finished_at": .instant(finishedAt),
            "outcome": .string(outcome.rawValue),
            "problems": .array(problems.map { .string($0) }),
            "files": .array(changed.sorted { $0.name < $1.name }.map(EvidenceSheet.cursor)),
            "files_broken": .array(report.broken.map { .string($0) }),
            "files_unchanged": .int(report.cursors.count - changed.count),
            "source_count": report.sourceCount.map { .int($0) } ?? .null,
            "counts": counts,
            "reject_reasons": .object(tally.rejects.mapValues { .int($0) }),
            "redactions": .object(redactions.mapValues { .int($0) }),
            "first_event": .instant(tally.firstEvent),
            "last_event": .instant(tally.lastEvent),
            "largest_silence_seconds": .integer(tally.largestSilence.inNanoseconds / 1_000_000_000),
            "config_digest": .string(source.digest),
            "tool": .string(toolVersion),
        ]
    }

    var problems: [String] {
        report.problems + files.compactMap(\.restatement) + [staleness, strayed, clockProblem, noSnapshot, unseen].compactMap { $0 } + punctuality.problems
    }

    private var isWindow: Bool {
        if case .window = source.coverage { return true }
        return false
    }

    /// A source that answers with what was not asked for takes no notice of the window: nobody knows what else it left out.
    private var strayed: String? {
        guard isWindow, let asked = report.asked, let first = tally.firstEvent, let last = tally.lastEvent else { return nil }
        let error = source.clockError
        guard first < asked.start.advanced(by: .zero - error - error) || last > asked.end.advanced(by: error + error) else { return nil }
        return "the source answered with events from \(first) to \(last), outside of what it was asked for: its answer proves no window"
    }

    private var clockProblem: String? {
        guard let clock = report.exchange?.clock else { return nil }
        let offset = clock.offset < .zero ? .zero - clock.offset : clock.offset
        guard offset > source.clockError + clock.within else { return nil }
        return "the source's clock is \(EvidenceSheet.seconds(offset)) s \(clock.offset < .zero ? "behind" : "ahead of") ours (within "
            + "\(EvidenceSheet.seconds(clock.within)) s), more than 'clock:' of the source declares"
    }

    static func seconds(_ duration: Duration) -> String {
        let tenths = duration.inNanoseconds / 100_000_000
        return "\(tenths / 10).\(abs(tenths % 10))"
    }

    /// A copy that nobody made anew since the last pull.
    private var staleness: String? {
        guard case .export(_, isLive: false) = source.coverage, let written = report.writtenAt, asked.start != .distantPast, written < asked.start else {
            return nil
        }
        return "what is read here was last written at \(written.wholeSeconds), before the last pull: it proves nothing after that"
    }

    /// Days of which a file no longer holds what was read from it before, and holds something else.
    private var restated: [Day] { Set(files.filter { $0.restatement != nil }.compactMap { report.dayFiles[$0.name] }).sorted() }

    private var isExport: Bool {
        if case .export = source.coverage { return true }
        return false
    }

    /// An export that repeats nothing of what was read from it before may have lost something in between: it speaks from its first record on.
    private var exportBegins: Instant? {
        guard isExport else { return nil }
        let begins = files.filter { $0.known > 0 && $0.repeated == 0 }.map { $0.firstEvent ?? startedAt } + [punctuality.horizon].compactMap { $0 }
        return begins.max()
    }

    /// Where a part of an export is gone, the rest speaks for the whole only if it repeats something: the part may have got another name.
    private var answered: Window? { isWindow ? punctuality.provable(answeredWhole) : answeredWhole }

    private var answeredWhole: Window? {
        if isWindow, tally.rejected > 0 || strayed != nil { return nil }
        let present = Set(report.cursors.map(\.name))
        guard isExport, known.keys.contains(where: { !present.contains($0) }), !files.contains(where: { $0.repeated > 0 }) else { return report.answered }
        return nil
    }

    private var changed: [FileCursor] { report.cursors.filter { known[$0.name] != $0 } }

    private var counts: JSON {
        [
            "read": .int(tally.read), "kept": .int(tally.kept), "rows": .int(tally.rows), "duplicates": .int(tally.duplicates),
            "conflicts": .int(tally.conflicts), "rejected": .int(tally.rejected), "erased_before": .int(tally.erased),
        ]
    }

    private var fidelity: Fidelity { source.fidelity }

    private static func window(_ window: Window) -> JSON {
        let start: JSON = window.start == .distantPast ? "beginning" : .instant(window.start)
        return ["from": start, "to": .instant(window.end)]
    }

    private static func cursor(_ cursor: FileCursor) -> JSON {
        ["name": .string(cursor.name), "size": .int(cursor.size), "digest": .string(cursor.digest), "records": .int(cursor.records)]
    }

    /// For a pull that its process did not survive.
    static func interrupted(_ source: SourceID, _ at: Instant, closedAt: Instant) -> JSON {
        [
            "source": .string(source.text), "started_at": .instant(at), "finished_at": .instant(closedAt),
            "outcome": .string(PullOutcome.interrupted.rawValue), "tool": .string(toolVersion),
            "problems": ["the process ended before the pull did; nothing of it was kept, and the next pull asks again"],
            "counts": ["read": 0, "kept": 0, "rows": 0, "duplicates": 0, "conflicts": 0, "rejected": 0, "erased_before": 0],
            "query": "",
        ]
    }
}

/// Of the whole program; a changed one makes a new revision.
package let toolVersion = "receipts 0.1.0"

extension SourceDefinition {
    /// How its stored bytes came to be.
    var fidelity: Fidelity {
        if case .http(let settings) = connector, settings.shape.isRendered || settings.isXML { return .rendered }
        if !jsonIn.isEmpty { return .rendered }
        return switch connector.decoder {
        // Made by the connector: of commits, of rows of a database.
        case nil, .junit?, .xml?: .rendered
        case .jsonLines?, .json?, .csv?, .text?, .zipMember?: .asReceived
        case .document?: .attested
        }
    }
}
