import Controls
import Evidence

/// What is missing, whose it is, and when an honest period could begin. Every state here comes from evidence, none from a plan.
package struct GapReport: Sendable {
    /// Blockers first, then by due day, then by id.
    package let items: [GapItem]
    /// In the plan's own order.
    package let plan: [GapPlanItem]
    /// The first instant from which every control has been operating; nil while a blocker stands.
    package let earliestPeriodStart: Instant?
    package let asOf: Instant
    package let startedOn: Day
    package let zone: Zone
    package init(
        items: [GapItem], plan: [GapPlanItem] = [], earliestPeriodStart: Instant?, asOf: Instant, startedOn: Day, zone: Zone = .utc
    ) {
        self.items = items.sorted { a, b in
            a.isBlocker != b.isBlocker ? a.isBlocker : (a.due, a.control) < (b.due, b.control)
        }
        self.plan = plan
        self.earliestPeriodStart = earliestPeriodStart
        self.asOf = asOf
        self.startedOn = startedOn
        self.zone = zone
    }

    /// Stands on every form of the report.
    package static let statement = "management readiness, not an examination"

    package var today: Day { zone.day(of: asOf) }
    package var blockers: [GapItem] { items.filter(\.isBlocker) }

    /// The controls that set the earliest start: nothing begins sooner unless they do.
    package var lastToBegin: [GapItem] {
        guard let start = earliestPeriodStart else { return [] }
        return items.filter { $0.state.since == start }
    }

    /// Periods of 3, 6 and 12 months from the first whole day on which every control operates; none while that is open.
    package var periods: [GapPeriod] {
        guard let start = earliestPeriodStart else { return [] }
        let day = zone.day(of: start)
        let first = zone.instant(day) == start ? day : day.adding(days: 1)
        return [3, 6, 12].map { GapPeriod(months: $0, first: first) }
    }
}

/// First and last day, both included.
package struct GapPeriod: Hashable, Sendable {
    package let months: Int
    package let first: Day
    package let last: Day

    init(months: Int, first: Day) {
        self.months = months
        self.first = first
        let month = first.year * 12 + first.month - 1 + months
        let (year, number) = (month / 12, month % 12 + 1)
        // From the 31st, a month that has no such day ends the period with its own last one.
        last =
            Day(year: year, month: number, day: first.day)?.adding(days: -1)
            ?? Day(daysSinceEpoch: (Day(year: year, month: number, day: 1) ?? first).daysSinceEpoch + Day.length(ofMonth: number, year: year) - 1)
    }
}

package struct GapItem: Sendable {
    package let control: ControlID
    package let title: String
    package let owner: String
    package let milestone: Int
    /// Day 0 of the plan plus the milestone, unless a lead has set another one.
    package let due: Day
    /// Why a lead has set another day; nil where the milestone stands.
    package let dueReason: String?
    /// Of the whole period; a control may deviate in it and yet operate since.
    package let verdict: ControlVerdict
    /// When the first evidence arrived that the control needs; nil before.
    package let firstEvidence: Instant?
    package let state: GapState
    /// What the state rests on, in one sentence.
    package let finding: String
    /// The one thing to do next.
    package let nextAction: String
    /// Keeps an honest period from beginning.
    package let isBlocker: Bool
    package init(
        control: ControlID, title: String, owner: String, milestone: Int, due: Day, dueReason: String? = nil, verdict: ControlVerdict,
        firstEvidence: Instant?, state: GapState, finding: String, nextAction: String, isBlocker: Bool
    ) {
        self.control = control
        self.title = title
        self.owner = owner
        self.milestone = milestone
        self.due = due
        self.dueReason = dueReason
        self.verdict = verdict
        self.firstEvidence = firstEvidence
        self.state = state
        self.finding = finding
        self.nextAction = nextAction
        self.isBlocker = isBlocker
    }

    package var operatingSince: Instant? { state.operatingSince }

    /// Days since the due day while the control does not operate; 0 on the due day and before.
    package func daysOverdue(on today: Day) -> Int {
        operatingSince == nil ? max(0, today.daysSinceEpoch - due.daysSinceEpoch) : 0
    }
}

package enum GapState: Hashable, Sendable {
    /// No source yields a kind that the control needs.
    case notInstrumented(missing: [KindName])
    /// Sources are configured; nothing valid has arrived.
    case notStarted
    /// Evidence arrives since then, and nothing in it shows that the control operates now.
    case instrumented(since: Instant)
    /// No deviation, unproved item or hole since then.
    case operating(since: Instant)

    package var since: Instant? {
        switch self {
        case .notInstrumented, .notStarted: nil
        case .instrumented(let since), .operating(let since): since
        }
    }
    package var operatingSince: Instant? {
        switch self {
        case .operating(let since): since
        case .notInstrumented, .notStarted, .instrumented: nil
        }
    }
    /// A word for machines.
    package var name: String {
        switch self {
        case .notInstrumented: "not_instrumented"
        case .notStarted: "not_started"
        case .instrumented: "instrumented"
        case .operating: "operating"
        }
    }
    /// Words for people, without a date.
    package var title: String {
        switch self {
        case .notInstrumented: "not instrumented"
        case .notStarted: "not started"
        case .instrumented: "instrumented"
        case .operating: "operating"
        }
    }
}

/// One item of the plan, and how far evidence says that it has come.
package struct GapPlanItem: Sendable {
    package let item: PlanItem
    package let stage: PlanStage
    /// Of a milestone's item: day 0 plus the milestone.
    package let due: Day?
    package let progress: PlanProgress
    /// What is done and what is lacking, in one sentence.
    package let finding: String
    package init(item: PlanItem, stage: PlanStage, due: Day?, progress: PlanProgress, finding: String) {
        self.item = item
        self.stage = stage
        self.due = due
        self.progress = progress
        self.finding = finding
    }

    /// Days since the due day while the item is not done; 0 where it has none.
    package func daysOverdue(on today: Day) -> Int {
        guard let due, progress != .doneByEvidence else { return 0 }
        return max(0, today.daysSinceEpoch - due.daysSinceEpoch)
    }
}

package enum PlanStage: Hashable, Sendable {
    case milestone(Int)
    case quickWin
    case longerTerm

    package var title: String {
        switch self {
        case .milestone(let day): "day \(day)"
        case .quickWin: "quick win"
        case .longerTerm: "longer term"
        }
    }
}

package enum PlanProgress: String, Hashable, Sendable, CaseIterable {
    case notStarted = "not_started"
    case inProgress = "in_progress"
    /// Every control that serves it operates, and every kind that shows it has records.
    case doneByEvidence = "done_by_evidence"

    package var title: String {
        switch self {
        case .notStarted: "not started"
        case .inProgress: "in progress"
        case .doneByEvidence: "done by evidence"
        }
    }
}
