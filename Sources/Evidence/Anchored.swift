/// How somebody else vouches for a tree head.
package enum AnchorKind: String, Sendable, CaseIterable {
    /// An RFC 3161 token over the checkpoint's bytes.
    case timestamp
    /// A witness's line under the checkpoint, with the witness's own clock (C2SP tlog-cosignature).
    case cosignature
    /// A checkpoint that somebody kept and gave back. Only whoever kept it knows since when.
    case held

    /// Its time is somebody else's, and checked: in a ledger, a held checkpoint is only said to have been held.
    package var isIndependent: Bool {
        switch self {
        case .timestamp, .cosignature: true
        case .held: false
        }
    }

    package var title: String {
        switch self {
        case .timestamp: "time-stamp token"
        case .cosignature: "cosignature"
        case .held: "held checkpoint"
        }
    }
}

/// An anchor that was checked and found valid: by `time` the tree of `size` entries was there.
package struct Anchored: Sendable, Hashable {
    /// Its entry in the ledger; nil for one that the reader brings along.
    package let entry: Int?
    package let kind: AnchorKind
    /// Authority, witness or holder, as a person would name them.
    package let by: String
    /// Entries below this are covered.
    package let size: Int
    /// As the anchor says, with its accuracy. Of a held one our own clock when it was imported; nil where the reader alone knows.
    package let time: Span?

    package init(entry: Int?, kind: AnchorKind, by: String, size: Int, time: Span?) {
        self.entry = entry
        self.kind = kind
        self.by = by
        self.size = size
        self.time = time
    }
}

/// Between which instants an entry was made, as far as anybody else can tell. An end that is nil is open.
package struct TimeBounds: Sendable, Hashable {
    package let notBefore: Anchored?
    package let notAfter: Anchored?
    package init(notBefore: Anchored?, notAfter: Anchored?) {
        self.notBefore = notBefore
        self.notAfter = notAfter
    }
}

/// The bounds that a ledger's anchors give its entries.
package struct AnchorBounds: Sendable {
    package let anchored: [Anchored]
    package init(_ anchored: [Anchored]) { self.anchored = anchored }

    /// Not after: the earliest anchor whose tree holds the entry; one that our own clock dates only where there is no other.
    /// Not before: the latest independent anchor that the ledger took in before the entry, for its token cannot have been known earlier.
    package func of(_ entry: Int) -> TimeBounds {
        var notBefore: (anchor: Anchored, at: Instant)?
        var notAfter: (anchor: Anchored, at: Instant)?
        for anchor in anchored {
            guard let time = anchor.time else { continue }
            if anchor.size > entry, isBetter(anchor, time.latest, than: notAfter) { notAfter = (anchor, time.latest) }
            guard let own = anchor.entry, own < entry, anchor.kind.isIndependent else { continue }
            if notBefore.map({ $0.at < time.earliest }) ?? true { notBefore = (anchor, time.earliest) }
        }
        return TimeBounds(notBefore: notBefore?.anchor, notAfter: notAfter?.anchor)
    }

    private func isBetter(_ anchor: Anchored, _ at: Instant, than other: (anchor: Anchored, at: Instant)?) -> Bool {
        guard let other else { return true }
        if anchor.kind.isIndependent != other.anchor.kind.isIndependent { return anchor.kind.isIndependent }
        return at < other.at
    }

    /// The entries 0 ..< `size` in runs of equal bounds, in order.
    package func runs(of size: Int) -> [(entries: Range<Int>, bounds: TimeBounds)] {
        let cuts = Set([0] + anchored.flatMap { [$0.size, ($0.entry ?? -1) + 1] }).filter { $0 >= 0 && $0 < size }.sorted()
        var runs: [(entries: Range<Int>, bounds: TimeBounds)] = []
        for (i, cut) in cuts.enumerated() {
            let end = i + 1 < cuts.count ? cuts[i + 1] : size
            let bounds = of(cut)
            if let last = runs.last, last.bounds == bounds {
                runs[runs.count - 1] = (last.entries.lowerBound..<end, bounds)
            } else {
                runs.append((cut..<end, bounds))
            }
        }
        return runs
    }

    /// The independent anchor that covers most entries, the earliest of those that cover as many.
    package var widest: Anchored? { AnchorBounds.widest(of: anchored.filter(\.kind.isIndependent)) }

    package static func widest(of anchored: [Anchored]) -> Anchored? {
        anchored.min { a, b in
            a.size == b.size ? (a.time?.latest ?? .distantFuture) < (b.time?.latest ?? .distantFuture) : a.size > b.size
        }
    }
}
