import ArgumentParser
import Assessment
import Controls
import Evidence

struct Assess: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assess", abstract: "Test every control over a period, from what is sealed.",
        discussion: "Deviations are results, not errors: the exit code is 0 whatever was found.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @Option(help: "The period's id in receipts.yaml; the current one if not named.")
    var period: String?
    @Option(help: "Only this control; may be repeated.")
    var control: [String] = []
    @Flag(help: "Every item of the population with its answers, in population order.")
    var items = false

    func run() throws {
        try reporting {
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let session = try work.session(period: period)
            let engine = session.engine
            let result = try engine.assess(only: control.isEmpty ? nil : try ProgrammeFolder.controls(named: control, among: engine.controls))
            let report = AssessmentReport(result, reconciliations: session.coverage.reconciliations)
            world.output(format.format == .json ? report.json.canonical : report.text)
            if items {
                for control in result.controls {
                    try session.engine.forEachItem(of: control.control.id) { world.output(ItemReport($0, control.control).line(format.format)) }
                }
            }
            return .done
        }
    }
}

/// One item and its answers, a line of text or of JSON.
private struct ItemReport {
    private let item: ItemResult
    private let control: Control
    init(_ item: ItemResult, _ control: Control) {
        self.item = item
        self.control = control
    }

    private var answers: [(letter: String, word: String)] {
        zip(control.attributes, item.attributes).map { ($0.letter, $1 == nil ? "unknown" : $1 == true ? "true" : "false") }
    }

    func line(_ format: Format) -> String {
        if format == .text {
            return "\(control.id)  \(item.keyText): \(item.verdict.title) (\(answers.map { "\($0.letter) \($0.word)" }.joined(separator: ", ")))"
        }
        let json: JSON = [
            "control": .string(control.id.text), "key": .array(item.key.map { .string($0) }), "verdict": .string(item.verdict.rawValue),
            "at": item.at.map { .instant($0.earliest) } ?? .null,
            "attributes": .object(Dictionary(uniqueKeysWithValues: answers.map { ($0.letter, .string($0.word)) })),
        ]
        return json.canonical
    }
}

/// An assessment for a terminal or a machine.
struct AssessmentReport {
    private let result: AssessmentResult
    private let reconciliations: [ReconciliationResult]
    init(_ result: AssessmentResult, reconciliations: [ReconciliationResult] = []) {
        self.result = result
        self.reconciliations = reconciliations
    }

    var text: String {
        var lines = ["\(result.period.title) \(result.period.label), as known at \(result.asOf)", ""]
        for control in result.controls {
            lines.append("\(control.control.id)  \(control.verdict.title)  \(control.control.title)")
            lines += control.reasons.map { "    \($0)" }
            for item in control.deviations.prefix(5) { lines.append("    - \(item.keyText): \(AssessmentReport.failed(item, control))") }
            if control.deviations.count > 5 { lines.append("    - and \(control.counts.deviation - 5) more") }
        }
        lines.append("")
        lines += reconciliations.map { ReconciliationText($0).text }
        lines.append(AssessmentReport.summary(result))
        return lines.joined(separator: "\n")
    }

    static func failed(_ item: ItemResult, _ control: ControlResult) -> String {
        let said = zip(control.control.attributes, item.attributes).filter { $0.1 == false }.map { "not so: \($0.0.says)" }
        return said.joined(separator: "; ")
    }

    static func summary(_ result: AssessmentResult) -> String {
        let counts = ControlVerdict.allCases.map { verdict in (verdict, result.controls.count { $0.verdict == verdict }) }
        return "\(result.controls.counted): " + counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.title)" }.joined(separator: ", ")
    }

    var json: JSON {
        [
            "period": .string(result.period.id.text), "as_of": .instant(result.asOf),
            "controls": .array(result.controls.map(AssessmentReport.control)),
            "reconciliations": .array(reconciliations.map { ReconciliationText($0).json }),
        ]
    }

    private static func control(_ result: ControlResult) -> JSON {
        [
            "id": .string(result.control.id.text), "verdict": .string(result.verdict.rawValue),
            "reasons": .array(result.reasons.map { .string($0) }),
            "items": [
                "total": .int(result.counts.total), "operated": .int(result.counts.operated), "deviation": .int(result.counts.deviation),
                "insufficient_evidence": .int(result.counts.insufficientEvidence), "not_yet_due": .int(result.counts.notYetDue),
                "not_applicable": .int(result.counts.notApplicable),
            ],
            "deviations": .array(result.deviations.map { .string($0.keyText) }),
            "insufficient": .array(result.insufficient.map { .string($0.keyText) }),
            "population_digest": .string(result.populationDigest.description),
        ]
    }
}
