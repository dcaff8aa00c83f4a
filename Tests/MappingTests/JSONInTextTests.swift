import Mapping
import Testing

@Suite struct JSONInTextTests {
    private func opened(_ record: String, _ paths: String...) throws -> String? {
        var texts = try #require(JSONInText(paths))
        return Array(record.utf8).withUnsafeBytes { texts.opened($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        (#"{"log":"{\"id\":1}\n","stream":"stdout"}"#, #"{"log":{"id":1},"stream":"stdout"}"#),
        (#" { "log" : " \t[ 1 , \"a\\nb\\u0041\" ]\r\n" } "#, #" { "log" : [ 1 , "a\nb\u0041" ] } "#),
        (#"{"a":1,"\u006cog":"{}"}"#, #"{"a":1,"\u006cog":{}}"#),
        (#"{"log":"{\"name\":\"\u00e9\ud83e\uddfe\\ud83e\\uddfe\"}"}"#, "{\"log\":{\"name\":\"é🧾\\ud83e\\uddfe\"}}"),
        (#"{"log":"{\"inner\":\"{\\\"id\\\":1}\"}"}"#, #"{"log":{"inner":"{\"id\":1}"}}"#),
    ])
    func anObjectOrArrayTakesTheTextsPlace(record: String, expected: String) throws {
        #expect(try opened(record, "log") == expected)
    }

    @Test(arguments: [
        #"{"log":"listening on 8080\n"}"#, #"{"log":""}"#, #"{"log":"{"}"#, #"{"log":"{\"id\":1} and more"}"#, #"{"log":"{\"id\":1,\"id\":2}"}"#,
        #"{"log":"1"}"#,
        #"{"log":"\"{}\""}"#, #"{"log":{"id":1}}"#, #"{"log":null}"#, #"{"other":"{}"}"#, #"["{}"]"#, #""{}""#, #"{"log":"{}"#, #"{"log":"{}","log":"{}"}"#, "",
        #"{"log":"{\"a\":\"\\ud800\"}"}"#,
    ])
    func whatIsNoWholeOneStaysAsItIs(record: String) throws {
        #expect(try opened(record, "log") == nil)
    }

    @Test func severalPathsAndDeeperOnes() throws {
        let record = #"{"b":{"c":{"d":"[2]"}},"a":"{\"x\":1}","e":"text"}"#
        #expect(try opened(record, "a", "b.c.d", "e", "a", "b.c") == #"{"b":{"c":{"d":[2]}},"a":{"x":1},"e":"text"}"#)
        #expect(JSONInText([]) == nil)
    }

    /// A text is never in the way of its record, however deep what is in it would lie.
    @Test func whatWouldLieTooDeepStaysText() throws {
        func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(try opened(#"{"log":"\#(nested(255))"}"#, "log") == #"{"log":\#(nested(255))}"#)
        #expect(try opened(#"{"log":"\#(nested(256))"}"#, "log") == nil)
    }

    @Test func brokenBytesAreLeftToTheMapping() throws {
        var texts = try #require(JSONInText(["log"]))
        #expect((Array(#"{"log":"{}"}"#.utf8) + [0xff]).withUnsafeBytes { texts.opened($0) } == nil)
        // The same reader goes on.
        #expect(Array(#"{"log":"{}"}"#.utf8).withUnsafeBytes { texts.opened($0) } == Array(#"{"log":{}}"#.utf8))
    }
}
