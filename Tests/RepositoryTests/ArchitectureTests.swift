import Foundation
import Testing

/// ARCHITECTURE.md and CONTRIBUTING.md name real things.
@Suite struct ArchitectureTests {
    @Test(arguments: ["ARCHITECTURE.md", "CONTRIBUTING.md"])
    func everyPathAndTypeThatIsNamedExists(page: String) throws {
        var words: Set<Substring> = []
        for path in try Repository.files("Sources", ending: ".swift") {
            words.formUnion(try Repository.text(path).split { !$0.isLetter && !$0.isNumber && $0 != "_" })
        }
        for name in Page.quoted(try Repository.text(page)) {
            if ArchitectureTests.isOurs(name) {
                for path in ArchitectureTests.braces(name) { #expect(Repository.exists(path), "\(page): nothing lies at '\(path)'") }
            } else if name.wholeMatch(of: /[A-Z]\w+(?:\.\w+)?(?:\(.*\))?/) != nil {
                for part in name.prefix(while: { $0 != "(" }).split(separator: ".") {
                    #expect(words.contains(part) || Repository.exists(name), "\(page): nothing is called '\(name)'")
                }
            }
        }
    }

    @Test func pagesThatCommentsSendTheReaderToExist() throws {
        for path in try Repository.files("Sources", "scripts", "site-templates", "controls") {
            for match in try Repository.text(path).matches(of: /docs\/[\w\/.-]+\.(?:md|txt)/) {
                #expect(Repository.exists(String(match.0)), "\(path): nothing lies at '\(match.0)'")
            }
        }
    }

    /// A path below a folder of this checkout; others, such as `ledger/ledger.sqlite`, lie in a programme.
    private static func isOurs(_ name: String) -> Bool {
        let folders = ["Sources/", "Tests/", "controls/", "site-templates/", "docs/", "scripts/", "Benchmarks/"]
        return folders.contains { name.hasPrefix($0) } && !name.contains("<")
    }

    /// `a/{b,c}.swift` as `a/b.swift` and `a/c.swift`.
    private static func braces(_ name: String) -> [String] {
        guard let match = name.firstMatch(of: /\{([^}]*)\}/) else { return [name] }
        return match.1.split(separator: ",").map { name.replacing(match.0, with: $0) }
    }
}
