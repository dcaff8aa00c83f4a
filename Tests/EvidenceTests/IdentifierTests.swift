import Evidence
import Testing

@Suite struct IdentifierTests {
    @Test(arguments: ["a", "CC6.1", "request_log", "2026-h1", "_x", String(repeating: "a", count: 80)]) func aNameIsKept(_ text: String) {
        #expect(ControlID(text)?.text == text)
    }

    @Test(arguments: ["", "-a", ".a", "..", "a b", "a/b", "a\\b", "é", "a\u{0}", "a'", "a\"", "a%", String(repeating: "a", count: 81)])
    func anUnsafeNameIsRefused(_ text: String) {
        #expect(ControlID(text) == nil && KindName(text) == nil)
    }

    @Test func namesAreOrderedByBytes() {
        #expect(["b", "B", "a.", "a", "a-"].map { SourceID(trusted: $0) }.sorted().map(\.text) == ["B", "a", "a-", "a.", "b"])
    }

    @Test(arguments: [(0, 0), (1, 1), (12, 3), ((1 << 31) - 1, (1 << 32) - 1), (0, (1 << 32) - 1), ((1 << 31) - 1, 0)]) func anArtifactIsOneInteger(
        _ entry: Int, _ record: Int
    ) {
        let id = ArtifactID(entry: entry, record: record)
        #expect(id.packed >= 0 && ArtifactID(packed: id.packed) == id && ArtifactID(id.description) == id)
    }

    @Test func ledgerOrderIsIntegerOrder() {
        let ids = [(2, 0), (1, (1 << 32) - 1), (1, 0), (0, 7)].map { ArtifactID(entry: $0.0, record: $0.1) }
        #expect(ids.sorted().map(\.description) == ["e0-r7", "e1-r0", "e1-r4294967295", "e2-r0"])
        #expect(ids.sorted().map(\.packed) == ids.map(\.packed).sorted())
    }

    @Test(arguments: [
        "", "e1", "e1-r", "e-r1", "E1-R1", "e1-r1-", "e1--r1", "-e1-r1", "e+1-r1", "e1-r+2", "e01-r1", "e1-r01", "e1_r1", "e2147483648-r0", "e0-r4294967296",
        "e1-r1 ",
    ])
    func whatNamesNoArtifactIsRefused(_ text: String) {
        #expect(ArtifactID(text) == nil)
    }

    @Test func bytesAsTextAndBack() {
        let bytes = (0...255).map { UInt8($0) }
        for count in 0...64 {
            #expect(Hex.decode(Hex.encode(bytes.prefix(count))) == Array(bytes.prefix(count)))
            #expect(Base64.decode(Base64.encode(bytes.suffix(count))) == Array(bytes.suffix(count)))
        }
        #expect(["f", "fo", "foo"].map { Base64.encode(Array($0.utf8)) } == ["Zg==", "Zm8=", "Zm9v"])
    }

    @Test(arguments: ["Zg", "Zg=", "Zh==", "Zm9=", "=", "====", "Zg== ", "Z===", "Zg==Zg==", "Zm-_"]) func baseSixtyFourIsStrict(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }
    @Test(arguments: ["f", "fg", " ff", "0x", "é"]) func hexadecimalIsStrict(_ text: String) { #expect(Hex.decode(text) == nil) }
}
