import Assessment
import Controls
import Evidence
import Portal

/// A followed thing for a terminal or a machine.
struct TraceReport {
    private let result: TraceResult
    private let directory: StaffDirectory
    /// By contested record: those that contradict it.
    private let conflicts: [ArtifactID: [ArtifactID]]
    private let limit: Int

    init(_ result: TraceResult, directory: StaffDirectory, conflicts: [ArtifactID: [ArtifactID]], limit: Int) {
        self.result = result
        self.directory = directory
        self.conflicts = conflicts
        self.limit = limit
    }

    private var asked: [(name: String, value: String)] {
        zip(result.trace.takes, result.values).compactMap { input, value in value.map { (input.name, $0) } }
    }

    // MARK: For a terminal

    var text: String {
        var lines = [
            "\(result.trace.title.shown): \(asked.map { "\($0.name) \($0.value.shown)" }.joined(separator: ", "))", result.trace.asks.shown,
            "as known at \(result.asOf)", "",
        ]
        for step in result.steps where !isUncollected(step) { lines += self.lines(step) }
        var uncollected: [String] = []
        for kind in result.steps.filter(isUncollected).map(\.found.step.kind.text) where !uncollected.contains(kind) { uncollected.append(kind) }
        if !uncollected.isEmpty { lines.append("nothing is collected of: " + uncollected.joined(separator: ", ")) }
        let (count, lacking) = result.needed
        if count > 0 {
            lines.append(
                "of \(count) field\(count == 1 ? "" : "s") that the answer needs \(count - lacking.count) \(count - lacking.count == 1 ? "is" : "are") there"
                    + (lacking.isEmpty ? "" : "; not there: " + lacking.joined(separator: ", ")))
        }
        lines += tests
        return lines.joined(separator: "\n")
    }

    private func isUncollected(_ step: TraceResult.Step) -> Bool { step.found.count == 0 && step.isUncollected }

    private func lines(_ step: TraceResult.Step) -> [String] {
        let (found, kind) = (step.found, step.found.step.kind)
        var lines = ["\(found.step.says.shown) (\(kind)): \(found.count == 0 ? "none" : "\(found.count) record\(found.count == 1 ? "" : "s")")"]
        for row in found.rows { lines += self.lines(row, step) }
        if !step.contested.isEmpty {
            lines.append("  another record with the same id contradicts \(step.contested.count) of these: neither is known to be true")
        }
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
        if let others = conflicts[row.artifact] { lines.append("      contradicted by " + others.map(\.description).joined(separator: ", ")) }
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
        let isNone = step.found.count == 0
        var lines: [String] = []
        if step.holes.isEmpty {
            lines.append("  \(kind) was read whole from \(span.start) to \(span.end)\(isNone && step.unnamed == 0 ? ": there is none" : "")")
        } else {
            lines.append("  \(isNone ? "whether there is one" : "whether that is all"), nobody can tell")
            lines += step.holes.prefix(3).map { "  not proved from \($0.window.start) to \($0.window.end): \($0.reason)" }
            if step.holes.count > 3 { lines.append("  and \(step.holes.count - 3) more such stretches") }
        }
        if step.unnamed > 0 {
            let names = step.found.step.knownBy.joined(separator: " or ")
            lines.append(
                "  \(step.unnamed) record\(step.unnamed == 1 ? "" : "s") of that time \(step.unnamed == 1 ? "names" : "name") no \(names): whether one is of it, nobody can tell"
            )
        }
        return lines
    }

    private var tests: [String] {
        guard !result.trace.tests.isEmpty else { return [] }
        let periods = result.periods.map(\.text)
        if result.items.isEmpty { return ["", "what the tests of \(periods.joined(separator: ", ")) say of it: nothing, no item rests on it"] }
        var lines: [String] = []
        for period in result.periods {
            let items = TraceReport.gravestFirst(result.items.filter { $0.period == period })
            guard !items.isEmpty else { continue }
            lines += ["", "what the tests of \(period) say of it"] + items.prefix(limit).flatMap(self.lines)
            let rest = items.dropFirst(limit)
            let counts = ItemVerdict.allCases.map { verdict in (verdict, rest.count { $0.result.verdict == verdict }) }.filter { $0.1 > 0 }
            if !rest.isEmpty { lines.append("  and \(rest.count) more: " + counts.map { "\($0.1) \($0.0.title)" }.joined(separator: ", ")) }
        }
        return lines
    }

    /// The limit cuts off what matters least.
    private static func gravestFirst(_ items: [TraceResult.Item]) -> [TraceResult.Item] {
        let order: [ItemVerdict] = [.deviation, .insufficientEvidence, .notYetDue, .operated, .notApplicable]
        return order.flatMap { verdict in items.filter { $0.result.verdict == verdict } }
    }

    private func lines(_ item: TraceResult.Item) -> [String] {
        let (control, result) = (item.control, item.result)
        let head = "  \(control.id)  \(directory.named(result.keyText).shown): \(result.verdict.title)"
        guard result.verdict == .deviation || result.verdict == .insufficientEvidence else { return [head] }
        return [head]
            + zip(control.attributes, result.attributes).filter { $0.1 != true }.map { attribute, answer in
                "      \(answer == nil ? "not known" : "not so"): \(attribute.says.shown)"
            }
    }

    // MARK: For a machine

    var json: JSON {
        [
            "trace": .string(result.trace.name), "asked": .object(Dictionary(uniqueKeysWithValues: asked.map { ($0.name, .string($0.value)) })),
            "periods": .array(result.periods.map { .string($0.text) }), "as_of": .instant(result.asOf),
            "needed": ["fields": .int(result.needed.count), "lacking": .array(result.needed.lacking.map { .string($0) })],
            "steps": .array(result.steps.map(step)),
            "tests": .array(TraceReport.gravestFirst(result.items).prefix(limit).map(TraceReport.test)), "items": .int(result.items.count),
        ]
    }

    private func step(_ step: TraceResult.Step) -> JSON {
        [
            "step": .string(step.found.step.name), "kind": .string(step.found.step.kind.text), "records": .int(step.found.count),
            "told": .array(step.found.rows.map(row)), "contested": .int(step.contested.count), "unnamed": .int(step.unnamed),
            "span": step.span.map { ["from": .instant($0.start), "to": .instant($0.end)] } ?? .null, "collected": .bool(!step.isUncollected),
            "unasked": .array(step.unasked.map { .string("\($0.step).\($0.field)") }),
            "not_proved": .array(
                step.holes.map { ["from": .instant($0.window.start), "to": .instant($0.window.end), "reason": .string($0.reason)] }),
        ]
    }

    private func row(_ row: KindRow) -> JSON {
        [
            "artifact": .string(row.artifact.description), "source": .string(row.source),
            "contradicted_by": .array((conflicts[row.artifact] ?? []).map { .string($0.description) }),
            "from": row.at.map { .instant($0.earliest) } ?? .null, "to": row.at.map { .instant($0.latest) } ?? .null,
            "fields": .object(Dictionary(uniqueKeysWithValues: row.fields.map { ($0.name, $0.value.map { .string($0) } ?? .null) })),
        ]
    }

    private static func test(_ item: TraceResult.Item) -> JSON {
        let answers = zip(item.control.attributes, item.result.attributes).map { ($0.letter, $1.map { JSON.bool($0) } ?? .null) }
        return [
            "period": .string(item.period.text), "control": .string(item.control.id.text), "key": .array(item.result.key.map { .string($0) }),
            "verdict": .string(item.result.verdict.rawValue), "attributes": .object(Dictionary(uniqueKeysWithValues: answers)),
        ]
    }
}
