import Assessment
import Evidence

/// One draw for a terminal or a machine: whose it is, how a stranger draws the same, and what was found of each item.
struct SampleReport {
    let draw: SampleDraw
    let standing: SampleStanding
    let command: String?
    let replacements: [SampleReplacement]
    let items: [(item: SampleDraw.Item, result: ItemResult?)]
    private let aside: [String: ItemResult]
    private let counted: (tested: Int, deviations: Int)
    private let bound: Double?

    init(_ management: ManagementWork, _ statements: Statements, _ draw: SampleDraw) throws {
        self.draw = draw
        standing = statements.standing(of: draw)
        let frozen = try management.frozen(named: draw.frozen)
        command = draw.seed.map {
            SampleOrder.command(list: management.path(of: frozen), seed: $0, stratum: draw.stratum, size: draw.items.count)
        }
        replacements = statements.replacements(of: draw)
        let current = statements.current(draw)
        let found = try management.items(withKeys: Set((current + draw.items).map(\.key)))
        items = current.map { ($0, found[$0.key]) }
        aside = found
        counted = statements.counted(draw) { found[$0]?.verdict }
        bound = statements.rateBound(draw) { found[$0]?.verdict }
    }

    private func verdict(_ result: ItemResult?) -> String { result?.verdict.title ?? "not in the population any more" }

    private var boundText: String {
        bound.map { "; at most \(DeviationBound.percent($0)) of what it was drawn from (exact one-sided 95 % bound)" }
            ?? "; picked by eye, so it bounds no rate"
    }

    var text: String {
        let how = draw.seed.map { "seed '\($0)'" } ?? "\(draw.method.rawValue) list"
        let stratum = draw.stratum.map { ", stratum \($0)" } ?? ""
        var lines = ["\(draw.control) \(draw.name): \(draw.items.count) of \(draw.frozen) by \(how)\(stratum), record \(draw.id)"]
        lines.append("\(standing.label): \(standing.why)")
        lines += draw.unknown.map { "not an item, or named twice: \($0)" }
        lines += items.enumerated().map { "\($0 + 1)  \($1.item.ordinal)  \($1.item.key): \(verdict($1.result))" }
        lines += replacements.map {
            "\($0.void.ordinal), \(verdict(aside[$0.void.key])), was put aside and \($0.instead.ordinal) taken: \($0.reason) (\($0.by))"
        }
        if counted.tested > 0 { lines.append("\(counted.deviations) of \(counted.tested) tested deviate, also where put aside\(boundText)") }
        if let command { lines += ["the same with a shell:", "  " + command] }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        var members: [String: JSON] = [
            "record": .string(draw.id.description), "label": .string(standing.label), "why": .string(standing.why), "command": .text(command),
            "current": .array(
                items.map { item, result in
                    ["ordinal": .int(item.ordinal), "key": .string(item.key), "verdict": .text(result?.verdict.rawValue)] as JSON
                }),
        ]
        if case .object(let own) = draw.json { members.merge(own) { first, _ in first } }
        return .object(members)
    }
}
