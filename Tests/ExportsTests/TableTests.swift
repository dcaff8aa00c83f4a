import Evidence
import Testing

@testable import Exports

@Suite struct TableTests {
    @Test func theJSONIsReadByJqAndKeepsEveryCharacter() throws {
        guard Schema.isThere("jq") else { return }
        let json = resultsJSON(ResultsFixture.edition("\"\u{0}\u{202E}\\ ü\n"))
        #expect(try Schema.run(["jq", "-r", ".controls | length"], input: json).output == "7\n")
        #expect(
            try Schema.run(
                ["jq", "-c", "[.controls[] | .operated + .deviation + .insufficient_evidence + .not_yet_due + .not_applicable == .population] | all"],
                input: json
            ).output == "true\n")
        #expect(try Schema.run(["jq", "-j", ".controls[0].owner"], input: json).output.hasPrefix("=\"\u{0}\u{202E}\\ ü\n"))
        #expect(try Schema.run(["jq", "-S", "."], input: json).output == (try Schema.run(["jq", "."], input: json).output))
    }

    @Test func theCSVIsReadByPythonAndNoCellRunsAsAFormula() throws {
        guard Schema.isThere("python3") else { return }
        let csv = controlsCSV(ResultsFixture.edition("=1+1,\"quoted\"\nline"))
        let script =
            "import csv,sys,io; r=list(csv.reader(io.TextIOWrapper(sys.stdin.buffer,'utf-8',newline=''))); print(len(r), {len(x) for x in r}, any(c.lstrip()[:1] in ('=','+','@') and c.strip() for x in r for c in x), r[1][4])"
        #expect(try Schema.run(["python3", "-c", script], input: csv).output == "8 {32} False '==1+1,\"quoted\"\nline\n")
    }

    @Test func theSameEditionExportsToTheSameBytes() throws {
        let (a, b) = (ResultsFixture.edition(), ResultsFixture.edition())
        #expect(try oscalAssessmentResults(a) == oscalAssessmentResults(b))
        #expect(resultsJSON(a) == resultsJSON(b))
        #expect(controlsCSV(a) == controlsCSV(b))
    }
}
