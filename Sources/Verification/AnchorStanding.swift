import Anchors
import Evidence
import Ledger
import Seal

/// One anchor and what became of it, for a reader.
package struct AnchorLine: Sendable {
    /// `e12`, or the file that the reader gave.
    package let place: String
    package let kind: AnchorKind
    package let by: String
    package let size: Int?
    package let time: Span?
    package let state: String

    init(_ anchored: Anchored, place: String) {
        self.init(
            place: place, kind: anchored.kind, by: anchored.by, size: anchored.size, time: anchored.time,
            state: anchored.kind.isIndependent || anchored.entry == nil ? "valid" : "only its holder can confirm it (--anchor)")
    }

    init(unchecked kind: AnchorKind, by: String, size: Int? = nil, time: Span? = nil, place: String) {
        self.init(place: place, kind: kind, by: by, size: size, time: time, state: "not checked: it leads to nobody that you named")
    }

    private init(place: String, kind: AnchorKind, by: String, size: Int?, time: Span?, state: String) {
        self.place = place
        self.kind = kind
        self.by = by
        self.size = size
        self.time = time
        self.state = state
    }

    /// Whoever made what is verified could name any root in it.
    init(selfNamed anchored: Anchored, place: String) {
        self.init(
            place: place, kind: anchored.kind, by: anchored.by, size: anchored.size, time: anchored.time,
            state: anchored.kind.isIndependent ? "not checked: it agrees with a root that only this archive names" : AnchorLine(anchored, place: place).state)
    }

    func undecided(_ state: String) -> AnchorLine { AnchorLine(place: place, kind: kind, by: by, size: size, time: time, state: "undecided: " + state) }

    var contradicting: AnchorLine { AnchorLine(place: place, kind: kind, by: by, size: size, time: time, state: "contradicts this: see below") }

    var text: String {
        var words = "anchor \(place): \(kind.title)"
        if let size { words += " over \(size) entries" }
        if let time { words += ", \(AnchorStanding.words(time))\(kind == .held ? " by our clock" : "")" }
        return words + ", \(kind == .held && state != "valid" ? "said to be held by" : "by") \(by): \(state)"
    }

    var json: JSON {
        [
            "place": .string(place), "kind": .string(kind.rawValue), "by": .string(by), "size": size.map { .int($0) } ?? .null,
            "earliest": .instant(time?.earliest), "latest": .instant(time?.latest), "state": .string(state),
        ]
    }
}

/// Whom the roots come from that anchors were held against.
package enum RootOrigin: Sendable {
    /// Named by who runs the verification, in the programme or on the command line.
    case reader
    /// Only what is verified itself names them: whoever could make it anew could name others.
    case subject
}

/// What the anchors of a ledger, portal or archive come to.
package struct AnchorStanding: Sendable {
    package private(set) var lines: [AnchorLine] = []
    package private(set) var findings: [String] = []
    /// One of them speaks against what is verified; the others are of anchors that cannot be used.
    package private(set) var isContradiction = false
    package let bounds: AnchorBounds
    /// What must be covered for the whole to be anchored, and what is shown of.
    private let wanted: Int
    private let size: Int
    private let origin: RootOrigin
    private let outside: [Anchored]

    /// `wanted`: entries up to the last one of evidence. `size`: all entries. `clock`: nil where the entries are not at hand.
    package init(
        stored: [StoredAnchor], outside: OutsideAnchors, roots: TrustRoots, origin: RootOrigin, wanted: Int, size: Int, clock: EntryClock? = nil
    ) {
        var anchored: [Anchored] = []
        for one in stored {
            let place = "e\(one.entry)"
            let verdict = AnchorProof(kind: one.anchor.kind, checkpoint: one.checkpoint, proof: one.proof).verdict(roots)
            switch AnchorStanding.judge(one, verdict) {
            case .success(let valid?):
                anchored.append(valid)
                lines.append(origin == .subject ? AnchorLine(selfNamed: valid, place: place) : AnchorLine(valid, place: place))
            case .success(nil):
                lines.append(AnchorLine(unchecked: one.anchor.kind, by: one.anchor.by, size: one.anchor.size, time: one.anchor.said?.time, place: place))
            case .failure(let flaw): findings.append("anchor \(place): \(flaw.reason)")
            }
        }
        lines += outside.lines
        findings += outside.findings
        isContradiction = !findings.isEmpty
        findings += outside.unusable
        bounds = AnchorBounds(anchored + outside.anchored)
        self.wanted = wanted
        self.size = size
        self.origin = origin
        self.outside = outside.anchored
        let contradictions = clock?.contradictions(bounds, size: size) ?? []
        findings += contradictions
        if !contradictions.isEmpty { isContradiction = true }
    }

    /// Of what holds no signed head at all; a reader's anchors then have nothing to agree with.
    static func none(besides files: [String] = []) -> AnchorStanding {
        var standing = AnchorStanding(stored: [], outside: .none, roots: .none, origin: .reader, wanted: 1, size: 0)
        standing.findings = files.map { "anchor '\($0)': there is no signed head here to hold it against" }
        return standing
    }

    private struct Flaw: Error { let reason: String }

    private static func judge(_ stored: StoredAnchor, _ verdict: AnchorVerdict) -> Result<Anchored?, Flaw> {
        let entry = stored.anchor
        guard let said = entry.said else {
            return .success(Anchored(entry: stored.entry, kind: entry.kind, by: entry.by, size: entry.size, time: Span(entry.at)))
        }
        switch verdict {
        case .valid(let time, let by, _):
            // The root that the entry names is the one of its import; a reader may believe another certificate of the same chain.
            guard time == said.time, by == entry.by else { return .failure(Flaw(reason: "the entry does not say what the \(entry.kind.title) says")) }
            return .success(Anchored(entry: stored.entry, kind: entry.kind, by: by, size: entry.size, time: time))
        case .unknownRoot: return .success(nil)
        case .refused(let error): return .failure(Flaw(reason: "\(error)"))
        }
    }

    // MARK: What it comes to

    /// Heads whose time is believed by whom the roots are of.
    var dated: [AnchoredHead] {
        guard origin == .reader else { return [] }
        return bounds.anchored.filter(\.kind.isIndependent).compactMap { one in one.time.map { AnchoredHead(size: one.size, at: $0.latest) } }
    }

    /// By a root that the reader named, or the reader's own copy.
    private var believed: [Anchored] { origin == .reader ? bounds.anchored.filter { $0.kind.isIndependent || $0.entry == nil } : outside }

    /// The one that covers most.
    private var widest: Anchored? { AnchorBounds.widest(of: believed) }

    /// What bounds are shown: those by a root that only the subject names are its own word.
    private var shown: AnchorBounds { origin == .reader ? bounds : AnchorBounds(outside) }

    /// Over all evidence.
    package var isWhole: Bool { believed.contains { $0.size >= wanted } }

    package var words: String {
        guard let widest else {
            if lines.isEmpty { return VerificationReport.unanchored }
            if origin == .subject, let own = bounds.widest {
                return
                    "\(VerificationReport.unanchored) that can be relied on: that of \(own.by), up to entry \(min(own.size, size) - 1), agrees with a root that "
                    + "only this archive names (--tsa-ca, --witness)"
            }
            return "\(VerificationReport.unanchored) that can be relied on: \(lines.count == 1 ? "its one anchor was" : "its anchors were") not checked"
        }
        let when = widest.time.map { " at \(AnchorStanding.words($0))" } ?? ""
        var words = "anchored up to entry \(min(widest.size, size) - 1)\(when) by \(widest.by)"
        if widest.size < wanted { words += "; later entries self-attested" }
        return words
    }

    static func words(_ span: Span) -> String { span.isExact ? "\(span.earliest)" : "\(span.earliest) to \(span.latest)" }

    var text: [String] {
        guard !shown.anchored.isEmpty else { return lines.map(\.text) }
        return lines.map(\.text)
            + shown.runs(of: size).map { run in
                let last = run.entries.upperBound - 1
                let entries = run.entries.count == 1 ? "entry \(last)" : "entries \(run.entries.lowerBound) to \(last)"
                let (before, after) = (AnchorStanding.end(run.bounds.notBefore, \.earliest), AnchorStanding.end(run.bounds.notAfter, \.latest))
                return "\(entries): not before \(before), not after \(after)"
            }
    }

    private static func end(_ anchor: Anchored?, _ side: KeyPath<Span, Instant>) -> String {
        guard let anchor, let time = anchor.time else { return "unknown" }
        return "\(time[keyPath: side])\(anchor.kind.isIndependent ? "" : " (our clock)")"
    }

    var json: [String: JSON] {
        let runs = shown.runs(of: size).map { run -> JSON in
            [
                "first": .int(run.entries.lowerBound), "last": .int(run.entries.upperBound - 1), "not_before": .instant(run.bounds.notBefore?.time?.earliest),
                "not_after": .instant(run.bounds.notAfter?.time?.latest),
            ]
        }
        return [
            "anchor": .string(words), "anchors": .array(lines.map(\.json)), "bounds": .array(runs), "anchored_size": .int(widest?.size ?? 0),
            "anchored_whole": .bool(isWhole),
        ]
    }
}
