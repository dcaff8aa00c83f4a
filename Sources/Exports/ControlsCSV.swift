import Assessment
import Controls
import Evidence

/// One row a control, for spreadsheets and workpapers; the auditor's columns are there and blank. UTF-8, CRLF.
package func controlsCSV(_ edition: Edition) -> [UInt8] {
    var out: [UInt8] = []
    let head = [
        "control", "title", "category", "criteria", "owner", "frequency", "effective_from", "procedure", "population", "operated", "deviation",
        "insufficient_evidence", "not_yet_due", "not_applicable", "coverage_holes", "tolerable", "verdict", "reasons", "population_digest", "period",
        "revision", "evidence_root", "deviation_rate_bound_95", "proposed", "managements_decision",
        "decided_by", "decision_standing", "auditor_reference", "auditor_result", "auditor_initials", "auditor_date", "auditor_note",
    ]
    writeRow(head, into: &out)
    for result in edition.assessment.controls {
        let (control, counts) = (result.control, result.counts)
        let decision = edition.management.decisions(of: control.id, edition.assessment.period.id).last { $0.item == nil }
        writeRow(
            [
                control.id.text, control.title, control.category.rawValue, control.criteria.map(\.text).joined(separator: " "), control.owner,
                control.frequency, control.effectiveFrom.description, control.procedure, String(counts.total), String(counts.operated),
                String(counts.deviation), String(counts.insufficientEvidence), String(counts.notYetDue), String(counts.notApplicable),
                String(result.holes.count), String(control.tolerable), result.verdict.rawValue, result.reasons.joined(separator: "; "),
                result.populationDigest.description, edition.assessment.period.id.text, edition.revision, edition.seal.root.description,
                result.rateBound.map(DeviationBound.percent) ?? "", result.proposal.word.title, decision?.word.title ?? "", decision?.by ?? "",
                decision.map { DecisionStanding($0, result, item: nil).title } ?? "", "", "", "", "", "",
            ], into: &out)
    }
    return out
}
