import Assessment
import Controls
import Evidence

/// The gap report for spreadsheets: one row a control, blockers first, then one row an item of the plan. UTF-8, CRLF.
package func gapReportCSV(_ edition: Edition) -> [UInt8] {
    let gap = edition.gap
    var out: [UInt8] = []
    writeRow(
        [
            "row", "id", "title", "owner", "stage", "due", "due_reason", "days_overdue", "state", "first_evidence", "operating_since", "verdict",
            "blocker", "finding", "next_action", "controls", "evidence", "not_yet", "as_of", "statement",
        ], into: &out)
    for item in gap.items {
        writeRow(
            [
                "control", item.control.text, item.title, item.owner, PlanStage.milestone(item.milestone).title, item.due.description,
                item.dueReason ?? "", String(item.daysOverdue(on: gap.today)), item.state.name, text(item.firstEvidence),
                text(item.operatingSince), item.verdict.rawValue, item.isBlocker ? "yes" : "no", item.finding, item.nextAction, "", "", "",
                gap.asOf.description, GapReport.statement,
            ], into: &out)
    }
    for row in gap.plan {
        writeRow(
            [
                "plan", row.item.id, row.item.title, "", row.stage.title, row.due?.description ?? "", "",
                row.due == nil ? "" : String(row.daysOverdue(on: gap.today)), row.progress.rawValue, "", "", "", "", row.finding, "",
                row.item.controls.map(\.text).joined(separator: " "), row.item.evidence.map(\.text).joined(separator: " "), row.item.notYet ?? "",
                gap.asOf.description, GapReport.statement,
            ], into: &out)
    }
    return out
}

private func text(_ instant: Instant?) -> String { instant?.description ?? "" }
