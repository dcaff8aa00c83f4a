import Assessment
import Controls
import Evidence

/// Results for machines: one flat object per control, keys sorted, one line feed at the end.
package func resultsJSON(_ edition: Edition) -> [UInt8] {
    let period = edition.assessment.period
    let document: JSON = .object([
        "as_of": .string(edition.assessment.asOf.description),
        "controls": .array(edition.assessment.controls.map { control($0, edition) }),
        "attestations": .array(edition.management.attestations.filter { $0.period == period.id }.map(\.json)),
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

private func control(_ result: ControlResult, _ edition: Edition) -> JSON {
    let counts = result.counts
    let (management, period) = (edition.management, edition.assessment.period.id)
    return .object([
        "category": .string(result.control.category.rawValue),
        "criteria": .array(result.control.criteria.map { .string($0.text) }),
        "decisions": .array(
            management.decisions(of: result.control.id, period).map { decision in
                with(
                    decision.json, decision.id, "standing",
                    DecisionStanding(decision, result, item: decision.item.flatMap { result.item(withFrozenKey: $0) }).title)
            }),
        "deviation": .integer(Int64(counts.deviation)),
        "deviation_rate_bound_95": result.rateBound.map { .number($0) } ?? .null,
        "exceptions": .array(
            result.deviations.map { item in
                ["id": .string(result.control.exceptionID(item)), "key": .array(item.key.map { .string($0) }), "at": .string(FrozenList.at(item.at))] as JSON
            }),
        "effective_from": .string(result.control.effectiveFrom.description),
        "holes": .integer(Int64(result.holes.count)),
        "id": .string(result.control.id.text),
        "insufficient_evidence": .integer(Int64(counts.insufficientEvidence)),
        "not_applicable": .integer(Int64(counts.notApplicable)),
        "not_yet_due": .integer(Int64(counts.notYetDue)),
        "operated": .integer(Int64(counts.operated)),
        "operation": .string(result.operation.rawValue),
        "owner": .string(result.control.owner),
        "population": .integer(Int64(counts.total)),
        "population_digest": .string(result.populationDigest.description),
        "proposed": .string(result.proposal.word.rawValue),
        "reasons": .array(result.reasons.map { .string($0) }),
        "samples": .array(
            management.frozen(of: result.control.id, period).map { with($0.json, $0.id) }
                + management.draws(of: result.control.id, period).map { with($0.json, $0.id, "label", management.standing(of: $0).label) }),
        "title": .string(result.control.title),
        "tolerable": .number(result.control.tolerable),
        "verdict": .string(result.verdict.rawValue),
    ])
}

/// A record as it was entered, with its id and what is to be said of it now.
private func with(_ json: JSON, _ id: ArtifactID, _ name: String? = nil, _ value: String = "") -> JSON {
    guard case .object(var members) = json else { return json }
    members["record"] = .string(id.description)
    if let name { members[name] = .string(value) }
    return .object(members)
}
