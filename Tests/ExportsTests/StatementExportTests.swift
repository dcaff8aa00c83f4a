import Assessment
import Evidence
import Testing

@testable import Exports

/// What management decided is exported beside what was found, in formats that other programs read.
@Suite struct StatementExportTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func aDecisionIsAPropertyOfFindingAndRiskAndLeavesTheStateAsItIs() throws {
        let edition = ResultsFixture.edition("", verdicts: [.deviation])
        let xml = text(try oscalAssessmentResults(edition))
        #expect(xml.contains("name=\"managements-decision\" ns=\"urn:receipts:oscal\" value=\"not-effective\""))
        #expect(xml.contains("value=\"isolated\"") && xml.contains("response: mended"))
        #expect(xml.contains("name=\"frozen-population-f1\"") && xml.contains("value=\"1 of f1: drawn after the freeze\""))
        #expect(xml.contains("state=\"not-satisfied\" reason=\"fail\"") && xml.contains("name=\"deviation-rate-bound-95\""))
        let schema = Schema.find("schemas/oscal/1.2.2/oscal_complete_schema.xsd")
        guard let schema else { return }
        let (status, output) = try Schema.xmllint(["--schema", schema, "--noout"], try oscalAssessmentResults(ResultsFixture.edition()))
        #expect(status == 0, "\(output)")
    }

    @Test func everyDeviationIsARowWithItsIdAndTheAuditorsColumnsAreBlank() throws {
        let edition = ResultsFixture.edition("", verdicts: [.operated, .deviation])
        let rows = text(exceptionsCSV(edition)).split(separator: "\r\n").map(String.init)
        #expect(rows.count == 2)
        let item = try #require(edition.assessment.controls[1].deviations.first)
        #expect(rows[1].hasPrefix("\"\(edition.assessment.controls[1].control.exceptionID(item))\",\"CTL-01\",\"k1 \""))
        #expect(rows[1].contains("\"isolated\",\"w-1\"") && rows[1].contains("\"stands on this evidence\"") && rows[1].hasSuffix(",\"\",\"\",\"\",\"\""))
    }

    @Test func theJSONHasVerdictAndDecisionEachUnderItsOwnName() throws {
        let json = try JSON.parse(resultsJSON(ResultsFixture.edition("", verdicts: [.deviation])))
        let control = try #require(json["controls"]?.list?.first)
        #expect(control["verdict"]?.text == "deviation" && control["proposed"]?.text == "not-effective")
        #expect(control["decisions"]?.list?.map { $0["standing"]?.text } == ["stands on this evidence", "stands on this evidence"])
        #expect(control["exceptions"]?.list?.count == 1 && control["samples"]?.list?.count == 2)
        guard case .number(let bound)? = control["deviation_rate_bound_95"] else {
            Issue.record("no bound")
            return
        }
        #expect(bound == DeviationBound.upper(2, of: 7))
    }
}
