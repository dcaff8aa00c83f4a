import Evidence

/// `controls/plan.yaml`: the 30-60-90 plan. What it says is wanted; only evidence says what is so.
package struct Plan: Hashable, Sendable {
    /// By day.
    package let milestones: [PlanMilestone]
    /// Small things that help at once, and those that take longer than the plan: neither has a due day.
    package let quickWins: [PlanItem]
    package let longerTerm: [PlanItem]
    /// Evidence-days a Type II period needs at least.
    package let periodDays: Int
    package init(milestones: [PlanMilestone], quickWins: [PlanItem] = [], longerTerm: [PlanItem] = [], periodDays: Int) {
        self.milestones = milestones
        self.quickWins = quickWins
        self.longerTerm = longerTerm
        self.periodDays = periodDays
    }
}

package struct PlanMilestone: Hashable, Sendable {
    /// Days after day 0.
    package let day: Int
    /// In one sentence.
    package let goal: String
    package let items: [PlanItem]
    package init(day: Int, goal: String, items: [PlanItem] = []) {
        self.day = day
        self.goal = goal
        self.items = items
    }
}

/// One thing that the plan wants, and by what it would be shown.
package struct PlanItem: Hashable, Sendable {
    package let id: String
    package let title: String
    /// Those that serve it, sorted.
    package let controls: [ControlID]
    /// Kinds whose records show it, sorted.
    package let evidence: [KindName]
    /// What cannot be shown by any control or kind so far. An item that says so is never done by evidence.
    package let notYet: String?
    package init(id: String, title: String, controls: [ControlID], evidence: [KindName], notYet: String? = nil) {
        self.id = id
        self.title = title
        self.controls = controls
        self.evidence = evidence
        self.notYet = notYet
    }
}
