import Foundation
import Testing

/// Situations that break naive tools, each as real evidence files, collected night by night through the simulated clock and tested by shipped
/// controls: one folder of Scenarios each. What every item and the control come out as is written down with the reason why.
@Suite struct ScenarioTests {
    static let folder = Checkout.root.appendingPathComponent("Tests/EndToEndTests/Scenarios")
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

    @Test(arguments: names) func theVerdictsAreThoseThatTheScenarioStates(_ name: String) throws {
        let place = ScenarioTests.folder.appendingPathComponent(name + "/scenario.txt")
        let script = Script(try String(contentsOf: place, encoding: .utf8))
        #expect(script.prose.contains { $0.hasPrefix("Why: ") }, "\(name) does not say why")
        #expect(script.prose.contains { $0.hasPrefix("Situation: ") }, "\(name) does not say which situation it shows")
        let states = script.steps.contains { step in
            ["verdicts ", "receipts ", "collected "].contains { step.command.contains($0) } && step.answer.contains { !$0.isEmpty && !$0.hasPrefix("# ") }
        }
        #expect(states, "\(name) states nothing that has to come out")
        let report = try ScriptRunner(script).run()
        guard !report.differences.isEmpty else { return }
        Issue.record("\(name), expected -, answered +\n\(report.differences.joined(separator: "\n\n"))")
        if ProcessInfo.processInfo.environment["RECORD_SCRIPTS"] != nil { try Data(script.recorded(report.answers).utf8).write(to: place) }
    }
}
