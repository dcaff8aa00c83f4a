import Evidence
import Ledger

/// How one source stands at an instant: what was collected of it, when it is due, and what is about to be lost.
struct SourceStanding {
    let source: SourceDefinition
    let now: Instant
    /// Of its newest pull; nil if it was never pulled.
    let outcome: PullOutcome.RawValue?
    let lastStart: Instant?
    /// The newest pull that brought something or found nothing new; it may have left a part unknown.
    let lastAnswered: Instant?
    /// The newest pull that left nothing unknown.
    let lastSuccess: Instant?
    /// Up to where the source is known whole, as far as pulls tell.
    let reach: Instant?

    /// Of a state source.
    let snapshots: SnapshotFacts?

    init(_ source: SourceDefinition, _ store: Store, now: Instant) throws {
        let index = store.index
        self.source = source
        self.now = now
        let row = try index.database.prepare("SELECT outcome FROM pull WHERE source = ? ORDER BY entry DESC LIMIT 1")
        row.bind(1, source.id.text)
        outcome = try row.step() ? row.text(0) : nil
        lastStart = try index.lastStart(of: source.id)
        lastAnswered = try index.lastPull(of: source.id)
        lastSuccess = try index.lastSoundPull(of: source.id)
        if case .http = source.connector { reach = try index.lastAnswered(of: source.id) } else { reach = lastSuccess }
        snapshots = try SnapshotFacts(store, source)
    }

    var lag: Duration? { reach.map { .nanoseconds(now.nanoseconds - $0.nanoseconds) } }
    /// The lag that is still safe: half of what the source keeps.
    var lagLimit: Duration? { source.schedule.retention.map { $0 / 2 } }
    var nextDue: Instant? {
        guard let every = source.schedule.every else { return nil }
        return lastStart?.advanced(by: every) ?? now
    }
    /// Pulls that were due since the last one and did not begin.
    var missed: Int { lastStart.map { source.schedule.missed(from: $0, to: now) } ?? 0 }

    /// Why a person should look, if one should: evidence is about to be lost, or was.
    var alarm: Diagnostic? {
        if let retention = source.schedule.retention, let limit = lagLimit, let horizon = source.schedule.horizon(at: now) {
            let keeps = "source '\(source.id)' keeps what it tells for \(retention.inWords)"
            guard let reach, let lag else {
                return .warning("\(keeps) and was never read whole: it is losing evidence", hint: "collect it: receipts collect --source \(source.id)")
            }
            if reach < horizon {
                return .warning(
                    "\(keeps) and is known whole up to \(reach.wholeSeconds): what it told from then to \(horizon.wholeSeconds) is lost there",
                    hint: "collect what is left: receipts collect --source \(source.id); the rest is a hole unless somebody exported it")
            }
            if lag > limit {
                return .warning(
                    "\(keeps) and is known whole up to \(reach.wholeSeconds): what came after is lost from \(reach.advanced(by: retention).wholeSeconds) on",
                    hint: "collect it before then: receipts collect --source \(source.id)")
            }
        }
        guard let every = source.schedule.every else { return nil }
        let due = "source '\(source.id)' is to be pulled every \(every.inWords)"
        guard let lastStart else { return .warning("\(due) and was never asked", hint: "see whether the scheduler calls 'receipts run'") }
        guard missed > 0 else { return nil }
        return .warning(
            "\(due) and was last asked at \(lastStart.wholeSeconds); pulls missed: \(missed)", hint: "see whether the scheduler calls 'receipts run'")
    }

    var text: String {
        var line = "source \(source.id): \(outcome ?? "never pulled")"
        if let lastAnswered { line += ", last answered \(lastAnswered.wholeSeconds)" }
        if let lastSuccess, lastSuccess != lastAnswered { line += ", last whole \(lastSuccess.wholeSeconds)" }
        if let limit = lagLimit { line += ", lag \(lag?.inWords ?? "unknown") of \(limit.inWords)" }
        if let nextDue { line += ", due \(nextDue.wholeSeconds)" }
        if missed > 0 { line += ", pulls missed: \(missed)" }
        return line + (snapshots?.text ?? "")
    }

    var json: JSON { schedule.adding("snapshots", snapshots?.json) }

    private var schedule: JSON {
        func seconds(_ duration: Duration?) -> JSON { duration.map { .integer($0.inNanoseconds / 1_000_000_000) } ?? .null }
        return [
            "id": .string(source.id.text), "outcome": .text(outcome), "last_answered": .instant(lastAnswered), "last_success": .instant(lastSuccess),
            "known_whole_to": .instant(reach), "lag_seconds": seconds(lag), "lag_limit_seconds": seconds(lagLimit),
            "retention_seconds": seconds(source.schedule.retention), "next_due": .instant(nextDue), "missed_pulls": .int(missed),
            "alarm": .text(alarm?.summary),
        ]
    }
}
