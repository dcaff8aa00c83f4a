import Evidence
import Ledger

/// What the entries say of when they were made, to be held against what anchors say of it.
package struct EntryClock: Sendable {
    /// A clock that differs from others by less is no contradiction.
    static let tolerance = Duration.seconds(600)

    /// By entry; nil for one that says nothing of it.
    private let times: [Instant?]

    /// Nil for a simulated ledger: its clock is set by hand, and has nothing to do with anybody's.
    package init?(_ genesis: LedgerEntry.Genesis?, times: [Instant?]) {
        guard let genesis, !genesis.isSimulated else { return nil }
        self.times = times
    }

    /// A pull that was cut off is entered by a later run, under the time at which it began.
    package static func time(_ entry: LedgerEntry?) -> Instant? {
        if case .pull(let pull)? = entry, pull.outcome == .interrupted { return nil }
        return entry?.at
    }

    /// Entries that say they are younger than somebody saw them, or older than something that was known before them.
    package func contradictions(_ bounds: AnchorBounds, size: Int) -> [String] {
        bounds.runs(of: min(size, times.count)).flatMap { run -> [String] in
            let independent = { (anchor: Anchored?) in anchor.flatMap { $0.kind.isIndependent ? $0 : nil } }
            var found: [String] = []
            if let anchor = independent(run.bounds.notAfter), let time = anchor.time {
                let latest = time.latest.advanced(by: EntryClock.tolerance)
                found += contradiction(run.entries, "was there by \(time.latest) (\(anchor.by)): its clock was ahead") { $0 > latest }
            }
            if let anchor = independent(run.bounds.notBefore), let time = anchor.time {
                let earliest = time.earliest.advanced(by: .zero - EntryClock.tolerance)
                found += contradiction(run.entries, "was made after \(time.earliest) (\(anchor.by)): its clock was behind, or it is dated back") {
                    $0 < earliest
                }
            }
            return found
        }
    }

    /// One line for however many entries of a run.
    private func contradiction(_ entries: Range<Int>, _ what: String, where isWrong: (Instant) -> Bool) -> [String] {
        let wrong = entries.filter { times[$0].map(isWrong) ?? false }
        guard let first = wrong.first, let at = times[first] else { return [] }
        let more = wrong.count > 1 ? ", and so with \(wrong.count - 1) more up to entry \(wrong[wrong.count - 1])" : ""
        return ["entry \(first) says \(at), and \(what)\(more)"]
    }
}
