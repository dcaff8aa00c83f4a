import Foundation

/// Runs a script's commands one after the other in a sandbox and compares what they answer.
struct ScriptRunner {
    private let script: Script
    private let sandbox: Sandbox

    init(_ script: Script) throws {
        self.script = script
        sandbox = try Sandbox()
        if script.usesSmallProgramme { try sandbox.takeUpSmallProgramme() }
        if !script.controls.isEmpty { try sandbox.takeUpControls(script.controls) }
        for file in script.files { try sandbox.write(file.path, file.text) }
    }

    struct Report {
        /// By step: what was answered, or the answer that the script has where it matches.
        var answers: [[String]] = []
        var differences: [String] = []
    }

    func run() throws -> Report {
        var report = Report()
        for step in script.steps {
            let expected = Self.trimmed(step.answer.prefix { !$0.hasPrefix("# ") })
            let actual = Self.lines(of: try sandbox.run(step.command))
            let matches = Self.matches(expected[...], actual[...])
            report.answers.append(matches ? expected : actual.map(Self.generalised))
            if !matches {
                report.differences.append("line \(step.line): $ \(step.command)\n" + Self.difference(expected, actual).joined(separator: "\n"))
            }
        }
        return report
    }

    private static func trimmed(_ lines: some Sequence<String>) -> [String] {
        var lines = Array(lines)
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func lines(of answer: Sandbox.Answer) -> [String] {
        func split(_ text: String) -> [String] { trimmed(text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)) }
        return split(answer.output) + split(answer.errors).map { "! " + $0 } + (answer.code == 0 ? [] : ["[\(answer.code)]"])
    }

    // MARK: Comparing

    private static let wildcards = [
        "<digest>": "[0-9a-f]{64}", "<fingerprint>": "SHA256:[A-Za-z0-9+/]{43}", "<uuid>": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "<instant>": #"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"#, "<n>": #"\d+"#, "<any>": ".*",
    ]

    static func matches(_ expected: ArraySlice<String>, _ actual: ArraySlice<String>) -> Bool {
        guard let first = expected.first else { return actual.isEmpty }
        if first == "..." {
            return (actual.startIndex...actual.endIndex).contains { matches(expected.dropFirst(), actual[$0...]) }
        }
        guard let line = actual.first, matches(first, line) else { return false }
        return matches(expected.dropFirst(), actual.dropFirst())
    }

    private static func matches(_ expected: String, _ actual: String) -> Bool {
        if expected == actual { return true }
        guard expected.contains("<") else { return false }
        var pattern = NSRegularExpression.escapedPattern(for: expected)
        for (name, meaning) in wildcards { pattern = pattern.replacingOccurrences(of: name, with: meaning) }
        return actual.range(of: "^" + pattern + "$", options: .regularExpression) != nil
    }

    /// What differs from run to run becomes its placeholder.
    private static func generalised(_ line: String) -> String {
        var line = line
        for name in ["<digest>", "<fingerprint>", "<uuid>"] {
            line = line.replacingOccurrences(of: wildcards[name] ?? "", with: name, options: .regularExpression)
        }
        return line
    }

    /// Lines that only one side has, in place; a line that matches is shown as it is.
    private static func difference(_ expected: [String], _ actual: [String]) -> [String] {
        let changes = expected.difference(from: actual) { matches($0, $1) || matches($1, $0) }
        var out = actual.map { "  " + $0 }
        for case .remove(let offset, let line, _) in changes { out[offset] = "+ " + line }
        let missing = changes.compactMap { change -> String? in
            if case .insert(_, let line, _) = change { return "- " + line }
            return nil
        }
        return missing + out
    }
}
