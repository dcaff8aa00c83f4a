import Controls
import Evidence
import Testing

struct HostileYAMLTests {
    private func findings(kind text: String) -> [String] {
        ControlsTests.findings { _ = try loadCatalogue(files: Small.files(["controls/kinds/key_rotation.yaml": text])) }
            .filter { $0.contains("key_rotation.yaml:") && !$0.contains("is not a kind") }
    }

    @Test func scalarsAreTextUntilTheSchemaSaysOtherwise() throws {
        // YAML 1.1 reads these as false, 8, 12:30 in base 60, and a date.
        let kind = Small.kind.replacing("[success, failure]", with: "[no, 010, 12:30, 2026-01-01, off, success, failure]")
        let catalogue = try loadCatalogue(files: Small.files(["controls/kinds/key_rotation.yaml": kind]))
        #expect(catalogue.kinds.first?.field("outcome")?.type == .oneOf(["no", "010", "12:30", "2026-01-01", "off", "success", "failure"]))
    }

    @Test func aBareNoIsNotABoolean() {
        let kind = Small.kind.replacing("required: true", with: "required: yes")
        #expect(findings(kind: kind) == ["receipts: error: controls/kinds/key_rotation.yaml:5: 'required' of a field must be true or false, found 'yes'"])
    }

    @Test func aKeyThatStandsTwiceIsRefused() {
        let kind = Small.kind.replacing("title: Key rotation", with: "title: Key rotation\ntitle: Other")
        #expect(
            findings(kind: kind) == [
                "receipts: error: controls/kinds/key_rotation.yaml:2: 'title' stands twice in one mapping\nreceipts: hint: keep one of them"
            ])
    }

    @Test func aliasesThatMultiplyAreRefused() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
        }
        #expect(findings(kind: text).contains { $0.contains("aliases stand for more than 1000 copies") })
    }

    @Test func anAliasOrTwoIsFine() throws {
        let kind = Small.kind.replacing("count: {type: integer", with: "count: &n {type: integer") + "\n  uses: *n"
        let catalogue = try loadCatalogue(files: Small.files(["controls/kinds/key_rotation.yaml": kind]))
        #expect(catalogue.kinds.first?.field("uses")?.type == .integer)
    }

    @Test(arguments: ["", "# nothing\n", "just text\n", "[a, list]\n", "a: [unclosed\n", "a:\n\t- tab\n", "--- a\n--- b\n", "*undefined\n", "? {a: b}\n: c\n"])
    func whatIsNoKindIsAFindingAndNoCrash(text: String) {
        #expect(!findings(kind: text).isEmpty)
    }

    @Test func bytesThatAreNotUTF8AreAFinding() {
        let files = Small.files().filter { $0.path != "controls/plan.yaml" } + [CatalogueFile(path: "controls/plan.yaml", bytes: [0x61, 0xff, 0x3a])]
        #expect(
            ControlsTests.findings { _ = try loadCatalogue(files: files) }.contains(
                "receipts: error: controls/plan.yaml:1: the file is not UTF-8\nreceipts: hint: save it as UTF-8"))
    }

    @Test func deepNestingIsRefused() {
        #expect(!findings(kind: String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000)).isEmpty)
    }
}
