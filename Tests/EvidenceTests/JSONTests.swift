import Evidence
import Testing

@Suite struct JSONTests {
    private func parse(_ text: String) throws -> JSON { try JSON.parse(text.utf8) }

    @Test(arguments: [
        ("null", "null"), (" [ ] ", "[]"), ("{}", "{}"), ("{\"b\":1,\"a\":[true,false,null]}", "{\"a\":[true,false,null],\"b\":1}"), ("-0", "0"), ("-7", "-7"),
        ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"), ("1.5", "1.5"), ("1e3", "1000.0"),
        ("1E+2", "100.0"), ("-0.0", "-0.0"), ("5e-324", "5e-324"), ("\"\\u00e9\\ud83d\\ude00\\/\"", "\"é😀/\""),
        ("\"\\b\\f\\n\\r\\t\\u0001\"", "\"\\b\\f\\n\\r\\t\\u0001\""),
        ("\"\u{7f}\u{2028}\"", "\"\u{7f}\u{2028}\""), ("{\"\":{\"\":[]}}", "{\"\":{\"\":[]}}"), ("{\"é\":1,\"z\":2}", "{\"z\":2,\"é\":1}"), ("\t\r\n1 ", "1"),
    ])
    func oneValueHasOneText(_ text: String, _ canonical: String) throws {
        let value = try parse(text)
        #expect(value.canonical == canonical)
        #expect(try JSON.parse(value.canonicalBytes) == value && JSON.parse(value.pretty.utf8) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "True", "[1,]", "[,1]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{\"a\":}", "[1 2]", "1 2", "[", "{", "{\"a\"", "\"", "\"a", "01", "-01",
        "-", "+1", ".5", "1.",
        "1.e5", "-1.e5", "1e", "1e+", "0x10", "1_000", "NaN", "Infinity", "1e999", "--1", "1-1", "'a'", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"", "\"\\ud800x\"", "\"\\ud800\\ud800\"", "\"a\nb\"", "\"\u{0}\"", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "[1]]",
        "\u{feff}1", "/**/1", "\u{a0}1",
    ])
    func everythingElseIsRefusedWithItsPlace(_ text: String) {
        let error = #expect(throws: JSONError.self) { try parse(text) }
        #expect((error?.offset ?? -1) >= 0 && (error?.offset ?? .max) <= text.utf8.count)
    }

    @Test(arguments: [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]] as [[UInt8]]) func bytesThatAreNotUTF8AreRefused(
        _ bytes: [UInt8]
    ) {
        #expect(throws: JSONError.self) { try JSON.parse([34] + bytes + [34]) }
        #expect(throws: JSONError.self) { try JSON.parse(Array("{\"".utf8) + bytes + Array("\":1}".utf8)) }
    }

    @Test func depthHasALimit() throws {
        func nested(_ depth: Int) -> [UInt8] { Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8) }
        #expect(try JSON.parse(nested(256)).canonicalBytes == nested(256))
        #expect(throws: JSONError.self) { try JSON.parse(nested(257)) }
        #expect(throws: JSONError.self) { try JSON.parse(Array(repeating: UInt8(ascii: "["), count: 1_000_000)) }
        // Siblings do not add up.
        #expect(throws: Never.self) { try JSON.parse(Array(("[" + String(repeating: "[],", count: 1000) + "{}]").utf8)) }
    }
}
