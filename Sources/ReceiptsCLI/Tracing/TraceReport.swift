import Assessment
import Controls
import Evidence
import Portal

/// A followed thing for a terminal or a machine.
struct TraceReport {
    private let result: TraceResult
    private let directory: StaffDirectory
    private let limit: Int

    init(_ result: TraceResult, directory: StaffDirectory, limit: Int) {
        self.result = result
        self.directory = directory
        self.limit = limit
    }

    private var asked: [(name: String, value: String)] {
        zip(result.trace.takes, result.values).compactMap { input, value in value.map { (input.name, $0) } }
    }

    // MARK: For a terminal

    var text: String {
        var lines = [
            "\(result.trace.title): \(asked.map { "\($0.name) \($0.value.shown)" }.joined(separator: ", "))", result.trace.asks,
            "as known at \(result.asOf)", "",
        ]
        for step in result.steps where !isUncollected(step) { lines += self.lines(step) }
        let uncollected = result.steps.filter(isUncollected).map(\.found.step.kind.text)
        if !uncollected.isEmpty { lines.append("nothing is collected of: " + uncollected.joined(separator: ", ")) }
        let (count, lacking) = result.needed
        if count > 0 {
            lines.append(
                "of \(count) fields that the answer needs \(count - lacking.count) are there"
                    + (lacking.isEmpty ? "" : "; not there: " + lacking.joined(separator: ", ")))
        }
        lines += tests
        return lines.joined(separator: "\n")
    }

    private func isUncollected(_ step: TraceResult.Step) -> Bool { step.found.count == 0 && step.isUncollected }

    private func lines(_ step: TraceResult.Step) -> [String] {
        let (found, kind) = (step.found, step.found.step.kind)
        var lines = ["\(found.step.says) (\(kind)): \(found.count == 0 ? "none" : "\(found.count) record\(found.count == 1 ? "" : "s")")"]
        for row in found.rows { lines += self.lines(row, step) }
        if found.count > found.rows.count { lines.append("  and \(found.count - found.rows.count) more") }
        lines += knowledge(step)
        return lines + [""]
    }

    private func lines(_ row: KindRow, _ step: TraceResult.Step) -> [String] {
        let when = row.at.map { $0.isExact ? "\($0.earliest)" : "\($0.earliest) to \($0.latest)" } ?? "at an unknown time"
        let values = row.fields.compactMap { field in field.value.map { "\(field.name) \(directory.named($0).shown)" } }
        let missing = step.found.step.needed.filter(row.lacks)
        var lines = ["  \(when)  \(row.artifact) of \(row.source)", "      " + values.joined(separator: "; ")]
        if !missing.isEmpty { lines.append("      needed and not in the record: " + missing.joined(separator: ", ")) }
        if step.contested.contains(row.artifact) { lines.append("      another record with the same id says something else: neither is known to be true") }
        return lines
    }

    /// What an absence, or the end of the list, is worth.
    private func knowledge(_ step: TraceResult.Step) -> [String] {
        let kind = step.found.step.kind
        if step.found.count == 0, !step.unasked.isEmpty {
            return ["  cannot be looked for: nothing above tells " + step.unasked.map { "\($0.step).\($0.field)" }.joined(separator: ", ")]
        }
        guard let span = step.span else { return ["  nobody can tell whether that is all: nothing says when it was"] }
        if span.isEmpty { return ["  the time that this asks about has not begun"] }
        if step.holes.isEmpty { return ["  \(kind) was read whole from \(span.start) to \(span.end)\(step.found.count == 0 ? ": there is none" : "")"] }
        let told = step.holes.prefix(3).map { "  not proved from \($0.window.start) to \($0.window.end): \($0.reason)" }
        let more = step.holes.count > 3 ? ["  and \(step.holes.count - 3) more such stretches"] : []
        return ["  \(step.found.count == 0 ? "whether there is one" : "whether that is all"), nobody can tell"] + told + more
    }

    private var tests: [String] {
        guard !result.trace.tests.isEmpty else { return [] }
        var lines = ["", "what the tests of \(result.period.id) say of it" + (result.items.isEmpty ? ": nothing, no item rests on it" : "")]
        for (control, item) in result.items.prefix(limit) {
            lines.append("  \(control.id)  \(directory.named(item.keyText).shown): \(item.verdict.title)")
            guard item.verdict == .deviation || item.verdict == .insufficientEvidence else { continue }
            for (attribute, answer) in zip(control.attributes, item.attributes) where answer != true {
                lines.append("      \(answer == nil ? "not known" : "not so"): \(attribute.says)")
            }
        }
        if result.items.count > limit { lines.append("  and \(result.items.count - limit) more") }
        return lines
    }

    // MARK: For a machine

    var json: JSON {
        [
            "trace": .string(result.trace.name), "asked": .object(Dictionary(uniqueKeysWithValues: asked.map { ($0.name, .string($0.value)) })),
            "period": .string(result.period.id.text), "as_of": .instant(result.asOf),
            "needed": ["fields": .int(result.needed.count), "lacking": .array(result.needed.lacking.map { .string($0) })],
            "steps": .array(result.steps.map(TraceReport.step)),
            "tests": .array(result.items.prefix(limit).map { TraceReport.test($0.control, $0.item) }), "items": .int(result.items.count),
        ]
    }

    private static func step(_ step: TraceResult.Step) -> JSON {
        [
            "step": .string(step.found.step.name), "kind": .string(step.found.step.kind.text), "records": .int(step.found.count),
            "told": .array(step.found.rows.map { row($0, isContested: step.contested.contains($0.artifact)) }),
            "span": step.span.map { ["from": .instant($0.start), "to": .instant($0.end)] } ?? .null, "collected": .bool(!step.isUncollected),
            "unasked": .array(step.unasked.map { .string("\($0.step).\($0.field)") }),
            "not_proved": .array(
                step.holes.map { ["from": .instant($0.window.start), "to": .instant($0.window.end), "reason": .string($0.reason)] }),
        ]
    }

    private static func row(_ row: KindRow, isContested: Bool) -> JSON {
        [
            "artifact": .string(row.artifact.description), "source": .string(row.source), "contested": .bool(isContested),
            "from": row.at.map { .instant($0.earliest) } ?? .null, "to": row.at.map { .instant($0.latest) } ?? .null,
            "fields": .object(Dictionary(uniqueKeysWithValues: row.fields.map { ($0.name, $0.value.map { .string($0) } ?? .null) })),
        ]
    }

    private static func test(_ control: Control, _ item: ItemResult) -> JSON {
        let answers = zip(control.attributes, item.attributes).map { ($0.letter, $1.map { JSON.bool($0) } ?? .null) }
        return [
            "control": .string(control.id.text), "key": .array(item.key.map { .string($0) }), "verdict": .string(item.verdict.rawValue),
            "attributes": .object(Dictionary(uniqueKeysWithValues: answers)),
        ]
    }
}
