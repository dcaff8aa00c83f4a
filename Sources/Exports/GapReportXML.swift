import Assessment
import Controls
import Evidence

/// `gap-report.xml`: readiness for machines, in a format of our own because OSCAL has none for it. docs/formats/gap-report.md says what means what.
package func gapReportXML(_ edition: Edition) throws -> [UInt8] {
    try GapReportXML(gap: edition.gap, edition: edition, xml: XMLDocument()).bytes()
}

private struct GapReportXML {
    let gap: GapReport
    let edition: Edition
    let xml: XMLDocument

    func bytes() throws -> [UInt8] {
        let attributes: [(String, String?)] = [
            ("xmlns", "urn:receipts:gap-report:1"), ("as-of", gap.asOf.description), ("day-zero", gap.startedOn.description),
            ("day", String(gap.today.daysSinceEpoch - gap.startedOn.daysSinceEpoch)), ("evidence-root", edition.seal.root.description),
            ("revision", edition.revision), ("simulated-ledger", edition.isSimulated ? "yes" : "no"),
        ]
        try xml.element("gap-report", attributes) {
            try xml.line("statement", [], GapReport.statement)
            try xml.line("entity", [], edition.programme.entity)
            try xml.line("system", [], edition.programme.system)
            try periodStart()
            try xml.element("controls") {
                for item in gap.items.sorted(by: { $0.control < $1.control }) { try control(item) }
            }
            try xml.element("plan") {
                for row in gap.plan { try planItem(row) }
            }
        }
        return try xml.finished()
    }

    private func periodStart() throws {
        try xml.element("earliest-period-start", [("at", gap.earliestPeriodStart?.description)]) {
            for item in gap.blockers.sorted(by: { $0.control < $1.control }) { try xml.element("blocked-by", [("control", item.control.text)]) }
            for period in gap.periods {
                try xml.element("period", [("months", String(period.months)), ("first", period.first.description), ("last", period.last.description)])
            }
        }
    }

    private func control(_ item: GapItem) throws {
        let attributes: [(String, String?)] = [
            ("id", item.control.text), ("state", item.state.name), ("first-evidence", item.firstEvidence?.description),
            ("operating-since", item.operatingSince?.description), ("verdict", item.verdict.rawValue), ("blocker", item.isBlocker ? "yes" : "no"),
            ("milestone", String(item.milestone)), ("due", item.due.description), ("days-overdue", String(item.daysOverdue(on: gap.today))),
        ]
        try xml.element("control", attributes) {
            try xml.line("title", [], item.title)
            try xml.line("owner", [], item.owner)
            if let reason = item.dueReason { try xml.line("due-reason", [], reason) }
            try xml.line("finding", [], item.finding)
            try xml.line("next-action", [], item.nextAction)
        }
    }

    private func planItem(_ row: GapPlanItem) throws {
        let attributes: [(String, String?)] = [
            ("id", row.item.id), ("stage", row.stage.title), ("state", row.progress.rawValue), ("due", row.due?.description),
            ("days-overdue", row.due == nil ? nil : String(row.daysOverdue(on: gap.today))),
        ]
        try xml.element("item", attributes) {
            try xml.line("title", [], row.item.title)
            for control in row.item.controls { try xml.element("control", [("ref", control.text)]) }
            for kind in row.item.evidence { try xml.element("evidence", [("kind", kind.text)]) }
            if let notYet = row.item.notYet { try xml.line("not-yet", [], notYet) }
            try xml.line("finding", [], row.finding)
        }
    }
}
