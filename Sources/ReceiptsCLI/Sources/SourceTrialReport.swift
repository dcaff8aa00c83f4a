import Evidence

extension SourceTrial {
    var json: JSON {
        func one(_ record: Record) -> JSON {
            [
                "origin": .string(record.origin), "ordinal": .int(record.ordinal), "stored": .string(String(decoding: record.stored, as: UTF8.self)),
                "rows": .array(record.rows.map(\.row)), "reason": .text(record.reason),
            ]
        }
        return [
            "source": .string(source.id.text), "outcome": .string(sheet.outcome.rawValue), "records": .array(records.map(one)),
            "rejects": .array(rejects.map(one)), "sheet": sheet.json, "notes": .array(notes.map { .string($0) }),
        ]
    }

    var text: String {
        var lines = ["source '\(source.id)': \(sheet.outcome.rawValue)"]
        for record in records {
            lines.append("\nrecord \(record.ordinal) of \(record.origin)")
            if record.rows.isEmpty { lines.append("  becomes no row: no 'when' of its kinds holds") }
            for row in record.rows { lines += SourceTrial.lines(of: row.row, kind: row.kind) }
            lines.append("  stored: " + SourceTrial.short(record.stored))
        }
        for reject in rejects {
            lines.append("\nrecord \(reject.ordinal) of \(reject.origin) would be kept as a reject: \(reject.reason ?? "")")
            lines.append("  stored: " + SourceTrial.short(reject.stored))
        }
        lines.append("\n" + summary)
        lines += sheet.problems.map { "problem: \($0)" }
        lines += notes.map { "note: \($0)" }
        lines.append("evidence sheet:\n" + sheet.json.pretty.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
        lines.append("nothing was stored and nothing signed; 'receipts collect --source \(source.id)' does that")
        return lines.joined(separator: "\n")
    }

    private var summary: String {
        var parts = ["read \(tally.read)", "\(tally.kept) would be kept", "\(tally.rows) rows"]
        if tally.duplicates > 0 { parts.append("\(tally.duplicates) duplicate") }
        if tally.conflicts > 0 { parts.append("\(tally.conflicts) in conflict with an earlier record") }
        if tally.rejected > 0 { parts.append("\(tally.rejected) rejected") }
        let redacted = sheet.redactions.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        if !redacted.isEmpty { parts.append("redacted: " + redacted.joined(separator: ", ")) }
        return parts.joined(separator: ", ")
    }

    private static func lines(of row: JSON, kind: String) -> [String] {
        var lines = ["  \(kind) at \(row["at"]?.text ?? "?")" + (row["id"]?.text.map { ", id \($0)" } ?? ", without an id of its own")]
        guard case .object(let fields)? = row["fields"] else { return lines }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { lines.append("    \(name): \(value.text ?? value.canonical)") }
        return lines
    }

    private static func short(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.prefix(400), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).joined(separator: " ") + (bytes.count > 400 ? " … \(bytes.count) bytes" : "")
    }
}
