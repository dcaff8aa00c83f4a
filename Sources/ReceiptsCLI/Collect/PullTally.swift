import Evidence

/// Where a record lies that could not be read.
struct RejectExample {
    let origin: String
    let ordinal: Int
    let reason: String
}

/// What a pull counted.
struct PullTally {
    var read = 0
    var kept = 0
    var rows = 0
    var duplicates = 0
    var conflicts = 0
    /// Erased before, and not stored again.
    var erased = 0
    private(set) var rejects: [String: Int] = [:]
    /// The first few, for the person at the terminal; the ledger has them all.
    private(set) var examples: [RejectExample] = []
    private(set) var firstEvent: Instant?
    private(set) var lastEvent: Instant?
    private(set) var largestSilence = Duration.zero
    private var previous: Instant?

    var rejected: Int { rejects.values.reduce(0, +) }

    mutating func note(reject: RejectExample) {
        rejects[reject.reason, default: 0] += 1
        if examples.count < 5 { examples.append(reject) }
    }

    /// Events come in the source's order; only steps forward count as silence.
    mutating func note(event: Span?) {
        guard let event else { return }
        firstEvent = min(firstEvent ?? event.earliest, event.earliest)
        lastEvent = max(lastEvent ?? event.latest, event.latest)
        if let previous, event.earliest > previous {
            largestSilence = max(largestSilence, .nanoseconds(event.earliest.nanoseconds - previous.nanoseconds))
        }
        previous = event.latest
    }
}
