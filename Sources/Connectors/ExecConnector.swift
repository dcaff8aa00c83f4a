import Evidence
import Foundation

/// Runs a program and reads its standard output by the source's format.
///
/// Only an output that was read to its end, of a program that then ended with 0, speaks for the window. All else is partial, or failed where nothing
/// came: an empty answer of a program that failed is no answer.
struct ExecConnector: Connector {
    let settings: ExecSettings

    func pull<S: RecordSink>(_ request: PullRequest, into sink: inout S) throws -> PullReport {
        var report = PullReport(outcome: .failed, query: settings.command.joined(separator: " "))
        do {
            let command = try ExecCommand(settings, request)
            report.query = command.shown
            let output = try ProgramOutput(command, settings, request)
            let decoding = StreamDecoding(decoder: settings.decoder, start: DecoderStart(name: name, limits: request.limits), request: request)
            let result = try decoding.run(output, into: &sink)
            output.close()
            report.complaint = output.complaint
            if let problem = result.problem { report.problems.append(problem.text) }
            report.outcome = outcome(result)
            report.answered = result.problem == nil ? request.window : nil
            // Of a stretch of time no pull repeats what an earlier one read; of a whole register each does.
            if !ConnectorSettings.exec(settings).isWindowed, let cursor = result.cursor { report.cursors = [cursor] }
        } catch let problem as ReadProblem {
            report.problems.append(problem.text)
        }
        return report
    }

    private var name: String { settings.command.first?.split(separator: "/").last.map(String.init) ?? "" }

    private func outcome(_ result: StreamDecoding.Result) -> PullOutcome {
        if result.problem != nil { return result.count > 0 ? .partial : .failed }
        return result.count > 0 ? .complete : .empty
    }
}

/// A program's standard output, up to the limits.
private final class ProgramOutput: ByteStream {
    private let child: ChildProcess
    private let command: ExecCommand
    private let settings: ExecSettings
    /// Where the program was given a secret.
    private let held: GuardedBytes?
    private var bytes = 0
    /// Of a program that failed.
    private(set) var complaint: [UInt8] = []

    init(_ command: ExecCommand, _ settings: ExecSettings, _ request: PullRequest) throws(ReadProblem) {
        let isLate = request.limits.stopwatch(settings.timeout)
        let isOverdue = request.limits.isOverdue
        self.command = command
        self.settings = settings
        held = command.secrets.isEmpty ? nil : GuardedBytes(command.secrets, chunk: ChildProcess.chunk)
        child = try ChildProcess(command.program, command.arguments, environment: command.environment, folder: request.root) { isLate() || isOverdue() }
    }

    func next() throws -> UnsafeRawBufferPointer {
        guard let held else { return try take() }
        while true {
            let chunk = try take()
            switch held.pass(chunk) {
            case .secret(let name): throw ReadProblem("'\(command.program)' wrote the value of '\(name)', which it was given: not stored")
            case .bytes(let bytes): if !bytes.isEmpty || chunk.isEmpty { return bytes }
            }
        }
    }

    private func take() throws(ReadProblem) -> UnsafeRawBufferPointer {
        let chunk = try child.next()
        bytes += chunk.count
        guard bytes <= settings.limit else { throw ReadProblem("'\(command.program)' wrote more than \(settings.limit) bytes; the rest was left") }
        return chunk
    }

    func end() throws -> ReadProblem? {
        let end = try child.end()
        if end == .status(0) { return nil }
        complaint = command.withoutSecrets(child.said, limit: 1024)
        switch end {
        case .status(let code): return ReadProblem("'\(command.program)' ended with status \(code)")
        case .signal(let number): return ReadProblem("'\(command.program)' was ended by signal \(number)")
        }
    }

    func close() { child.kill() }
}
