import Foundation

/// Other people's programs, and material that may lie beside the project.
enum Schema {
    /// A file of `../shared`, or nil, said aloud.
    static func find(_ name: String, _ path: String = #filePath) -> String? {
        guard isThere("xmllint") else { return nil }
        let root = URL(fileURLWithPath: path).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        // Beside the project, or beside the folder that holds several checkouts of it.
        for folder in ["../shared", "../../shared"] {
            let file = root.appendingPathComponent(folder).appendingPathComponent(name).standardizedFileURL.path
            if FileManager.default.fileExists(atPath: file) { return file }
        }
        print("skipped: ../shared is absent (\(name))")
        return nil
    }
    static func isThere(_ program: String) -> Bool {
        let found = (try? run(["sh", "-c", "command -v \(program)"]).status) == 0
        if !found { print("skipped: \(program) is not installed") }
        return found
    }
    static func xmllint(_ arguments: [String], _ document: [UInt8]) throws -> (status: Int32, output: String) {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("results-\(UUID().uuidString).xml")
        try Data(document).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try run(["xmllint", "--nonet"] + arguments + [file.path])
    }
    static func run(_ arguments: [String], input: [UInt8] = []) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stdout
        try process.run()
        stdin.fileHandleForWriting.write(Data(input))
        try stdin.fileHandleForWriting.close()
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
