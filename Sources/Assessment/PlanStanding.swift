import Controls
import Evidence

/// How far the plan's items have come, by the controls and kinds that they name and never by declaration.
struct PlanStanding {
    private let states: [ControlID: GapState]
    private let firsts: FirstEvidence

    init(items: [GapItem], firsts: FirstEvidence) {
        states = Dictionary(items.map { ($0.control, $0.state) }) { first, _ in first }
        self.firsts = firsts
    }

    func all(of plan: Plan, startedOn: Day) throws -> [GapPlanItem] {
        try plan.milestones.flatMap { milestone in
            try milestone.items.map { try standing(of: $0, .milestone(milestone.day), due: startedOn.adding(days: milestone.day)) }
        } + plan.quickWins.map { try standing(of: $0, .quickWin, due: nil) } + plan.longerTerm.map { try standing(of: $0, .longerTerm, due: nil) }
    }

    private func standing(of item: PlanItem, _ stage: PlanStage, due: Day?) throws -> GapPlanItem {
        let idle = item.controls.filter { !isOperating($0) }
        let silent = try item.evidence.filter { try firsts.firstRecord($0) == nil }
        let total = item.controls.count + item.evidence.count
        let shown = total - idle.count - silent.count
        let progress: PlanProgress =
            if item.notYet == nil, total > 0, shown == total {
                .doneByEvidence
            } else if shown > 0 || idle.contains(where: hasEvidence) {
                .inProgress
            } else {
                .notStarted
            }
        return GapPlanItem(item: item, stage: stage, due: due, progress: progress, finding: finding(item, idle, silent))
    }

    private func isOperating(_ control: ControlID) -> Bool {
        if case .operating? = states[control] { return true }
        return false
    }
    private func hasEvidence(_ control: ControlID) -> Bool { states[control]?.since != nil }

    private func finding(_ item: PlanItem, _ idle: [ControlID], _ silent: [KindName]) -> String {
        var parts: [String] = []
        if !idle.isEmpty { parts.append("not operating: \(idle.map(\.text).joined(separator: ", "))") }
        if !silent.isEmpty { parts.append("no record yet: \(silent.map(\.text).joined(separator: ", "))") }
        if let notYet = item.notYet { parts.append(notYet) }
        return parts.isEmpty ? "every control operates, every kind has records" : parts.joined(separator: "; ")
    }
}
