import Foundation

/// Fixtures/web.py, or another server of the fixtures, at work over a folder until this goes.
final class RecordedServer {
    private let process = Process()
    private let lifeline = Pipe()
    let folder: URL
    let url: String

    init(_ folder: URL, script: String = "web.py", arguments: [String] = []) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-u", Checkout.fixtures.appendingPathComponent(script).path] + (script == "web.py" ? [folder.path] : arguments)
        process.standardOutput = output
        process.standardInput = lifeline
        process.standardError = FileHandle.nullDevice
        try process.run()
        url = "http://127.0.0.1:" + String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    deinit {
        try? lifeline.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
    func remove(_ name: String) throws { try FileManager.default.removeItem(at: folder.appendingPathComponent(name)) }
    var asked: [String] {
        ((try? String(contentsOf: folder.appendingPathComponent("asked"), encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }
}
