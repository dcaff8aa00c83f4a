import Evidence
import Ledger

/// What `status` says of a source of which only the present can be read.
struct SnapshotFacts {
    let count: Int
    let last: Instant?
    /// The longest time in which nobody looked, between two snapshots.
    let largestHole: Duration?

    /// Nil of a source that reads events.
    init?(_ store: Store, _ source: SourceDefinition) throws {
        guard source.reads == .state else { return nil }
        let rows = try store.index.database.prepare("SELECT taken_at FROM snapshot WHERE source = ? ORDER BY taken_at")
        rows.bind(1, source.id.text)
        var (count, last, largest) = (0, Instant?.none, Int64?.none)
        while try rows.step() {
            let at = rows.integer(0)
            if let last { largest = max(largest ?? 0, at - last.nanoseconds) }
            last = Instant(nanoseconds: at)
            count += 1
        }
        self.count = count
        self.last = last
        largestHole = largest.map { .nanoseconds($0) }
    }

    var text: String {
        guard let last else { return ", no snapshot yet" }
        let hole = largestHole.map { ", nobody looked for up to \($0.inWords)" } ?? ""
        return ", \(count) \(count == 1 ? "snapshot" : "snapshots"), the last \(last.wholeSeconds)\(hole)"
    }

    var json: JSON {
        [
            "count": .int(count), "last": .instant(last),
            "largest_hole_seconds": largestHole.map { .integer($0.inNanoseconds / 1_000_000_000) } ?? .null,
        ]
    }
}

extension JSON {
    /// An object with one more member, where there is something to say.
    func adding(_ name: String, _ value: JSON?) -> JSON {
        guard let value, case .object(var members) = self else { return self }
        members[name] = value
        return .object(members)
    }
}
