import Controls
import Evidence
import Foundation
import Testing

/// The files that ship in `controls/`.
@Suite struct CatalogueTests {
    private func files() throws -> [CatalogueFile] {
        try Repository.files("controls", ending: ".yaml").map { CatalogueFile(path: $0, bytes: Array(try Repository.text($0).utf8)) }
    }

    private func declared(_ key: String) throws -> [String] {
        try Repository.files("controls", ending: ".yaml").flatMap { path in
            try Repository.text(path).split(separator: "\n").filter { $0.hasPrefix(key + ": ") }.map { String($0.dropFirst(key.count + 2)) }
        }
    }

    @Test func noIdIsTakenTwice() throws {
        for key in ["id", "kind"] {
            let ids = try declared(key)
            let twice = Dictionary(grouping: ids) { $0 }.filter { $0.value.count > 1 }.keys
            #expect(!ids.isEmpty && twice.isEmpty, "\(key): \(twice.sorted())")
        }
    }

    @Test func everyYamlFileIsReadAsSomething() throws {
        let catalogue = try loadCatalogue(files: files())
        #expect(try declared("id").sorted() == catalogue.controls.map(\.id.text).sorted())
        #expect(try declared("kind").sorted() == catalogue.kinds.map(\.name.text).sorted())
        #expect(catalogue.sampling?.rows.count == 6)
        #expect(try files().count == 3 + catalogue.controls.count + catalogue.kinds.count + catalogue.readyMade.count + catalogue.traces.count)
    }

    @Test func thereAreSixtyOneCriteria() throws {
        let criteria = try loadCatalogue(files: files()).criteria.map(\.id.text)
        func count(_ pattern: some RegexComponent) -> Int { criteria.count { $0.wholeMatch(of: pattern) != nil } }
        #expect(criteria.count == 61 && Set(criteria).count == 61)
        #expect(count(/CC\d\.\d/) == 33)
        #expect(count(/A1\.\d/) == 3)
        #expect(count(/C1\.\d/) == 2)
        #expect(count(/PI1\.\d/) == 5)
        #expect(count(/P\d\.\d/) == 18)
    }

    @Test func everyControlServesCriteriaThatExist() throws {
        let catalogue = try loadCatalogue(files: files())
        let known = Set(catalogue.criteria.map(\.id))
        for control in catalogue.controls {
            #expect(!control.criteria.isEmpty && known.isSuperset(of: control.criteria), "\(control.id)")
            #expect(Set(control.criteria).count == control.criteria.count, "\(control.id) names a criterion twice")
        }
    }

    @Test func everyKindAndFieldSaysWhatItIs() throws {
        for kind in try loadCatalogue(files: files()).kinds {
            #expect(!kind.title.isEmpty && !kind.description.isEmpty, "\(kind.name)")
            for field in kind.fields { #expect(field.description.count > 2, "\(kind.name).\(field.name)") }
        }
    }

    @Test func everyControlIsTestedByItsOwnExamples() throws {
        for control in try loadCatalogue(files: files()).controls {
            #expect(control.examples?.count ?? 0 >= 3, "\(control.id): one that operated, one that deviated, one that cannot be told")
        }
    }
}
