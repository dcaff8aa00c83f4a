import Foundation

/// One scenario as a text: what is typed, what must be answered, and the files that it needs.
///
///     # prose for the reader
///     use small
///     $ receipts check
///     ! receipts: error: controls/security/CHG-01.yaml:3: ...
///     [2]
///     -- controls/security/CHG-01.yaml --
///     id: CHG-01
///
/// `use small` begins with the programme of Fixtures/small; `use controls SEC-07` with shipped kinds and these shipped controls. A line that begins with `! ` was written to standard error. `[2]` is the exit
/// code, 0 if it is not said. In an answer `<digest>`, `<fingerprint>`, `<uuid>`, `<instant>`, `<n>` and `<any>` stand for what differs from run to run,
/// and a line `...` for any lines. The files are there before the first command. A command that ends in `\` goes on in the next line; a line that
/// begins with `# ` is prose again, and ends an answer.
struct Script {
    struct Step {
        let line: Int
        let command: String
        var answer: [String]
    }
    let usesSmallProgramme: Bool
    /// Ids of shipped controls.
    let controls: [String]
    /// The lines of prose before the first command, without their `# `.
    let prose: [String]
    let steps: [Step]
    let files: [(path: String, text: String)]
    /// Before the first command, and from the first file on: kept when the script is recorded anew.
    private let head: [String]
    private let tail: [String]

    init(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let filesBegin = lines.firstIndex { Script.path($0) != nil } ?? lines.count
        tail = Array(lines[filesBegin...])
        files = Script.files(tail)
        let commandsBegin = lines[..<filesBegin].firstIndex { $0.hasPrefix("$ ") } ?? filesBegin
        head = Array(lines[..<commandsBegin])
        usesSmallProgramme = head.contains("use small")
        controls = head.filter { $0.hasPrefix("use controls ") }.flatMap { $0.split(separator: " ").dropFirst(2).map(String.init) }
        prose = head.filter { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) }
        steps = Script.steps(Array(lines[commandsBegin..<filesBegin]), from: commandsBegin)
    }

    private static func path(_ line: String) -> String? {
        guard line.hasPrefix("-- "), line.hasSuffix(" --"), line.count > 6 else { return nil }
        return String(line.dropFirst(3).dropLast(3))
    }

    private static func files(_ lines: [String]) -> [(path: String, text: String)] {
        var files: [(path: String, text: String)] = []
        for line in lines {
            if let path = path(line) { files.append((path, "")) } else { files[files.count - 1].text += line + "\n" }
        }
        // The text's last line end makes one line too many.
        if let last = files.last, last.text.hasSuffix("\n\n") || last.text == "\n" { files[files.count - 1].text.removeLast() }
        return files
    }

    private static func steps(_ lines: [String], from first: Int) -> [Step] {
        var steps: [Step] = []
        for (i, line) in lines.enumerated() {
            if line.hasPrefix("$ ") {
                steps.append(Step(line: first + i + 1, command: String(line.dropFirst(2)), answer: []))
            } else if let last = steps.last, last.command.hasSuffix("\\"), last.answer.isEmpty {
                steps[steps.count - 1] = Step(line: last.line, command: last.command + "\n" + line, answer: [])
            } else {
                steps[steps.count - 1].answer.append(line)
            }
        }
        return steps
    }

    /// The script with other answers; those that matched stay as they were written.
    func recorded(_ answers: [[String]]) -> String {
        var lines = head
        for (step, answer) in zip(steps, answers) {
            let commentary = step.answer.firstIndex { $0.hasPrefix("# ") }.map { Array(step.answer[$0...]) } ?? []
            lines.append("$ " + step.command)
            lines += answer
            lines += commentary.isEmpty ? [] : [""] + commentary
        }
        if !tail.isEmpty { lines.append("") }
        lines += tail
        return lines.joined(separator: "\n") + (tail.isEmpty ? "\n" : "")
    }
}
