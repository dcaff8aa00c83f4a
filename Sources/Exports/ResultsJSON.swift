import Assessment
import Controls
import Evidence

/// Results for machines: one flat object per control, keys sorted, one line feed at the end.
package func resultsJSON(_ edition: Edition) -> [UInt8] {
    let period = edition.assessment.period
    let document: JSON = .object([
        "as_of": .string(edition.assessment.asOf.description),
        "controls": .array(edition.assessment.controls.map(control)),
        "entity": .string(edition.programme.entity),
        "evidence_root": .string(edition.seal.root.description),
        "ledger_origin": .string(edition.seal.origin),
        "ledger_size": .integer(Int64(edition.seal.size)),
        "period": .string(period.id.text),
        "period_end": .string(period.window.end.description),
        "period_start": .string(period.window.start.description),
        "period_type": .string(period.title),
        "revision": .string(edition.revision),
        "simulated": .bool(edition.isSimulated),
        "statement": .string("management's record, not an auditor's report"),
        "system": .string(edition.programme.system),
        "tool_version": .string(edition.toolVersion),
    ])
    return Array(document.pretty.utf8)
}

private func control(_ result: ControlResult) -> JSON {
    let counts = result.counts
    return .object([
        "category": .string(result.control.category.rawValue),
        "criteria": .array(result.control.criteria.map { .string($0.text) }),
        "deviation": .integer(Int64(counts.deviation)),
        "effective_from": .string(result.control.effectiveFrom.description),
        "holes": .integer(Int64(result.holes.count)),
        "id": .string(result.control.id.text),
        "insufficient_evidence": .integer(Int64(counts.insufficientEvidence)),
        "not_applicable": .integer(Int64(counts.notApplicable)),
        "not_yet_due": .integer(Int64(counts.notYetDue)),
        "operated": .integer(Int64(counts.operated)),
        "owner": .string(result.control.owner),
        "population": .integer(Int64(counts.total)),
        "population_digest": .string(result.populationDigest.description),
        "reasons": .array(result.reasons.map { .string($0) }),
        "title": .string(result.control.title),
        "tolerable": .number(result.control.tolerable),
        "verdict": .string(result.verdict.rawValue),
    ])
}
