import Connectors
import Evidence
import Foundation
import Synchronization

/// Fixtures/web.py of the end-to-end tests, at work until this goes.
final class WebServer {
    private let process = Process()
    private let lifeline = Pipe()
    let port: Int
    var url: String { "http://127.0.0.1:\(port)" }

    init(_ arguments: [String] = []) throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-u", tests.appendingPathComponent("EndToEndTests/Fixtures/web.py").path] + arguments
        process.standardOutput = output
        process.standardInput = lifeline
        process.standardError = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        port = Int(said) ?? 0
    }
    deinit {
        try? lifeline.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Pulls from a path of it. Waits are counted and not waited for.
    func pull(
        _ path: String, root: String = "/", environment: [String: String] = [:], since: Instant = .distantPast, coverage: CoverageRule = .none,
        now: Instant = instant("2026-03-05T12:00:00Z"), isTimed: Bool = false, waits: Waits = Waits(),
        _ change: (inout HTTPSettings) -> Void = { _ in }
    ) throws -> Pulled {
        var settings = HTTPSettings(url: url + path, place: place)
        settings.allowsOwnNetwork = true
        settings.retries = 0
        change(&settings)
        var limits = Limits()
        limits.pause = { waits.add($0) }
        if isTimed { limits.clock = { Instant(nanoseconds: Int64(Date().timeIntervalSince1970 * 1_000_000_000)) } }
        var sink = Kept()
        let request = PullRequest(
            source: source(.http(settings), coverage), root: root, window: Window(start: since, end: now), digestKey: [7, 7], limits: limits, now: now,
            environment: environment)
        let report = try withExtendedLifetime(self) { try connector(for: .http(settings)).pull(request, into: &sink) }
        return Pulled(report: report, sink: sink)
    }
}

final class Waits: Sendable {
    private let held = Mutex<[Duration]>([])
    func add(_ duration: Duration) { held.withLock { $0.append(duration) } }
    var all: [Duration] { held.withLock { $0 } }
}
