import Foundation
import Testing

@Suite struct HygieneTests {
    /// Spelled so that this file does not hold them.
    private static let traps = ["fatal" + "Error(", "XCT" + "Skip", ".dis" + "abled("]

    @Test func noSourceGivesUpAndNoTestIsSwitchedOff() throws {
        let hits = try Repository.lines(of: Repository.files("Sources", "Tests", ending: ".swift")) { line in
            HygieneTests.traps.contains { line.contains($0) }
        }
        #expect(hits.isEmpty, "\(hits.joined(separator: "\n"))")
    }

    @Test func whatIsLeftToDoHasAnOwner() throws {
        let word = "TO" + "DO", other = "FIX" + "ME"
        let hits = try Repository.lines(of: Repository.files("Sources", "Tests", ending: ".swift")) { line in
            line.contains(other) || line.split(whereSeparator: { !$0.isLetter }).contains(word[...]) && !line.contains(/\(\w+\): \w/)
        }
        #expect(hits.isEmpty, "write it as \(word)(owner): what and why\n\(hits.joined(separator: "\n"))")
    }

    @Test func noSwiftFileIsLongerThanThreeHundredLines() throws {
        let long = try Repository.files("Sources", "Tests", "Benchmarks", ending: ".swift").filter {
            try Repository.text($0).split(separator: "\n", omittingEmptySubsequences: false).count - 1 > 300
        }
        #expect(long.isEmpty, "split \(long)")
    }

    @Test func onlyWhatBelongsThereLiesAtTheTop() throws {
        let allowed: Set = [
            "Package.swift", "README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "scripts", "controls", "site-templates",
            "output", "docs", "Sources", "Tests", "Benchmarks", ".ci", ".gitignore", ".swift-format",
        ]
        let ignored: Set = [".build", ".git", "Package.resolved", ".swiftpm"]
        let strange = Set(try FileManager.default.contentsOfDirectory(atPath: Repository.root.path)).subtracting(allowed).subtracting(ignored)
        #expect(strange.isEmpty, "nobody expects \(strange.sorted()) at the top level")
    }

    @Test func everyPageIsThere() {
        for page in Repository.pages + ["docs/lexicon.md"] { #expect(Repository.exists(page), "\(page) is missing") }
    }

    @Test func linksOfThePagesLeadSomewhere() throws {
        for path in try Repository.pages + Repository.files("docs", ending: ".md") {
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            for match in try Repository.text(path).matches(of: /\]\(([^)#\s]+)(?:#[^)]*)?\)/) where !match.1.hasPrefix("http") {
                let target = URL(filePath: "/" + folder).appending(path: String(match.1)).standardized.path
                #expect(Repository.exists(String(target.dropFirst())), "\(path): nothing lies at '\(match.1)'")
            }
        }
    }

    @Test func scriptsCanBeRun() throws {
        let scripts = try Repository.files("scripts", ".ci").filter { !$0.hasSuffix("-lib.sh") } + ["Benchmarks/run"]
        for script in scripts {
            #expect(FileManager.default.isExecutableFile(atPath: Repository.root.appending(path: script).path), "chmod +x \(script)")
            #expect(try Repository.text(script).hasPrefix("#!"), "\(script) names no interpreter")
        }
    }
}
