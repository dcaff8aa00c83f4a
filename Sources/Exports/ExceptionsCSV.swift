import Assessment
import Controls
import Evidence

/// One row a deviation, whatever is tolerable, with its id and what management decided last about it; the auditor's columns are there and blank.
/// UTF-8, CRLF.
package func exceptionsCSV(_ edition: Edition) -> [UInt8] {
    var out: [UInt8] = []
    let head =
        ["exception", "control", "item", "at", "not_so", "evidence", "period", "revision", "decision", "by", "decided_at", "reason", "record", "standing"]
        + DecisionRemarks.titles + ["auditor_reference", "auditor_evaluation", "auditor_initials", "auditor_date"]
    writeRow(head, into: &out)
    let period = edition.assessment.period.id
    for result in edition.assessment.controls {
        let decisions = edition.management.decisions(of: result.control.id, period)
        for item in result.deviations {
            let decision = decisions.last { $0.item == item.frozenKey }
            let remarks = Dictionary(decision?.remarks.values.map { ($0.name, $0.value) } ?? [], uniquingKeysWith: { first, _ in first })
            let wrong = zip(result.control.attributes, item.attributes).filter { $0.1 == false }.map { "\($0.0.letter): \($0.0.says)" }
            let decided = [
                decision?.word.title, decision?.by, decision?.at.description, decision?.reason, decision?.id.description,
                decision.map { DecisionStanding($0, result, item: item).title },
            ]
            writeRow(
                [
                    result.control.exceptionID(item), result.control.id.text, item.keyText, FrozenList.at(item.at), wrong.joined(separator: "; "),
                    item.evidence.map { "\($0.name)=\($0.artifact)" }.joined(separator: " "), period.text, edition.revision,
                ] + decided.map { $0 ?? "" } + DecisionRemarks.titles.map { remarks[$0] ?? "" } + ["", "", "", ""], into: &out)
        }
    }
    return out
}
