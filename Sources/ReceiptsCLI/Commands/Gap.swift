import ArgumentParser
import Assessment
import Evidence

struct Gap: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gap", abstract: "Say what is missing, whose it is, and when an honest period could begin.",
        discussion: "Management's readiness, not an examination. Exits with 4 while a blocker stands.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @Option(help: "The period's id in receipts.yaml; the current one if not named.")
    var period: String?

    func run() throws {
        try reporting {
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let session = try work.session(period: period)
            let gap = try session.gap(try session.engine.assess())
            world.output(format.format == .json ? GapText(gap).json.canonical : GapText(gap).text)
            return gap.items.contains(where: \.isBlocker) ? .attention : .done
        }
    }
}

/// The gap report for a terminal or a machine.
struct GapText {
    private let gap: GapReport
    init(_ gap: GapReport) { self.gap = gap }

    // MARK: For a terminal

    var text: String {
        let day = gap.today.daysSinceEpoch - gap.startedOn.daysSinceEpoch
        let head = [
            "30-60-90 gap report (\(GapReport.statement))",
            "day \(day) of the plan that started on \(gap.startedOn), as known at \(gap.asOf)",
        ]
        return (head + blockers + milestones + wishes + start).joined(separator: "\n")
    }

    private var blockers: [String] {
        let items = gap.blockers
        guard !items.isEmpty else { return ["", "blockers: none"] }
        return ["", "blockers: \(items.count)"] + table(items)
    }

    private var milestones: [String] {
        let days = Set(gap.items.map(\.milestone) + gap.plan.compactMap { if case .milestone(let day) = $0.stage { day } else { nil } })
        return days.sorted().flatMap { day in
            let all = gap.items.filter { $0.milestone == day }
            let operating = all.count { $0.operatingSince != nil }
            let head = "day \(day), \(gap.startedOn.adding(days: day)): \(operating) of \(all.count) operating"
            return ["", head] + table(all.filter { !$0.isBlocker }) + plan(.milestone(day))
        }
    }

    private var wishes: [String] {
        [(PlanStage.quickWin, "quick wins"), (.longerTerm, "longer term")].flatMap { stage, title in
            let rows = plan(stage)
            return rows.isEmpty ? [] : ["", title] + rows
        }
    }

    private var start: [String] {
        guard let start = gap.earliestPeriodStart else {
            return ["", "earliest credible start of a Type II period: open while a blocker stands"]
        }
        let last = gap.lastToBegin.map(\.control.text).joined(separator: ", ")
        return ["", "earliest credible start of a Type II period: \(start) (last to begin: \(last))"]
            + gap.periods.map { "  \(padded($0.months)) months: \($0.first) to \($0.last)" }
    }

    private func padded(_ months: Int) -> String { months < 10 ? " \(months)" : "\(months)" }

    /// Two lines a control: what is so, and what to do.
    private func table(_ items: [GapItem]) -> [String] {
        let rows = items.map { item in
            let late = item.daysOverdue(on: gap.today)
            return [item.control.text, state(item.state), "due \(item.due)" + (late > 0 ? ", \(late) days overdue" : ""), item.owner]
        }
        return zip(Columns.aligned(rows), items).flatMap { row, item in
            let reason = item.dueReason.map { ["          due day set: \($0)"] } ?? []
            return ["  " + row, "          over the period \(item.verdict.title): \(item.finding)", "          next: \(item.nextAction)"] + reason
        }
    }

    private func plan(_ stage: PlanStage) -> [String] {
        let rows = gap.plan.filter { $0.stage == stage }
        return zip(Columns.aligned(rows.map { ["[\($0.progress.title)]", $0.item.title] }), rows).flatMap { row, item in
            ["  " + row, "          \(item.finding)"]
        }
    }

    private func state(_ state: GapState) -> String { state.title + (state.since.map { " since \(gap.zone.day(of: $0))" } ?? "") }

    // MARK: For a machine

    var json: JSON {
        [
            "as_of": .instant(gap.asOf), "statement": .string(GapReport.statement), "started_on": .string(gap.startedOn.description),
            "items": .array(gap.items.map(item)), "plan": .array(gap.plan.map(planItem)), "earliest_period_start": .instant(gap.earliestPeriodStart),
            "periods": .array(
                gap.periods.map { ["months": .int($0.months), "first": .string($0.first.description), "last": .string($0.last.description)] }),
        ]
    }

    private func item(_ item: GapItem) -> JSON {
        [
            "control": .string(item.control.text), "owner": .string(item.owner), "milestone": .int(item.milestone),
            "due": .string(item.due.description), "due_reason": .text(item.dueReason), "days_overdue": .int(item.daysOverdue(on: gap.today)),
            "state": .string(item.state.name), "first_evidence": .instant(item.firstEvidence), "operating_since": .instant(item.operatingSince),
            "verdict": .string(item.verdict.rawValue), "finding": .string(item.finding), "next_action": .string(item.nextAction),
            "blocker": .bool(item.isBlocker),
        ]
    }

    private func planItem(_ row: GapPlanItem) -> JSON {
        [
            "id": .string(row.item.id), "title": .string(row.item.title), "stage": .string(row.stage.title),
            "due": .text(row.due?.description), "days_overdue": .int(row.daysOverdue(on: gap.today)), "state": .string(row.progress.rawValue),
            "controls": .array(row.item.controls.map { .string($0.text) }), "evidence": .array(row.item.evidence.map { .string($0.text) }),
            "not_yet": .text(row.item.notYet), "finding": .string(row.finding),
        ]
    }
}

/// Cells under each other.
private enum Columns {
    static func aligned(_ rows: [[String]]) -> [String] {
        let widths = rows.reduce(into: [Int]()) { widths, row in
            for (i, cell) in row.enumerated() {
                if i == widths.count { widths.append(0) }
                widths[i] = max(widths[i], cell.count)
            }
        }
        return rows.map { row in
            row.enumerated().map { i, cell in
                i == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[i] - cell.count)
            }.joined(separator: "  ")
        }
    }
}
