import Assessment
import Evidence
import Testing

@testable import Portal

@Suite struct AccountTests {
    private let ana = "acct-abcdefgh234567ab"
    private let shared = "acct-bcdefgh234567abc"
    private let stranger = "acct-cdefgh234567abcd"
    private var directory: StaffDirectory { StaffDirectory([(ana, "w-105"), (shared, "w-106"), (ana, "w-105"), (shared, "w-107")]) }

    @Test func anAccountIsShownWithItsWorkId() {
        #expect(directory.named(ana) == "w-105 (\(ana))")
        #expect(directory.named("\(ana) approve 2026-02-01") == "w-105 (\(ana)) approve 2026-02-01")
    }

    @Test func anAccountOfTwoPeopleShowsBoth() { #expect(directory.named(shared) == "w-106 and w-107 (\(shared))") }

    @Test func anAccountThatTheDirectoryLacksIsCalledUnresolved() {
        #expect(directory.named("\(ana),\(stranger)") == "w-105 (\(ana)),\(stranger) (unresolved)")
    }

    @Test func withoutADirectoryNothingIsCalledUnresolved() { #expect(StaffDirectory.none.named(stranger) == stranger) }

    @Test(arguments: ["subj-abcdefgh234567ab", "acct-short", "acct-abcdefgh234567abc", "xacct-abcdefgh234567ab", "acct-ABCDEFGH234567AB", "", "a"])
    func whatIsNoAccountIsLeftAlone(_ text: String) { #expect(directory.named(text) == text) }

    @Test func everyPageOfAnItemNamesStaffAndTheCSVDoesNot() throws {
        let files = try PortalTests.site(spice: "")
        for path in ["control/CHG-01.html", "control/CHG-01/population-001.html", "exceptions/index.html"] {
            let page = String(decoding: try #require(files[path]), as: UTF8.self)
            #expect(page.contains("w-105 (\(ana))"), "\(path)")
            #expect(page.contains("\(stranger) (unresolved)"), "\(path)")
        }
        let csv = String(decoding: try #require(files["data/CHG-01.csv"]), as: UTF8.self)
        #expect(csv.contains(ana) && !csv.contains("w-105") && !csv.contains("unresolved"))
    }
}
