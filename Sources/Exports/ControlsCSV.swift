import Assessment
import Controls
import Evidence

/// One row a control, for spreadsheets and workpapers; the auditor's columns are there and blank. UTF-8, CRLF.
package func controlsCSV(_ edition: Edition) -> [UInt8] {
    var out: [UInt8] = []
    let head = [
        "control", "title", "category", "criteria", "owner", "frequency", "effective_from", "procedure", "population", "operated", "deviation",
        "insufficient_evidence", "not_yet_due", "not_applicable", "coverage_holes", "tolerable", "verdict", "reasons", "population_digest", "period",
        "revision", "evidence_root", "auditor_reference", "auditor_result", "auditor_initials", "auditor_date", "auditor_note",
    ]
    writeRow(head, into: &out)
    for result in edition.assessment.controls {
        let (control, counts) = (result.control, result.counts)
        writeRow(
            [
                control.id.text, control.title, control.category.rawValue, control.criteria.map(\.text).joined(separator: " "), control.owner,
                control.frequency, control.effectiveFrom.description, control.procedure, String(counts.total), String(counts.operated),
                String(counts.deviation), String(counts.insufficientEvidence), String(counts.notYetDue), String(counts.notApplicable),
                String(result.holes.count), String(control.tolerable), result.verdict.rawValue, result.reasons.joined(separator: "; "),
                result.populationDigest.description, edition.assessment.period.id.text, edition.revision, edition.seal.root.description, "", "", "", "", "",
            ], into: &out)
    }
    return out
}

/// A cell that a spreadsheet would run as a formula gets an apostrophe in front, after blanks too.
private func writeRow(_ cells: [String], into out: inout [UInt8]) {
    for (i, cell) in cells.enumerated() {
        if i > 0 { out.append(UInt8(ascii: ",")) }
        let first = cell.utf8.first { $0 > 32 } ?? 0
        let startsFormula =
            [61, 43, 64, 45].contains(first) || cell.utf8.first == 9 || cell.utf8.first == 13
            || ["＝", "＋", "－", "＠"].contains { cell.hasPrefix($0) }
        out.append(34)
        if startsFormula { out.append(UInt8(ascii: "'")) }
        for byte in cell.utf8 {
            if byte == 34 { out.append(34) }
            out.append(byte)
        }
        out.append(34)
    }
    out += [13, 10]
}
