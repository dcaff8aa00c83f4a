import Controls
import Testing

@Suite struct SampleSizesTests {
    private static let table = """
        sizes:
          - {name: few, up_to: 4, from: 2, to: 4, source: a book}
          - {name: many, from: 25, to: 60, source: another book}
        """
    private func load(_ text: String) throws -> Catalogue { try loadCatalogue(files: Small.files(["controls/sampling.yaml": text])) }

    @Test func theFirstRowThatReachesSoFarSuggestsAndNeverMoreThanThereAre() throws {
        let sizes = try #require(try load(Self.table).sampling)
        #expect(sizes.suggestion(for: 3)?.sizes == 2...3)
        #expect(sizes.suggestion(for: 5)?.sizes == 5...5)
        #expect(sizes.suggestion(for: 1_000)?.sizes == 25...60)
        #expect(sizes.suggestion(for: 0) == nil)
    }

    @Test func aCatalogueWithoutTheTableSuggestsNothing() throws {
        #expect(try loadCatalogue(files: Small.files()).sampling == nil)
    }

    @Test(arguments: [
        ("up_to: 4, ", "", "1: sizes must follow each other by 'up_to', and only the last has none"),
        ("from: 25", "upto: 9, from: 25", "3: 'upto' is not a key of a sample size\nreceipts: hint: did you mean 'up_to'?"),
        ("name: many", "name: many, up_to: 3", "1: sizes must follow each other by 'up_to', and only the last has none"),
        ("from: 2, to: 4", "from: 5, to: 4", "2: 'from' is more than 'to'"),
        ("from: 2, to: 4", "from: none, to: 4", "2: 'from' of a sample size must be a number of items, found 'none'"),
    ])
    func aBrokenTableIsRefusedWithItsLine(old: String, new: String, expected: String) {
        let found = findings { _ = try load(Self.table.replacing(old, with: new)) }
        #expect(found.first == "receipts: error: controls/sampling.yaml:" + expected, "\(found)")
    }
}
