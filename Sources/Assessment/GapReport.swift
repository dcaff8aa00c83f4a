import Controls
import Evidence

/// What is missing, whose it is, and when an honest period could begin. Every state here comes from evidence, none from a plan.
package struct GapReport: Sendable {
    /// By milestone, then id.
    package let items: [GapItem]
    /// The first instant from which every control has been operating; nil while one has not started.
    package let earliestPeriodStart: Instant?
    package let asOf: Instant
    package let startedOn: Day
    package init(items: [GapItem], earliestPeriodStart: Instant?, asOf: Instant, startedOn: Day) {
        self.items = items
        self.earliestPeriodStart = earliestPeriodStart
        self.asOf = asOf
        self.startedOn = startedOn
    }
}

package struct GapItem: Sendable {
    package let control: ControlID
    package let title: String
    package let owner: String
    package let milestone: Int
    /// Day 0 of the plan plus the milestone.
    package let due: Day
    package let state: GapState
    /// The one thing to do next.
    package let nextAction: String
    /// Keeps an honest period from beginning.
    package let isBlocker: Bool
    package init(
        control: ControlID, title: String, owner: String, milestone: Int, due: Day, state: GapState, nextAction: String, isBlocker: Bool
    ) {
        self.control = control
        self.title = title
        self.owner = owner
        self.milestone = milestone
        self.due = due
        self.state = state
        self.nextAction = nextAction
        self.isBlocker = isBlocker
    }
}

package enum GapState: Hashable, Sendable {
    /// No source yields a kind that the control needs.
    case notInstrumented(missing: [KindName])
    /// Sources are configured; nothing valid has arrived.
    case notStarted
    /// Evidence arrives since then, but items deviate, are unproved, or coverage has holes.
    case instrumented(since: Instant)
    /// Every item since then operated, and coverage has no hole since.
    case operating(since: Instant)
}
