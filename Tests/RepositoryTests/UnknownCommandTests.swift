import ReceiptsCLI
import Testing

@Suite struct UnknownCommandTests {
    @Test func aMisspeltCommandIsAnsweredWithTheNearest() {
        #expect(Receipts.unknown("colect")?.text == "receipts: error: there is no command 'colect'\nreceipts: hint: did you mean 'collect'?")
    }

    @Test func aWordThatIsNearToNoneGetsTheList() throws {
        let hint = try #require(Receipts.unknown("frobnicate")?.hint)
        #expect(hint.hasPrefix("commands: init, check, source, collect"))
    }

    @Test(arguments: ["check", "help", "--help", "-C", "--version"])
    func commandsAndOptionsAreLeftToTheirReader(word: String) {
        #expect(Receipts.unknown(word) == nil)
    }
}
