import ArgumentParser
import Foundation
import ReceiptsCLI
import Testing
import Verification

/// What the program says of itself, and what is written about it.
@Suite struct CommandLineTests {
    @Test func theReadmeListsEveryExitCodeWithItsMeaningAndNoOther() throws {
        let written = try Page("README.md").rows("Exit codes").map { "\($0[0]) \($0[1])" }
        #expect(written == Outcome.allCases.map { "\($0.rawValue) \($0.meaning)" })
    }

    @Test func theReadmeListsEveryCommandAndNoOther() throws {
        let rows = try Page("README.md").rows("Commands")
        #expect(rows.map { Page.quoted($0[0]).joined() } == Receipts.configuration.subcommands.map { $0._commandName })
        for (row, command) in zip(rows, Receipts.configuration.subcommands) {
            for inner in command.configuration.subcommands {
                #expect(row[1].contains("`\(inner._commandName)"), "'\(command._commandName) \(inner._commandName)' is not in the README")
            }
        }
    }

    /// A missing or changed page is written anew, to be read and committed; never by a machine that nobody watches.
    @Test func helpIsPrintedInDocs() throws {
        var expected: Set<String> = []
        for (name, help) in CommandLineTests.helpPages() {
            let path = "docs/cli/\(name).txt"
            expected.insert(path)
            let found = Repository.exists(path) ? try Repository.text(path) : nil
            let isCurrent = found == help
            #expect(isCurrent, "\(path) was \(found == nil ? "missing" : "out of date")\(CommandLineTests.isWatched ? "; it is written anew" : "")")
            guard !isCurrent, CommandLineTests.isWatched else { continue }
            try FileManager.default.createDirectory(at: Repository.root.appending(path: "docs/cli"), withIntermediateDirectories: true)
            try help.write(to: Repository.root.appending(path: path), atomically: true, encoding: .utf8)
        }
        let stray = Set(try Repository.files("docs/cli")).subtracting(expected)
        #expect(stray.isEmpty, "no command has \(stray.sorted())")
    }

    private static var isWatched: Bool { ProcessInfo.processInfo.environment["CI"] == nil }

    private static func helpPages() -> [(name: String, help: String)] {
        var pages = [("receipts", Receipts.helpMessage(for: Receipts.self, columns: 100) + "\n")]
        func add(_ command: ParsableCommand.Type, _ name: String) {
            pages.append((name, Receipts.helpMessage(for: command, columns: 100) + "\n"))
            for inner in command.configuration.subcommands { add(inner, name + "-" + inner._commandName) }
        }
        for command in Receipts.configuration.subcommands { add(command, command._commandName) }
        return pages
    }
}
