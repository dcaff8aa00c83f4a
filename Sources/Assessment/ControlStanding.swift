import Controls
import Evidence

/// What evidence proves of one control today: its state, why, and what to do next.
struct ControlStanding {
    let state: GapState
    let finding: String
    let nextAction: String
    let isBlocker: Bool

    /// `missing`: kinds that no source yields. `evidence`: since when all needed kinds arrive. `tested`: the part of the period that is over.
    /// `inForce`: since when the wording is.
    init(_ result: ControlResult, missing: [KindName], evidence: Instant?, tested: Window, inForce: Instant) {
        guard missing.isEmpty else {
            let kinds = missing.map(\.text).joined(separator: ", ")
            self.init(.notInstrumented(missing: missing), "no source yields \(kinds)", "configure a source that yields \(kinds)", isBlocker: true)
            return
        }
        guard let evidence else {
            self.init(.notStarted, "sources are configured, nothing valid has arrived", "collect, and mend what the pulls report", isBlocker: true)
            return
        }
        let since = Self.firstUntroubled(result, evidence: evidence, tested: tested, inForce: inForce)
        if let obstacle = Self.obstacle(result, since: since, tested: tested, inForce: inForce) {
            self.init(.instrumented(since: evidence), obstacle.finding, obstacle.action, isBlocker: obstacle.isBlocker)
        } else {
            self.init(.operating(since: since), Self.record(result), Self.upkeep(result), isBlocker: false)
        }
    }

    private init(_ state: GapState, _ finding: String, _ nextAction: String, isBlocker: Bool) {
        self.state = state
        self.finding = finding
        self.nextAction = nextAction
        self.isBlocker = isBlocker
    }

    /// The first instant after everything that speaks against the control. Nothing before the period was tested.
    private static func firstUntroubled(_ result: ControlResult, evidence: Instant, tested: Window, inForce: Instant) -> Instant {
        ([tested.start, inForce, evidence, result.trail.troubledUntil].compactMap { $0 } + result.holes.map(\.window.end)).max() ?? evidence
    }

    private struct Obstacle {
        let finding: String
        let action: String
        var isBlocker = true
    }

    /// Why the control does not operate now, gravest first; nil where it does.
    private static func obstacle(_ result: ControlResult, since: Instant, tested: Window, inForce: Instant) -> Obstacle? {
        let (counts, trail) = (result.counts, result.trail)
        if inForce >= tested.end, !tested.isEmpty {
            return Obstacle(
                finding: result.reasons.first ?? "no wording is in force before \(result.control.effectiveFrom)",
                action: "put a wording in force before the period begins")
        }
        if let hole = result.holes.filter({ $0.window.end >= tested.end }).min(by: { $0.window.start < $1.window.start }) {
            return Obstacle(
                finding: "\(hole.kind) is not proved whole since \(hole.window.start): \(hole.reason)",
                action: "close the hole in \(hole.kind) from \(hole.window.start) on")
        }
        if let until = trail.troubledUntil, (trail.lastOperated ?? .distantPast) < since {
            let when = until == .distantFuture ? "with an item that has no instant" : "until \(until)"
            return Obstacle(finding: "\(troubles(counts)) \(when), and no item operated since", action: "\(remedy(counts)); the next item has to operate")
        }
        if since > tested.end { return Obstacle(finding: "evidence arrives since \(since), and no whole day is tested since", action: "wait for a whole day") }
        if counts.total == 0, result.control.population.complete.isEmpty {
            return Obstacle(finding: "no scheduled occurrence ends within the period", action: "wait for the first occurrence", isBlocker: false)
        }
        switch result.verdict {
        case .notYetDue: return Obstacle(finding: "nothing has fallen due yet", action: "wait for the first due date", isBlocker: false)
        case .notApplicable:
            return Obstacle(finding: "no item is one that the control applies to", action: "confirm that the control applies to something", isBlocker: false)
        case .designGap, .deviation, .insufficientEvidence, .noOccurrence, .operated: return nil
        }
    }

    /// What came before, for a control that operates now.
    private static func record(_ result: ControlResult) -> String {
        let counts = result.counts
        if counts.deviation + counts.insufficientEvidence > 0 { return "\(troubles(counts)) of \(counts.total) items, none since" }
        if let hole = result.holes.first { return "\(hole.kind) was not proved whole from \(hole.window.start), and is since" }
        if result.verdict == .designGap { return "no wording was in force before \(result.control.effectiveFrom)" }
        if counts.total == 0 { return "nothing occurred that it applies to, and the records are whole" }
        return "\(counts.operated) of \(counts.total) operated"
    }

    private static func upkeep(_ result: ControlResult) -> String {
        let counts = result.counts
        if counts.deviation + counts.insufficientEvidence > 0 { return remedy(counts) }
        if let hole = result.holes.first { return "account for the hole in \(hole.kind) from \(hole.window.start) to \(hole.window.end)" }
        return counts.total == 0 ? "show the live source when asked" : "keep collecting"
    }

    private static func troubles(_ counts: ItemCounts) -> String {
        [(counts.deviation, "deviated"), (counts.insufficientEvidence, "unproved")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
            .joined(separator: ", ")
    }

    private static func remedy(_ counts: ItemCounts) -> String {
        let (deviations, unproved) = (counts.deviation, counts.insufficientEvidence)
        return [
            deviations > 0 ? "resolve or explain \(deviations) deviation\(deviations == 1 ? "" : "s")" : nil,
            unproved > 0 ? "find the records missing for \(unproved) item\(unproved == 1 ? "" : "s")" : nil,
        ].compactMap { $0 }.joined(separator: ", ")
    }
}
