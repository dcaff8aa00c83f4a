import Evidence

/// What the sheet of a state source says of its snapshots.
extension EvidenceSheet {
    /// The whole state at one instant; null where the pull shows less than that.
    var snapshot: JSON {
        guard whyNoSnapshot == nil else { return .null }
        return [
            "previous": previous.map { .int($0.entry) } ?? .null,
            "distance_seconds": previous.map { .integer((startedAt.nanoseconds - $0.at.nanoseconds) / 1_000_000_000) } ?? .null,
        ]
    }

    private var whyNoSnapshot: String? {
        if tally.rejected > 0 { return "a record of it could not be taken" }
        if outcome != .complete || report.answered == nil {
            return tally.kept == 0 && outcome == .empty
                ? "nothing came, and a register that is empty at once cannot be told from one that was not reached" : "it was not read whole"
        }
        if tally.erased > 0 { return "a record of it was erased before, and is not stored" }
        if let previous, previous.at >= startedAt { return "it is no later than the one before" }
        return nil
    }

    var noSnapshot: String? {
        guard source.reads == .state, let why = whyNoSnapshot else { return nil }
        return "this is no snapshot: \(why)"
    }

    /// A hole that no later pull can fill.
    var unseen: String? {
        guard case .snapshots(let every) = source.coverage, let previous, whyNoSnapshot == nil,
            startedAt.nanoseconds - previous.at.nanoseconds > every.inNanoseconds
        else { return nil }
        return
            "nobody looked between \(previous.at.wholeSeconds) and \(startedAt.wholeSeconds), longer than 'every:' allows: how things stood then stays unknown"
    }
}
