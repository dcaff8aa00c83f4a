import Evidence

/// Two sources held against each other, for a terminal or a machine.
struct ReconciliationText {
    private let result: ReconciliationResult
    init(_ result: ReconciliationResult) { self.result = result }

    /// How many keys are named; the pages and the machine's answer name more.
    private static let named = 5

    var text: String {
        let (one, other) = (result.first, result.second)
        return "reconciled \(result.reconciliation.id): " + line(one, lacking: other) + "; " + line(other, lacking: one)
    }

    private func line(_ side: ReconciliationResult.Side, lacking other: ReconciliationResult.Side) -> String {
        var line = "of \(side.compared) in \(side.side.source) \(other.side.source) lacks \(side.missing)"
        if side.missing > 0 {
            line += ": " + side.examples.prefix(Self.named).map(\.key).joined(separator: ", ")
            if side.missing > Self.named { line += " and \(side.missing - Self.named) more" }
        }
        if side.unkeyed > 0 { line += " (\(side.unkeyed) without a key)" }
        return line
    }

    var json: JSON { ["id": .string(result.reconciliation.id), "first": json(result.first), "second": json(result.second)] }

    private func json(_ side: ReconciliationResult.Side) -> JSON {
        let missing = side.examples.map { one in
            JSON.object(["key": .string(one.key), "artifact": .string(one.artifact.description), "at": .instant(one.at.earliest)])
        }
        return [
            "source": .string(side.side.source.text), "kind": .string(side.side.kind.text), "key": .string(side.side.key), "compared": .int(side.compared),
            "unkeyed": .int(side.unkeyed), "missing_from_other": .int(side.missing), "missing": .array(missing),
        ]
    }
}
