import Assessment
import Controls
import Evidence
import Foundation
import Testing

/// The catalogue that ships, read once.
enum Shipped {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let catalogue: Catalogue? = {
        let folder = root.appending(path: "controls")
        guard let names = try? FileManager.default.subpathsOfDirectory(atPath: folder.path) else { return nil }
        let files = names.filter { $0.hasSuffix(".yaml") }.compactMap { name in
            (try? Data(contentsOf: folder.appending(path: name))).map { CatalogueFile(path: "controls/" + name, bytes: [UInt8]($0)) }
        }
        return try? loadCatalogue(files: files)
    }()
    static var ids: [String] { (catalogue?.controls ?? []).map(\.id.text) }

    static func control(_ id: String) throws -> (Catalogue, Control) {
        let catalogue = try #require(catalogue)
        return (catalogue, try #require(catalogue.control(ControlID(trusted: id))))
    }

    static let verdicts: Set<ItemVerdict> = [.operated, .deviation, .insufficientEvidence]

    /// Answers that an attribute cannot give, so that no example shows them.
    static let impossible: [String: Set<ItemVerdict>] = [
        // Who somebody is and what is covered is proved or unknown, never wrong: `person(x) = person(x)`, `covered(kind)`.
        "SEC-02 b": [.deviation], "PRV-04 a": [.deviation],
        // A field that a record lacks is NULL, never empty, and `length()` of it NULL; "1 where known" likewise.
        "PRV-02 c": [.deviation], "PRV-02 d": [.deviation], "CHG-03 d": [.deviation],
    ]
}

@Suite struct ShippedControlsTests {
    @Test func everyCategoryHasTwoControlsOrMore() throws {
        let controls = try #require(Shipped.catalogue).controls
        #expect(controls.count >= 60)
        for category in Category.allCases { #expect(controls.count { $0.category == category } >= 2, "\(category)") }
    }

    /// A deviation is told as soon as it is certain. Seen from each moment of each worked case, none is told that is none in the end.
    @Test(arguments: Shipped.ids) func noDeviationIsTakenBack(id: String) throws {
        let (catalogue, control) = try Shipped.control(id)
        let found = try ExampleRunner(catalogue).takenBack(control)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test func everyCriterionIsAnsweredByAControl() throws {
        let catalogue = try #require(Shipped.catalogue)
        let answered = Set(catalogue.controls.flatMap(\.criteria))
        #expect(catalogue.criteria.map(\.id).filter { !answered.contains($0) } == [])
    }

    /// Words that repeat are words that nobody thought about: three in a row, ids and numbers left out.
    @Test func noTwoControlsAreTestedInTheSameWords() throws {
        let sentences = try #require(Shipped.catalogue).controls.flatMap { control in
            control.procedure.split { ".;".contains($0) }.map { (control.id, trigrams(String($0))) }.filter { !$0.1.isEmpty }
        }
        for (i, one) in sentences.enumerated() {
            for other in sentences[(i + 1)...] where other.0 != one.0 {
                let alike = Double(one.1.intersection(other.1).count) / Double(one.1.union(other.1).count)
                #expect(alike <= 0.8, "\(one.0) and \(other.0)")
            }
        }
    }

    private func trigrams(_ sentence: String) -> Set<[Substring]> {
        let words = sentence.lowercased().split { !$0.isLetter && $0 != "'" }
        return Set(words.indices.dropLast(2).map { Array(words[$0..<$0 + 3]) })
    }

    @Test(arguments: Shipped.ids) func everyExampleComesOutAsItSays(_ id: String) throws {
        let (catalogue, control) = try Shipped.control(id)
        #expect(ExampleRunner(catalogue).check(control).map(\.text) == [])
    }

    @Test(arguments: Shipped.ids) func theExamplesShowEveryVerdictOfAnItem(_ id: String) throws {
        let (_, control) = try Shipped.control(id)
        // An item whose attributes are all named has the verdict that they give.
        let shown = (control.examples ?? []).flatMap { $0.expect.values.map { verdict(of: $0) } }
        for wanted in [ItemVerdict.operated, .deviation, .insufficientEvidence] { #expect(shown.contains(wanted), "\(id) shows no item \(wanted)") }
    }

    private func verdict(of item: [String: ItemVerdict]) -> ItemVerdict? {
        item["item"] ?? [.deviation, .insufficientEvidence, .operated].first { item.values.contains($0) }
    }

    @Test(arguments: Shipped.ids) func theExamplesShowEveryAnswerOfAnAttribute(_ id: String) throws {
        let (_, control) = try Shipped.control(id)
        for attribute in control.attributes {
            let name = "\(id) \(attribute.letter)"
            let shown = Set((control.examples ?? []).flatMap { $0.expect.values.compactMap { $0[attribute.letter] } })
            let missing = Shipped.verdicts.subtracting(shown)
            #expect(missing == Shipped.impossible[name] ?? [], "\(name)")
        }
    }
}
