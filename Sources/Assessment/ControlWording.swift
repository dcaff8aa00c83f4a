import Controls
import Evidence

/// A control as one of its files said it, and for which part of time that file was in force.
package struct ControlWording: Sendable {
    /// Of the newest wording within the period the control's own id; of the wordings before it `CHG-01.w1`, `CHG-01.w2`, …
    package let control: Control
    /// The id that all wordings of the control share.
    package let of: ControlID
    /// From 1, oldest first, of those that touch the period.
    package let number: Int
    package let count: Int
    /// Never empty. The newest has no end (`distantFuture`).
    package let inForce: Window
    /// When the ledger first held the file; nil while it was never collected.
    package let sealedAt: Instant?
    /// No file of the control is known from before it.
    package let isFirst: Bool
    /// Stretches in which another wording was in force that cannot be tested any more.
    package let unreadable: [CoverageHole]
    /// Stretches in which its file was taken away, and nothing was in force.
    package let gaps: [Window]
    /// What no run has found yet.
    package let pending: PendingChange?

    package init(
        control: Control, of: ControlID, number: Int = 1, count: Int = 1, inForce: Window, sealedAt: Instant? = nil, isFirst: Bool = true,
        unreadable: [CoverageHole] = [], gaps: [Window] = [], pending: PendingChange? = nil
    ) {
        self.control = control
        self.of = of
        self.number = number
        self.count = count
        self.inForce = inForce
        self.sealedAt = sealedAt
        self.isFirst = isFirst
        self.unreadable = unreadable
        self.gaps = gaps
        self.pending = pending
    }

    /// Which items it judges. Nothing was in force before the first wording: items from before are judged by it too, and the control has a design gap.
    var judges: Window { Window(start: isFirst ? .distantPast : inForce.start, end: inForce.end) }
    var isOneOfSeveral: Bool { count > 1 || !unreadable.isEmpty || !gaps.isEmpty }
}

/// A control file as the ledger kept it.
package struct KeptControlFile: Sendable {
    /// When a run first found it so.
    package let seenAt: Instant
    /// Nil if it cannot be read by the kinds and rules of today, or was taken away.
    package let control: Control?
    /// Why not.
    package let problem: String?
    /// Found to be there no more.
    package let isRemoved: Bool
    package init(seenAt: Instant, control: Control?, problem: String? = nil) {
        self.seenAt = seenAt
        self.control = control
        self.problem = problem
        isRemoved = false
    }
    package init(removedAt: Instant) {
        seenAt = removedAt
        control = nil
        problem = nil
        isRemoved = true
    }
}

extension ControlWording {
    /// The wordings of one control that touch the period, oldest first.
    ///
    /// The first wording is in force from the day that it declares. A later one takes over when a run first found it, or on the day that it declares if
    /// that is later: no edit reaches back. `history` is in the order of the ledger; a file that was never collected is in force from the
    /// day that it declares, and one that was edited since it was last collected is not in force yet.
    package static func all(of current: Control, history: [KeptControlFile], period: Period) -> [ControlWording] {
        let files = history.isEmpty ? [KeptControlFile(seenAt: .distantPast, control: current)] : history
        return all(of: current, files, period, isCollected: !history.isEmpty, pending: files.last?.control?.saysTheSame(as: current) == true ? nil : .edited)
    }

    /// The same of controls that have no file any more and had one within the period: whoever takes a control away does not take away what it found.
    /// They are tested up to the run that found their file gone; where none has yet, throughout.
    package static func withdrawn(_ history: [ControlID: [KeptControlFile]], present: [Control], period: Period) -> [ControlWording] {
        let present = Set(present.map(\.id))
        return history.keys.filter { !present.contains($0) }.sorted().flatMap { id -> [ControlWording] in
            guard let files = history[id], let last = files.last(where: { $0.control != nil })?.control else { return [] }
            let wordings = all(of: last, files, period, isCollected: true, pending: files.last?.isRemoved == true ? nil : .takenAway)
            let window = Engine.testWindow(period)
            return wordings.contains { $0.inForce.start < window.end && $0.inForce.end > window.start } ? wordings : []
        }
    }

    private static func all(
        of current: Control, _ files: [KeptControlFile], _ period: Period, isCollected: Bool, pending: PendingChange?
    ) -> [ControlWording] {
        var turns: [(file: KeptControlFile, start: Instant)] = []
        for file in files {
            if let last = turns.last, let before = last.file.control, let now = file.control, before.saysTheSame(as: now) {
                // Nothing that is tested or said has changed: in force since it was before, under the newer file's text.
                turns[turns.count - 1].file = KeptControlFile(seenAt: last.file.seenAt, control: now)
                continue
            }
            let declared = file.control.map { period.zone.instant($0.effectiveFrom) }
            let start = turns.isEmpty ? declared ?? file.seenAt : max(declared ?? file.seenAt, file.seenAt)
            turns.removeAll { $0.start >= start }
            turns.append((file, start))
        }
        let spans = turns.indices.map { i in
            (file: turns[i].file, inForce: Window(start: turns[i].start, end: i + 1 < turns.count ? turns[i + 1].start : .distantFuture))
        }
        let touching = touching(spans, period)
        let readable = touching.filter { $0.file.control != nil }
        let gaps = touching.filter(\.file.isRemoved).map(\.inForce)
        let holes = touching.filter { $0.file.control == nil && !$0.file.isRemoved }.map { span in
            CoverageHole(kind: KindName(trusted: "catalogue_entry"), window: span.inForce, reason: span.file.problem ?? "it cannot be read")
        }
        // Of a control whose every wording is unreadable there is still today's to say so under.
        guard !readable.isEmpty else {
            return [
                ControlWording(
                    control: current, of: current.id, inForce: Window(start: period.window.end, end: .distantFuture), isFirst: false, unreadable: holes,
                    gaps: gaps, pending: pending)
            ]
        }
        return readable.enumerated().map { i, span in
            let control = span.file.control ?? current
            let isLast = i == readable.count - 1
            return ControlWording(
                control: isLast ? control : control.with(id: ControlID(trusted: "\(current.id).w\(i + 1)")), of: current.id, number: i + 1,
                count: readable.count, inForce: span.inForce, sealedAt: isCollected ? span.file.seenAt : nil,
                isFirst: span.inForce.start == turns.first?.start, unreadable: isLast ? holes : [], gaps: isLast ? gaps : [],
                pending: isLast ? pending : nil)
        }
    }

    /// Type I: the one wording in force at the instant. Without any, the first: the verdict then says that none was in force.
    private static func touching(
        _ spans: [(file: KeptControlFile, inForce: Window)], _ period: Period
    ) -> [(file: KeptControlFile, inForce: Window)] {
        let window = Engine.testWindow(period)
        let touching = spans.filter { $0.inForce.start < window.end && $0.inForce.end > window.start }
        guard !touching.isEmpty else { return Array(spans.prefix(1)) }
        if period.isTypeI { return touching.suffix(1) }
        return touching
    }
}

extension Control {
    /// The same test in the same words. What is left out changes neither: owner, milestone, examples, place, comments.
    func saysTheSame(as other: Control) -> Bool {
        title == other.title && category == other.category && criteria == other.criteria && frequency == other.frequency && risk == other.risk
            && procedure == other.procedure && due == other.due && tolerable == other.tolerable && applies?.sql == other.applies?.sql
            && population.says == other.population.says && attributes.map(\.says) == other.attributes.map(\.says)
            && attributes.map { [$0.letter, $0.test.sql] } == other.attributes.map { [$0.letter, $0.test.sql] }
    }
}

extension Population {
    fileprivate var says: [String] {
        [item, at, query.sql] + key + complete.map(\.text) + needs.map { "\($0.kind) \($0.span)" }
    }
}

extension [ControlResult] {
    /// `21 controls`; where one was edited, `21 controls in 22 wordings`: so many verdicts there are.
    package var counted: String {
        let controls = count { !$0.isEarlierWording }
        let words = "\(controls) control\(controls == 1 ? "" : "s")"
        return controls == count ? words : "\(words) in \(count) wordings"
    }
}

/// What was done to a control's file since it was last collected; it is not in force before the next collection.
package enum PendingChange: Equatable, Sendable { case edited, takenAway }
