import Controls
import Evidence
import Testing

struct CatalogueLoaderTests {
    private func findings(control old: String, _ new: String) -> [String] {
        ControlsTests.findings { _ = try loadCatalogue(files: Small.files(["controls/security/SEC-99.yaml": Small.control.replacing(old, with: new)])) }
    }

    @Test func aSmallCatalogueLoads() throws {
        let catalogue = try Small.catalogue()
        let control = try #require(catalogue.controls.first)
        #expect(control.id.text == "SEC-99")
        #expect(control.tolerable == 0.05)
        #expect(
            control.population.needs == [
                Need(
                    kind: KindName(trusted: "key_rotation"), span: .before(.seconds(30 * 86_400)), place: Place(file: "controls/security/SEC-99.yaml", line: 17)
                )
            ])
        // The text of a block scalar begins on the line below its `|`.
        #expect(control.population.query.place == Place(file: "controls/security/SEC-99.yaml", line: 19))
        #expect(catalogue.readyMade.map(\.name) == ["key-store"])
    }

    @Test func anUnknownKeyIsNamedWithItsLineAndItsNearestWord() {
        #expect(
            findings(control: "frequency: per key", "frequncy: per key") == [
                "receipts: error: controls/security/SEC-99.yaml:1: a control needs 'frequency'",
                "receipts: error: controls/security/SEC-99.yaml:6: 'frequncy' is not a key of a control\nreceipts: hint: did you mean 'frequency'?",
            ])
    }

    @Test func everyFindingIsReportedAndNotTheFirst() {
        let broken = Small.control.replacing("criteria: [CC6.1]", with: "criteria: [CC6.9]").replacing("milestone: 30", with: "milestone: 45")
            .replacing("tolerable: 5%", with: "tolerable: 5")
        let found = ControlsTests.findings { _ = try loadCatalogue(files: Small.files(["controls/security/SEC-99.yaml": broken])) }
        #expect(
            found == [
                "receipts: error: controls/security/SEC-99.yaml:4: 'CC6.9' is not one of the criteria\nreceipts: hint: did you mean 'CC6.1'?",
                "receipts: error: controls/security/SEC-99.yaml:7: 'milestone' of a control must be one of the plan's days [30, 60], found '45'",
                "receipts: error: controls/security/SEC-99.yaml:11: 'tolerable' of a control must be a share such as 5%, found '5'",
            ])
    }

    @Test(arguments: [
        (
            "category: security", "category: privacy",
            "controls/security/SEC-99.yaml:3: the category is 'privacy', the folder 'security'\nreceipts: hint: move the file to 'privacy/'"
        ),
        (
            "id: SEC-99", "id: SEC-98",
            "controls/security/SEC-99.yaml:1: the control is 'SEC-98', the file 'SEC-99.yaml'\nreceipts: hint: give both the same name"
        ),
        (
            "effective_from: 2026-01-01", "effective_from: 2026-02-30",
            "controls/security/SEC-99.yaml:8: 'effective_from' of a control must be a day such as 2026-01-31, found '2026-02-30'"
        ),
        ("  key: [key_id]", "  key: []", "controls/security/SEC-99.yaml:14: a population needs at least one key column"),
        (
            "30d before", "30 days before",
            "controls/security/SEC-99.yaml:17: the need for 'key_rotation' must be a span, found '30 days before'\nreceipts: hint: at, '30d before', '30d after', '1d around' or {from: column, to: column}"
        ),
        (
            "needs: {key_rotation:", "needs: {key_rotations:",
            "controls/security/SEC-99.yaml:17: 'key_rotations' is not a kind\nreceipts: hint: did you mean 'key_rotation'?"
        ),
        ("  a: {says", "  aa: {says", "controls/security/SEC-99.yaml:21: an attribute's name must be one letter from a to z, found 'aa'"),
        ("key_id: k1}", "key_id: k1, count: many}", "controls/security/SEC-99.yaml:30: 'count' of 'key_rotation' must be an integer, found 'many'"),
        ("key_id: k1}", "key_di: k1}", "controls/security/SEC-99.yaml:30: 'key_di' is not a field of 'key_rotation'\nreceipts: hint: did you mean 'key_id'?"),
        (
            "outcome: failure}", "outcome: broken}",
            "controls/security/SEC-99.yaml:27: 'outcome' of 'key_rotation' must be one of: success, failure, found 'broken'"
        ),
        (
            "expect: {k1: {a: deviation}}", "expect: {k1: {b: deviation}}",
            "controls/security/SEC-99.yaml:28: 'b' is not a key of the expectation of 'k1'\nreceipts: hint: one of: item, shows, a"
        ),
    ])
    func aBrokenControlIsRefusedWithItsLine(old: String, new: String, expected: String) {
        #expect(findings(control: old, new).contains("receipts: error: " + expected))
    }

    @Test func aKindSaysWhatIsKeptInOrderAndCountedByDay() throws {
        let kind = Small.kind + "\nindexes:\n  - [occurred_at, outcome]\n  - [key_id]\nby_day: {by: [outcome], has: [by, count]}\n"
        let read = try #require(
            try loadCatalogue(files: Small.files(["controls/kinds/key_rotation.yaml": kind])).kinds.first { $0.name.text == "key_rotation" })
        #expect(read.indexes == [["occurred_at", "outcome"], ["key_id"]])
        #expect(
            read.byDay?.columns == [
                "day", "starts", "sure", "outcome", "has_by", "has_count", "records", "first_at", "first_at_latest", "last_at", "last_at_latest", "artifact",
            ])
    }

    @Test(arguments: [
        ("indexes: [key_id]", "9: 'indexes' of a kind must hold lists of words, found 'key_id'"),
        ("indexes: [[key_idd]]", "9: 'key_idd' is not a column of this kind\nreceipts: hint: did you mean 'key_id'?"),
        ("indexes: [[key_id, key_id]]", "9: 'key_id' stands twice in 'indexes' of a kind"),
        ("indexes: [[key_id], [key_id, by]]", "9: two indexes begin with 'key_id'\nreceipts: hint: one of them finds what the other does"),
        ("by_day: {by: [outcom]}", "9: 'outcom' is not a field of this kind that is no instant\nreceipts: hint: did you mean 'outcome'?"),
        ("by_day: {by: [outcome], sign: [by]}", "9: 'by' is not a number of this kind\nreceipts: hint: one of: count"),
        ("by_day: {has: [by]}", "9: 'by_day' needs 'by'"),
        ("by_day: {by: [by], has: [count], per: week}", "9: 'per' is not a key of 'by_day'\nreceipts: hint: one of: by, sign, has"),
    ])
    func aBrokenIndexOrCountIsRefusedWithItsLine(line: String, expected: String) {
        let found = ControlsTests.findings { _ = try loadCatalogue(files: Small.files(["controls/kinds/key_rotation.yaml": Small.kind + "\n" + line + "\n"])) }
        #expect(found == ["receipts: error: controls/kinds/key_rotation.yaml:" + expected])
    }

    @Test func columnsOfOneNameAreRefused() {
        let kind = Small.kind.replacing("  count:", with: "  has_by: {type: boolean, says: whether}\n  count:") + "\nby_day: {by: [has_by], has: [by]}\n"
        let found = ControlsTests.findings { _ = try loadCatalogue(files: Small.files(["controls/kinds/key_rotation.yaml": kind])) }
        #expect(found.count == 1 && found[0].contains("kinds/key_rotation.yaml:10: 'by_day' makes two columns of one name"))
    }

    @Test func aControlWithoutAGapAmongItsExamplesIsRefused() {
        #expect(
            findings(control: "{a: insufficient_evidence}", "{a: operated}") == [
                "receipts: error: controls/security/SEC-99.yaml:22: a control needs at least three examples, found 3 and none that shows 'insufficient_evidence'\n"
                    + "receipts: hint: show an item that operated, one that deviated, and one where the records cannot tell"
            ])
    }

    @Test func twoFilesOfOneControlAreRefused() {
        let files = Small.files(["controls/security/SEC-98.yaml": Small.control])
        #expect(
            ControlsTests.findings { _ = try loadCatalogue(files: files) } == [
                "receipts: error: controls/security/SEC-98.yaml:1: the control is 'SEC-99', the file 'SEC-98.yaml'\nreceipts: hint: give both the same name",
                "receipts: error: controls/security/SEC-99.yaml:1: two controls are called 'SEC-99'\nreceipts: hint: the other one stands in controls/security/SEC-98.yaml",
            ])
    }

    @Test func aFileThatIsNoPartOfTheCatalogueIsNotOverlooked() {
        let files = Small.files(["controls/security/SEC-97.yml": Small.control, "controls/secrity/SEC-96.yaml": Small.control])
        #expect(
            ControlsTests.findings { _ = try loadCatalogue(files: files) } == [
                "receipts: error: controls/secrity/SEC-96.yaml: 'secrity' is not a folder of the catalogue\nreceipts: hint: did you mean 'security'?",
                "receipts: error: controls/security/SEC-97.yml: nothing under 'controls' lies there or is called so\n"
                    + "receipts: hint: criteria.yaml, plan.yaml, sampling.yaml, kinds/<name>.yaml, sources/<name>.yaml, traces/<name>.yaml or <category>/<ID>.yaml",
            ])
    }

    @Test func aKindMayNotTakeTheNameOfAColumnThatEveryKindHas() {
        let kind = Small.kind.replacing("  by:", with: "  occurred_at:").replacing("  count:", with: "  done_latest:")
        let found = ControlsTests.findings { _ = try loadCatalogue(files: Small.files(["controls/kinds/key_rotation.yaml": kind])) }
        #expect(found.filter { $0.contains("is a column that every kind has") }.count == 2)
    }

    @Test func aMissingPlanIsSaid() {
        let files = Small.files().filter { $0.path != "controls/plan.yaml" }
        #expect(ControlsTests.findings { _ = try loadCatalogue(files: files) }.contains("receipts: error: controls/plan.yaml: 'plan.yaml' is missing"))
    }

    @Test func theOrderOfFilesDoesNotMatter() throws {
        let files = Small.files(["controls/security/SEC-98.yaml": Small.control.replacing("id: SEC-99", with: "id: SEC-98")])
        let forward = try loadCatalogue(files: files.sorted { $0.path < $1.path })
        let backward = try loadCatalogue(files: files.sorted { $0.path > $1.path })
        #expect(forward.controls == backward.controls)
        #expect(forward.controls.map(\.id.text) == ["SEC-98", "SEC-99"])
    }

    @Test func frameworksHoldAsManyIdsAsTheirBodiesPublished() {
        #expect(Framework.iso42001.ids.count == 38 && Framework.nistAIRMF.ids.count == 72 && Framework.owaspLLM.ids.count == 10)
        for framework in Framework.allCases { #expect(Set(framework.ids).count == framework.ids.count, "\(framework)") }
    }

    @Test func aControlNamesWhatItContributesToElsewhere() throws {
        let maps = "maps: {owasp_llm: [LLM10, LLM01], iso_42001: [A.6.2.8]}\nexamples:"
        let files = Small.files(["controls/security/SEC-99.yaml": Small.control.replacing("examples:", with: maps)])
        #expect(try loadCatalogue(files: files).controls.first?.maps == [.owaspLLM: ["LLM01", "LLM10"], .iso42001: ["A.6.2.8"]])
    }

    @Test func anIdThatNobodyPublishedIsRefused() {
        let maps = "maps: {owasp_llm: [LLM11], iso: [A.2.2]}\nexamples:"
        let found = ControlsTests.findings {
            _ = try loadCatalogue(files: Small.files(["controls/security/SEC-99.yaml": Small.control.replacing("examples:", with: maps)]))
        }
        #expect(found.contains { $0.contains("'LLM11' is not an id of OWASP LLM Top 10 2025") }, "\(found)")
        #expect(found.contains { $0.contains("'iso' is not a key of 'maps'") }, "\(found)")
    }

    @Test func examplesAreLeftUnreadWhereNobodyAsks() throws {
        let path = "controls/security/SEC-99.yaml"
        func load(_ control: String, _ examples: ExampleReading) throws -> Control {
            try #require(try loadCatalogue(files: Small.files([path: control]), examples: examples).controls.first)
        }
        let left = try load(Small.control, .left)
        #expect(left.examples == nil && left.text == Array(Small.control.utf8))
        #expect(try load(Small.control, .read).examples?.count == 3)
        // A broken one is nothing to whoever does not run them.
        let broken = Small.control.replacing("outcome: failure}]}", with: "outcum: [}]}")
        #expect(try load(broken, .left).population.query.sql == left.population.query.sql)
        #expect(ControlsTests.findings { _ = try load(broken, .read) }.first?.contains("not YAML") == true)
        // What comes behind them may lean on them, or be another document.
        for tail in ["due: *x\n", "---\nid: other\n", "maps: {owasp_llm: [LLM01]}\n"] {
            let text = Small.control.replacing("- name: it works", with: "- name: &x rotated_at") + "\n" + tail
            let (read, unread) = (try? load(text, .read), try? load(text, .left))
            #expect(read?.due == unread?.due && read?.maps == unread?.maps && (read == nil) == (unread == nil), "\(tail)")
        }
        // Where the block is not written as one, all of it is read.
        let flow = Small.control.replacing(
            "procedure: Compared every rotation with what policy allows.", with: "procedure: \"Compared\nexamples: of every rotation.\"")
        #expect(try load(flow, .left).procedure == "Compared examples: of every rotation.")
    }
}
