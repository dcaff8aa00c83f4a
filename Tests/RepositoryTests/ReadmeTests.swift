import Foundation
import Testing

/// The README's own commands, run by the program that was built beside this test.
@Suite struct ReadmeTests {
    private static let section = "Your own system"

    @Test func theFirstSourceOfOnesOwnWorksAsWritten() throws {
        let page = try Page("README.md")
        let yaml = try #require(page.blocks("yaml", in: ReadmeTests.section).first)
        let records = try #require(page.blocks("json", in: ReadmeTests.section).first)
        let commands = page.blocks("sh", in: ReadmeTests.section).joined().split(separator: "\n").map(String.init)
        for verb in ["init", "check", "collect", "assess", "gap", "publish", "verify"] {
            #expect(commands.contains { $0.hasPrefix("receipts \(verb)") }, "the README does not show 'receipts \(verb)'")
        }
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        var isConfigured = false
        for line in commands {
            if !isConfigured, !line.hasPrefix("receipts init"), !line.hasPrefix("cd ") {
                try configure(folder.url.appending(path: "my-programme"), yaml: yaml, records: records)
                isConfigured = true
            }
            try run(line, in: isConfigured || line.hasPrefix("cd ") ? folder.url.appending(path: "my-programme") : folder.url)
        }
        let report = folder.url.appending(path: "my-programme/output/2026-q1/r1/index.html")
        #expect(FileManager.default.fileExists(atPath: report.path))
    }

    /// What the README asks a person to write by hand.
    private func configure(_ programme: URL, yaml: String, records: String) throws {
        let path = programme.appending(path: "receipts.yaml")
        let starter = String(decoding: try Data(contentsOf: path), as: UTF8.self)
        let head = try #require(starter.firstRange(of: "periods:\n"), "the starter has no 'periods:'")
        try Data((starter[..<head.lowerBound] + yaml).utf8).write(to: path)
        let evidence = programme.appending(path: "evidence/gateway")
        try FileManager.default.createDirectory(at: evidence, withIntermediateDirectories: true)
        try Data(records.utf8).write(to: evidence.appending(path: "gateway-2026-01-05.jsonl"))
    }

    /// Runs one line; it must end as its comment says (`# …: ends with 4`), else with 0.
    private func run(_ line: String, in folder: URL) throws {
        guard !line.hasPrefix("cd ") else { return }
        let expected = line.firstMatch(of: /#.*ends with (\d+)/).flatMap { Int32($0.1) } ?? 0
        let (status, output) = try Program.shell(line, in: folder)
        try #require(status == expected, "'\(line)' ended with \(status):\n\(output)")
    }
}

/// The debug program that `swift build --build-tests` puts beside the test bundle.
enum Program {
    static let folder: URL = {
        // The test bundle is the running program, or is loaded by it from the same folder.
        let bundle = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }
        let beside = (bundle ?? URL(filePath: CommandLine.arguments[0])).deletingLastPathComponent()
        let found = FileManager.default.fileExists(atPath: beside.appending(path: "receipts").path)
        return found ? beside : Repository.root.appending(path: ".build/debug")
    }()

    /// A line of shell with the program on PATH: its status, and everything it wrote.
    static func shell(_ line: String, in folder: URL) throws -> (status: Int32, output: String) {
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", line]
        process.currentDirectoryURL = folder
        process.environment = ["PATH": Program.folder.path + ":/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "HOME": folder.path]
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}

/// A folder that goes away with the test.
final class TemporaryFolder {
    let url: URL
    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "receipts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(at: url) }
}
