import Evidence
import Testing

@testable import Portal

@Suite struct CSVTests {
    private func row(_ cells: String...) -> String {
        var csv = CSV()
        for cell in cells { csv.cell(cell) }
        csv.endRow()
        return String(decoding: csv.bytes, as: UTF8.self)
    }

    @Test func cellsAreQuotedWhereTheyMustBe() {
        #expect(row("plain", "a,b", "say \"hi\"", "two\nlines", "") == "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\r\n")
    }

    @Test(arguments: ["=1+1", "+1", "@SUM(A1)", "-1+2", "-", "\t=1", "\r=1", "  =HYPERLINK(\"x\")", "＝1"])
    func aCellThatWouldRunAsAFormulaIsDisarmed(_ cell: String) {
        let text = row(cell)
        #expect(text.hasPrefix("'") || text.hasPrefix("\"'"))
    }

    @Test(arguments: [0, 1, -1, 1_767_225_600_000_000_000, 1_767_225_611_120_000_000, -9_000_000_000_000_000_000, 9_000_000_000_000_000_000])
    func anInstantIsWrittenAsItDescribesItself(_ nanoseconds: Int64) {
        let instant = Instant(nanoseconds: nanoseconds)
        var csv = CSV()
        csv.cell(instant)
        csv.cell(nil as Instant?)
        #expect(String(decoding: csv.bytes, as: UTF8.self) == instant.description + ",")
    }

    @Test(arguments: ["-12", "-1.5", "a=b", "2026-01-01T00:00:00Z", "'x"])
    func otherCellsAreLeftAlone(_ cell: String) { #expect(row(cell) == cell + "\r\n") }
}
