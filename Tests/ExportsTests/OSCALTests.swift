import Assessment
import Evidence
import Foundation
import Testing

@testable import Exports

@Suite struct OSCALTests {
    private func text(_ edition: Edition) throws -> String { String(decoding: try oscalAssessmentResults(edition), as: UTF8.self) }

    @Test func theFileIsValidAgainstNISTsSchemaWhateverTheFieldsHold() throws {
        guard let schema = Schema.find("schemas/oscal/1.2.1/oscal_assessment-results_schema.xsd") else { return }
        for edition in [ResultsFixture.edition(), ResultsFixture.edition(""), ResultsFixture.edition("", verdicts: [])] {
            let (status, output) = try Schema.xmllint(["--schema", schema, "--noout"], try oscalAssessmentResults(edition))
            #expect(status == 0, "\(output)")
        }
    }

    @Test func everyReferenceResolvesAndEveryIdIsThereOnce() throws {
        let xml = try text(ResultsFixture.edition())
        let defined = xml.matches(of: /\suuid="([^"]+)"/).map { String($0.1) }
        #expect(Set(defined).count == defined.count)
        let used = xml.matches(of: /(?:href="#|observation-uuid="|risk-uuid=")([^"]+)"/).map { String($0.1) }
        #expect(used.count > 20)
        for id in used { #expect(defined.contains(id), "\(id)") }
    }

    @Test func uuidsAreVersionFiveAndOnlyTheDocumentsChangesWithTheContent() throws {
        func ids(_ edition: Edition) throws -> [String] { try text(edition).matches(of: /\suuid="([^"]+)"/).map { String($0.1) } }
        let (first, again, other) = (try ids(ResultsFixture.edition()), try ids(ResultsFixture.edition()), try ids(ResultsFixture.edition(revision: "r3")))
        #expect(first == again)
        #expect(first[0] != other[0] && first.dropFirst() == other.dropFirst())
        for id in first { #expect(id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil) }
    }

    @Test func onlyOperatedIsSatisfied() throws {
        for verdict in ControlVerdict.allCases {
            let xml = try text(ResultsFixture.edition("", verdicts: [verdict]))
            #expect(xml.contains("state=\"satisfied\"") == (verdict == .operated), "\(verdict)")
            #expect(xml.contains("name=\"not-evidenced\"") == (verdict == .insufficientEvidence || verdict == .designGap), "\(verdict)")
            #expect(xml.contains(" reason=\""))
        }
    }

    @Test func hiddenCharactersAreShownAndNothingIsDropped() throws {
        let xml = try text(ResultsFixture.edition())
        #expect(xml.contains("⟦U+202E⟧flip⟦U+0000⟧⟦U+007F⟧⟦U+FFFE⟧ ]]&gt; =HYPERLINK"))
        #expect(!xml.unicodeScalars.contains { $0.value < 32 && $0 != "\n" && $0 != "\t" })
    }

    /// RFC 9562 appendix A.4 uses another namespace; ours is held to Python's own implementation.
    @Test func uuidsAreThoseOfAnotherImplementation() throws {
        guard Schema.isThere("python3") else { return }
        let script = "import uuid; print(uuid.uuid5(uuid.UUID('5c1e0f6a-835d-4b27-9a41-d07e2b96c318'), 'control/ü'))"
        #expect(try Schema.run(["python3", "-c", script]).output == StableUUID.make("control/ü") + "\n")
    }
}
