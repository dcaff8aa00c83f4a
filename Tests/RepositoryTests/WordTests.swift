import Foundation
import Testing

/// docs/lexicon.md: one word for one thing, and words that nobody but an auditor may use.
@Suite struct WordTests {
    private static let lexicon = "docs/lexicon.md"

    /// What the tool says may never sound like an auditor's conclusion. The one place that names the words is the one that bans them.
    @Test func nothingThatIsReadClaimsMoreThanEvidenceCan() throws {
        let banned = try Page(WordTests.lexicon).rows("Never said").map { $0[0].lowercased() }
        #expect(Set(banned).isSuperset(of: ["certified", "compliant", "audit-ready", "passed audit", "soc 2 passed"]))
        let read = try Repository.files("controls", "site-templates", "docs", "Sources") + Repository.pages
        let hits = try Repository.lines(of: read.filter { $0 != WordTests.lexicon }) { line in
            let line = line.lowercased()
            return banned.contains { line.contains($0) }
        }
        #expect(hits.isEmpty, "\(hits.joined(separator: "\n"))")
    }

    @Test func everyTermOfTheLexiconIsInUse() throws {
        let names = try WordTests.declaredNames()
        let data = try Repository.files("controls", ending: ".yaml").map(Repository.text).joined(separator: "\n")
        let source = try Repository.files("Sources", ending: ".swift").map(Repository.text).joined(separator: "\n")
        for row in try Page(WordTests.lexicon).rows("Words") {
            try #require(row.count == 4, "a row of the lexicon needs four cells: \(row)")
            for name in Page.quoted(row[2]) {
                // A key stands in a shipped file, or is read from one that people write.
                let isFound = name.hasSuffix(":") ? data.contains(name) || source.contains("\"\(name.dropLast())\"") : names.contains(name)
                #expect(isFound, "\(row[0]): '\(name)' is nowhere")
            }
        }
    }

    @Test func noTypeIsNamedByAWordThatTheLexiconRefuses() throws {
        let names = try WordTests.declaredNames()
        for row in try Page(WordTests.lexicon).rows("Words") {
            for words in row[3].split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) where !words.isEmpty {
                let name = words.split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
                let isTaken = names.contains(name)
                #expect(!isTaken, "'\(name)': say '\(row[0])'")
            }
        }
    }

    /// Names that say nothing of what the thing is.
    @Test func noTypeIsAManagerOrHelper() throws {
        let vague = ["Manager", "Helper", "Utils", "Utility", "Common", "Base", "Impl", "Info"]
        let hits = try WordTests.declaredNames().filter { name in
            name.first?.isUppercase == true && vague.contains { name.hasSuffix($0) } && name != "BagInfo"
        }
        #expect(hits.isEmpty, "\(hits.sorted())")
    }

    /// Of types and functions.
    private static func declaredNames() throws -> Set<String> {
        let words = Set(["struct", "enum", "class", "protocol", "actor", "typealias", "func"].map { Substring($0) })
        var names: Set<String> = []
        for path in try Repository.files("Sources", ending: ".swift") {
            let tokens = try Repository.text(path).split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            for (word, name) in zip(tokens, tokens.dropFirst()) where words.contains(word) { names.insert(String(name)) }
        }
        return names
    }
}
