import Foundation

/// A programme folder that the real program made, with one source of JSON lines; it goes when the value does.
final class Programme {
    let root: URL

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "programme-\(UUID().uuidString)")
        let made = try Running(folder: nil, arguments: ["init", root.path]).ended()
        guard made.code == 0 else { throw Failure(made) }
        try leaveTwoControls()
        try write("receipts.yaml", Programme.yaml)
        try addEvents(1...40, to: "a.jsonl")
    }
    deinit { try? FileManager.default.removeItem(at: root) }

    /// Of sixty, so that a hundred runs cost what runs cost and not what a catalogue does.
    private func leaveTwoControls() throws {
        let controls = root.appending(path: "controls")
        for name in try FileManager.default.subpathsOfDirectory(atPath: controls.path) where name.contains("-") && name.hasSuffix(".yaml") {
            if !["security/SEC-02.yaml", "security/SEC-07.yaml"].contains(name) { try FileManager.default.removeItem(at: controls.appending(path: name)) }
        }
        let plan = "period_days: 90\nmilestones:\n  - {day: 30, goal: begin}\n  - {day: 60, goal: go on}\n"
        try Data(plan.utf8).write(to: controls.appending(path: "plan.yaml"))
    }

    struct Failure: Error { let ended: Ended; init(_ ended: Ended) { self.ended = ended } }

    struct Ended: CustomStringConvertible {
        let code: Int32
        let output: String
        let errors: String
        var description: String { "exit \(code)\n\(output)\(errors)" }
    }

    /// Runs a command in this programme.
    @discardableResult
    func receipts(_ arguments: [String], under shell: String? = nil) throws -> Ended {
        let process = try started(arguments, under: shell)
        return try process.ended()
    }

    func started(_ arguments: [String], under shell: String? = nil) throws -> Running {
        try Running(folder: root, arguments: arguments, shell: shell)
    }

    /// Verifies the ledger and gives the exit code: 3 is intact.
    func verified() throws -> Ended { try receipts(["verify", "ledger"]) }

    func addEvents(_ ids: ClosedRange<Int>, to name: String) throws {
        let lines = ids.map { id in
            #"{"id":"\#(id)","time":"2026-01-\#(10 + id % 20)T10:00:00Z","who":"w\#(id % 7)","act":"read","outcome":"success"}"# + "\n"
        }
        try write("evidence/" + name, lines.joined())
    }

    func write(_ path: String, _ text: String) throws {
        let url = root.appending(path: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// A copy of the ledger folder and the signer's memory, to go back to.
    func save(to name: String) throws {
        for part in ["ledger", "keys"] { try FileManager.default.copyItem(at: root.appending(path: part), to: root.appending(path: name + "-" + part)) }
    }

    /// Every table of the ledger or index, as the sqlite3 shell prints it.
    func dump(_ file: String, _ tables: String = "") throws -> String {
        try command("/usr/bin/env", ["sqlite3", "-readonly", root.appending(path: "ledger/" + file).path, ".dump \(tables)"]).output
    }
    func query(_ file: String, _ sql: String) throws -> String {
        try command("/usr/bin/env", ["sqlite3", "-readonly", root.appending(path: "ledger/" + file).path, sql]).output
    }

    private static let yaml = """
        entity: Tiny
        system: assistant
        zone: UTC
        started_on: 2026-01-01
        periods:
          - {id: p1, type: 2, start: 2026-01-01, end: 2026-03-31}
        sources:
          - id: access
            title: Access log
            owner: platform
            connector: files
            path: evidence/*.jsonl
            format: jsonl
            personal_data: none
            covers: none
            yields:
              - kind: access_log
                id: id
                at: time | time
                fields: {actor: who, action: act, outcome: outcome}

        """
}

/// The program under test, at work.
final class Running {
    private let process = Process()
    private let output: URL
    private let errors: URL
    let arguments: [String]

    /// `shell`: words to run before the program in its shell, such as `ulimit -f 8;`.
    init(folder: URL?, arguments: [String], shell: String? = nil) throws {
        self.arguments = arguments
        let name = FileManager.default.temporaryDirectory.appending(path: "said-\(UUID().uuidString)")
        output = name.appendingPathExtension("out")
        errors = name.appendingPathExtension("err")
        let place = folder.map { ["-C", $0.path] } ?? []
        if let shell {
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            process.arguments = ["-c", shell + #" exec "$0" "$@""#, Running.program] + place + arguments
        } else {
            process.executableURL = URL(fileURLWithPath: Running.program)
            process.arguments = place + arguments
        }
        // Files rather than pipes: nobody needs to read while the program runs.
        for url in [output, errors] { try Data().write(to: url) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
    }

    func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }
    var isRunning: Bool { process.isRunning }

    func ended() throws -> Programme.Ended {
        process.waitUntilExit()
        defer { for url in [output, errors] { try? FileManager.default.removeItem(at: url) } }
        let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return Programme.Ended(
            code: code, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    private static let program = Checkout.programs.appending(path: "receipts").path
}

func command(_ path: String, _ arguments: [String]) throws -> Programme.Ended {
    let process = Process(), output = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Programme.Ended(code: process.terminationStatus, output: String(decoding: said, as: UTF8.self), errors: "")
}
