import Assessment
import Evidence
import Testing

@testable import Exports

@Suite struct GapReportTests {
    @Test func theXMLIsWellFormedWhateverTheFieldsHold() throws {
        guard Schema.isThere("xmllint") else { return }
        let (status, output) = try Schema.xmllint(["--noout"], gapReportXML(ResultsFixture.edition()))
        #expect(status == 0, "\(output)")
    }

    @Test func theXMLHoldsEveryControlSortedAndWhatBlocks() throws {
        guard Schema.isThere("xmllint") else { return }
        let xml = try gapReportXML(ResultsFixture.edition("plain"))
        func ask(_ path: String) throws -> String { try Schema.xmllint(["--xpath", path], xml).output.split(separator: "\n").joined(separator: " ") }
        #expect(try ask("string(/*/*[local-name()='statement'])") == "management readiness, not an examination")
        let ids = try ask("//*[local-name()='controls']/*/@id").split(separator: " ").map(String.init)
        #expect(ids == (0..<4).map { "id=\"CTL-0\($0)\"" })
        #expect(try ask("string(//*[local-name()='blocked-by']/@control)") == "CTL-03")
        #expect(try ask("count(//*[local-name()='earliest-period-start']/@at)") == "0")
        #expect(try ask("string(//*[local-name()='controls']/*[@id='CTL-00']/@operating-since)") == "2026-02-10T00:00:00Z")
        #expect(try ask("count(//*[local-name()='plan']/*[local-name()='item'])") == "3")
    }

    @Test func theCSVIsReadByPythonAndNoCellRunsAsAFormula() throws {
        guard Schema.isThere("python3") else { return }
        let csv = gapReportCSV(ResultsFixture.edition("=1+1,\"quoted\"\nline"))
        let script =
            "import csv,sys,io; r=list(csv.reader(io.TextIOWrapper(sys.stdin.buffer,'utf-8',newline=''))); print(len(r), {len(x) for x in r}, any(c.lstrip()[:1] in ('=','+','@') and c.strip() for x in r for c in x), {x[-1] for x in r[1:]}, [x[1] for x in r[1:5]])"
        #expect(
            try Schema.run(["python3", "-c", script], input: csv).output
                == "8 {20} False {'management readiness, not an examination'} ['CTL-03', 'CTL-00', 'CTL-01', 'CTL-02']\n")
    }

    @Test func theSameEditionExportsToTheSameBytes() throws {
        #expect(try gapReportXML(ResultsFixture.edition()) == gapReportXML(ResultsFixture.edition()))
        #expect(gapReportCSV(ResultsFixture.edition()) == gapReportCSV(ResultsFixture.edition()))
    }
}
