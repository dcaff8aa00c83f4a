import Foundation
import Testing

/// Every text of the Scripts folder, each in a folder of its own. What a script says is what a person sees.
@Suite struct ScriptTests {
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: Checkout.scripts.path)) ?? []).filter { $0.hasSuffix(".txt") }.sorted()

    @Test(arguments: names) func theScriptIsAnsweredAsItSays(_ name: String) throws {
        let place = Checkout.scripts.appendingPathComponent(name)
        let script = Script(try String(contentsOf: place, encoding: .utf8))
        let report = try ScriptRunner(script).run()
        guard !report.differences.isEmpty else { return }
        Issue.record("\(name), expected -, answered +\n\(report.differences.joined(separator: "\n\n"))")
        // For the author of a script, who then reads the diff before it is committed.
        if ProcessInfo.processInfo.environment["RECORD_SCRIPTS"] != nil {
            try Data(script.recorded(report.answers).utf8).write(to: place)
        }
    }

    @Test func thereAreScripts() {
        #expect(ScriptTests.names.count > 20)
    }

    @Test func aScriptThatIsAnsweredOtherwiseIsFound() throws {
        let script = Script(
            """
            $ echo one; echo two; echo no >&2; exit 3
            one
            <any>
            three
            [2]
            $ cat folder/file; echo 1234
            inside
            <n>
            -- folder/file --
            inside
            """)
        let report = try ScriptRunner(script).run()
        #expect(report.differences == ["line 1: $ echo one; echo two; echo no >&2; exit 3\n- three\n- [2]\n  one\n  two\n+ ! no\n+ [3]"])
        #expect(report.answers == [["one", "two", "! no", "[3]"], ["inside", "<n>"]])
    }
}
