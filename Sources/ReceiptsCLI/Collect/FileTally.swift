import Evidence

/// What one reading of one file brought, held against what was read from it before.
struct FileTally {
    let name: String
    /// Records that earlier pulls read from it and could read; 0 where this one did not begin at its start.
    let known: Int
    /// Records that the ledger has already, also with other content.
    var repeated = 0
    private(set) var new = 0
    private(set) var firstEvent: Instant?

    init(name: String, known: Int) {
        self.name = name
        self.known = known
    }

    mutating func note(new event: Span?) {
        new += 1
        guard let event else { return }
        firstEvent = min(firstEvent ?? event.earliest, event.earliest)
    }

    /// Said where something of what the file held is gone from it and something else has come. That something is only gone takes nothing back.
    var restatement: String? {
        let gone = known - repeated
        guard gone > 0, new > 0 else { return nil }
        return "'\(name)' no longer holds \(gone) of \(known) records that were read from it before, and holds \(new) other\(new == 1 ? "" : "s")"
    }
}

extension [FileTally] {
    /// Changes the tally of the file in hand.
    mutating func noteLast(_ change: (inout FileTally) -> Void) {
        if !isEmpty { change(&self[count - 1]) }
    }
}
