import Testing

@testable import Assessment

@Suite struct RulingWordsTests {
    @Test(arguments: [
        (1, "day of one service", "1 day of one service"), (2, "day of one service", "2 days of one service"),
        (2, "account's use of one privilege on one day", "2 account's uses of one privilege on one day"),
        (3, "person's month under one purpose", "3 person's months under one purpose"), (0, "prompt version", "0 prompt versions"),
        (2, "copy of a deletion request", "2 copies of a deletion request"), (2, "policy in one month", "2 policies in one month"),
        (5, "life of a key", "5 lives of a key"), (2, "record with personal data", "2 records with personal data"), (2, "half year", "2 half years"),
        (2, "batch of one tenant", "2 batches of one tenant"), (2, "access", "2 accesses"),
    ])
    func itemsAreCountedInPlainEnglish(count: Int, item: String, text: String) {
        #expect(Ruling.items(count, item) == text)
    }
}
