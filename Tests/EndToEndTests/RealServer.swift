import Foundation

/// Somebody else's server, as a child of the test, on a free port of this machine; killed by its id when this goes. One that does not start fails the test.
final class RealServer {
    private let process = Process()
    let url: String

    /// `program` is looked for in PATH. Ready is what answers `path` with any status below 500.
    init(_ sandbox: Sandbox, _ program: String, environment: [String: String] = [:], ready path: String, _ arguments: (Int) -> [String]) throws {
        let log = sandbox.folder.appendingPathComponent("\(program).log")
        try Data().write(to: log)
        let port = try RealServer.freePort(sandbox)
        url = "http://127.0.0.1:\(port)"
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments(port)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = sandbox.programme
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: log)
        process.standardError = process.standardOutput
        try process.run()
        let asked = try sandbox.run(
            "for i in $(seq 900); do kill -0 \(process.processIdentifier) || exit; curl -s -m 5 -o /dev/null -w '%{http_code}' \(url)\(path) | grep -q '^[1-4]' && exit; sleep 0.1; done; exit 1"
        )
        guard asked.code == 0, process.isRunning else {
            throw Sandbox.Failure("\(program) does not start: \((try? String(contentsOf: log, encoding: .utf8)) ?? "")")
        }
    }

    deinit {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private static func freePort(_ sandbox: Sandbox) throws -> Int {
        let said = try sandbox.run("python3 -c 'import socket; s = socket.socket(); s.bind((\"127.0.0.1\", 0)); print(s.getsockname()[1])'")
        guard let port = Int(said.output.trimmingCharacters(in: .whitespacesAndNewlines)) else { throw Sandbox.Failure("no free port: \(said.errors)") }
        return port
    }
}
