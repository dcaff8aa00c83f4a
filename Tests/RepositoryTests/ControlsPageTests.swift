import Controls
import Evidence
import Foundation
import Testing

/// `docs/controls.md` is written from the catalogue, and what is said there of every question is complete.
@Suite struct ControlsPageTests {
    private func catalogue() throws -> Catalogue {
        try loadCatalogue(
            files: try Repository.files("controls", ending: ".yaml").map { CatalogueFile(path: $0, bytes: Array(try Repository.text($0).utf8)) })
    }

    private struct Question {
        let text: String
        let controls: [String]
    }
    private func questions() throws -> [Question] {
        try Repository.text("docs/traceability.txt").split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 2, "not 'question | controls': \(line)")
            return Question(text: cells[0], controls: cells[1].split(separator: " ").map(String.init))
        }
    }

    private static let titles: [(Category, String)] = [
        (.security, "Security and the common criteria"), (.availability, "Availability"), (.processingIntegrity, "Processing integrity"),
        (.confidentiality, "Confidentiality"), (.privacy, "Privacy"),
    ]

    private func page(_ catalogue: Catalogue) throws -> String {
        var text = """
            # The shipped controls

            Written from `controls/` by the tests. \(catalogue.controls.count) controls, \(catalogue.kinds.count) kinds of evidence, \(catalogue.criteria.count) criteria.


            """
        for (category, title) in ControlsPageTests.titles {
            text += "## \(title)\n\n| control | criteria | population, tested | what is asked of each item | day |\n| --- | --- | --- | --- | ---: |\n"
            for control in catalogue.controls where control.category == category {
                let asked = control.attributes.map { "\($0.letter)) \($0.says)" }.joined(separator: "; ")
                text += "| \(control.id) \(control.title) | \(control.criteria.map(\.text).joined(separator: " ")) | "
                text += "\(control.population.item), \(control.frequency) | \(asked) | \(control.milestone) |\n".replacingOccurrences(of: "||", with: "\\|\\|")
            }
            text += "\n"
        }
        text += "## Criteria and the controls that serve them\n\n| criterion | controls |\n| --- | --- |\n"
        for criterion in catalogue.criteria {
            let serving = catalogue.controls.filter { $0.criteria.contains(criterion.id) }.map(\.id.text)
            text += "| \(criterion.id) \(criterion.title) | \(serving.isEmpty ? "none" : serving.joined(separator: " ")) |\n"
        }
        text += "\n## Kinds of evidence and the controls that read them\n\n| kind | what it is | controls |\n| --- | --- | --- |\n"
        for kind in catalogue.kinds {
            let readers = catalogue.controls.filter { $0.reads.contains(kind.name) }.map(\.id.text)
            text += "| `\(kind.name)` | \(kind.title) | \(readers.isEmpty ? "none" : readers.joined(separator: " ")) |\n"
        }
        text += "\n## What has to be answered\n\n| question | controls | kinds of evidence | by day |\n| --- | --- | --- | --- |\n"
        for question in try questions() {
            let controls = catalogue.controls.filter { question.controls.contains($0.id.text) }
            let kinds = Set(controls.flatMap(\.reads)).sorted().map { "`\($0)`" }.joined(separator: " ")
            let days = Set(controls.map(\.milestone)).sorted().map(String.init).joined(separator: ", ")
            text += "| \(question.text) | \(controls.map(\.id.text).joined(separator: " ")) | \(kinds) | \(days) |\n"
        }
        return text
    }

    /// Written anew where somebody watches, to be read and committed.
    @Test func thePageOfControlsIsCurrent() throws {
        let path = "docs/controls.md"
        let wanted = try page(try catalogue())
        let isCurrent = Repository.exists(path) ? try Repository.text(path) == wanted : false
        #expect(isCurrent, "\(path) is not what the catalogue says")
        guard !isCurrent, ProcessInfo.processInfo.environment["CI"] == nil else { return }
        try wanted.write(to: Repository.root.appending(path: path), atomically: true, encoding: .utf8)
    }

    @Test func everyQuestionIsAnsweredByControlsThatExist() throws {
        let ids = Set(try catalogue().controls.map(\.id.text))
        for question in try questions() {
            #expect(!question.controls.isEmpty, "\(question.text)")
            #expect(question.controls.filter { !ids.contains($0) } == [], "\(question.text)")
        }
    }

    @Test func everyControlAnswersAQuestionOrACriterion() throws {
        let catalogue = try catalogue()
        #expect(catalogue.criteria.filter { criterion in !catalogue.controls.contains { $0.criteria.contains(criterion.id) } }.map(\.id.text) == [])
    }

    /// An auditor distrusts a report in which every test reads the same.
    @Test func noTwoProceduresReadAlike() throws {
        let controls = try catalogue().controls
        let shingles = controls.map { ControlsPageTests.trigrams($0.procedure) }
        var highest = (share: 0.0, pair: "")
        for i in controls.indices {
            for j in controls.indices where j > i {
                let share = ControlsPageTests.likeness(shingles[i], shingles[j])
                if share > highest.share { highest = (share, "\(controls[i].id) and \(controls[j].id)") }
            }
        }
        #expect(highest.share <= 0.8, "\(highest.pair): \(highest.share)")
    }

    @Test func likenessIsWhatItSays() {
        let a = ControlsPageTests.trigrams("For each key of 2026 the team compares AVL-01 with the log.")
        #expect(ControlsPageTests.likeness(a, ControlsPageTests.trigrams("For each key of 2025 the team compares CHG-07 with the log!")) == 1)
        #expect(ControlsPageTests.likeness(a, ControlsPageTests.trigrams("Nothing of this is like that at all.")) == 0)
    }

    /// Runs of three words, ids and numbers taken out.
    static func trigrams(_ text: String) -> Set<String> {
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "-" }.filter { !$0.contains(where: \.isNumber) }
        guard words.count >= 3 else { return [] }
        return Set((0...words.count - 3).map { words[$0..<$0 + 3].joined(separator: " ") })
    }

    static func likeness(_ a: Set<String>, _ b: Set<String>) -> Double {
        let all = a.union(b).count
        return all == 0 ? 0 : Double(a.intersection(b).count) / Double(all)
    }
}

extension Control {
    fileprivate var reads: [KindName] { Set(population.needs.map(\.kind) + population.complete).sorted() }
}
