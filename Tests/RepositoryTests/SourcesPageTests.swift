import Controls
import Evidence
import Foundation
import Testing

/// `docs/sources.md` is written from `controls/sources`: which system, reached how, yielding what, for which controls, and what it must be granted.
@Suite struct SourcesPageTests {
    private func catalogue() throws -> Catalogue {
        try loadCatalogue(
            files: try Repository.files("controls", ending: ".yaml").map { CatalogueFile(path: $0, bytes: Array(try Repository.text($0).utf8)) })
    }

    private static let reached = [
        "files": "files in the programme's folder", "git": "a git repository", "sqlite": "another program's SQLite database",
        "exec": "a program that is asked", "http": "a web API",
    ]

    private func page(_ catalogue: Catalogue) throws -> String {
        var text = """
            # The systems that mappings are shipped for

            Written from `controls/sources/` by the tests. `receipts source add <name> <place>` takes one up, `receipts source try` shows what it would store;
            another system is one YAML file: [its expressions](formats/mapping.md). None of them asks for more than reading.


            """
        for mapping in catalogue.readyMade {
            let reached = try #require(SourcesPageTests.reached[mapping.connector], "how is a source of '\(mapping.connector)' reached?")
            let feeds = mapping.kinds.map { kind in
                let readers = catalogue.controls.filter { $0.readKinds.contains(kind) }.map(\.id.text)
                return "`\(kind)`" + (readers.isEmpty ? " (no control)" : ": " + readers.joined(separator: " "))
            }
            text += "## \(mapping.name)\n\n\(mapping.title).\n\n| | |\n| --- | --- |\n"
            text += "| reached by | `\(mapping.connector)`: \(reached)" + (mapping.example.map { ", such as `\($0)`" } ?? "") + " |\n"
            text += "| kinds, and the controls that read them | \(feeds.joined(separator: "; ")) |\n"
            text += "| grant it | \(mapping.grants ?? "nothing") |\n"
            text += "| held against | \(mapping.checkedAgainst ?? "nothing yet") |\n\n"
        }
        return String(text.dropLast())
    }

    /// Written anew where somebody watches, to be read and committed.
    @Test func thePageOfSourcesIsCurrent() throws {
        let path = "docs/sources.md"
        let wanted = try page(try catalogue())
        let isCurrent = Repository.exists(path) ? try Repository.text(path) == wanted : false
        #expect(isCurrent, "\(path) is not what controls/sources says")
        guard !isCurrent, ProcessInfo.processInfo.environment["CI"] == nil else { return }
        try wanted.write(to: Repository.root.appending(path: path), atomically: true, encoding: .utf8)
    }

    @Test func everyMappingSaysWhatItNeedsAndWhatItWasHeldAgainst() throws {
        for mapping in try catalogue().readyMade {
            #expect(mapping.grants != nil && mapping.checkedAgainst != nil, "\(mapping.name)")
            #expect(mapping.connector == "exec" || mapping.example != nil, "\(mapping.name): where do the records usually lie?")
        }
    }
}

extension Control {
    fileprivate var readKinds: Set<String> { Set((population.needs.map(\.kind) + population.complete).map(\.text)) }
}
