import Connectors
import Evidence
import Testing

@Suite struct JUnitTests {
    @Test func casesOfNestedSuitesAreRecords() throws {
        let folder = try Folder()
        try folder.write(
            "t.xml",
            """
            <?xml version="1.0"?><!-- > --><testsuites><testsuite name="outer" timestamp="2026-03-04T02:00:00"><properties><property name="commit" value="abc"/></properties>
            <testsuite name="inner" tests="3"><testcase classname="c" name="works &amp; &lt;b&gt;" time="0.5"/>
            <testcase name="breaks"><skipped/><failure message="no">at x</failure></testcase><testcase name="errs"><error/><failure/></testcase><system-out><![CDATA[<testcase name="not one"/>]]></system-out></testsuite>
            <testsuite name="lost" tests="2"><testcase name="only"><skipped/></testcase></testsuite></testsuite></testsuites>
            """)
        let pulled = try pull(folder.path, files("t.xml", .junit))
        let outcomes = try pulled.sink.records.indices.map { try pulled.sink.json($0)["outcome"]?.text ?? "" }
        #expect(outcomes == ["passed", "failed", "errored", "skipped"])
        let first = try pulled.sink.json(0)
        #expect(first["name"]?.text == "works & <b>" && first["suites"] == ["outer", "inner"] && first["timestamp"]?.text == "2026-03-04T02:00:00")
        #expect(first["properties"]?["commit"]?.text == "abc" && first["message_digest"] == .null)
        #expect(try pulled.sink.json(1)["message_digest"]?.text?.hasPrefix("hmac-sha256:") == true)
        #expect(pulled.sink.rejects == ["a suite claims 2 test cases and holds 1"])
    }

    @Test(arguments: [
        (#"<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&x;"/></testsuite>"#, "it has a DOCTYPE"),
        (#"<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]><testsuite name="&b;"/>"#, "it has a DOCTYPE"),
        ("<testsuite><testcase name='a'>", "not whole XML"),
        (#"<testsuite name="&x;"/>"#, "not whole XML"), ("<html/>", "no test suite stands in it"), ("", "not whole XML"), ("\u{feff}\0<", "it is not UTF-8"),
    ])
    func hostileReportsAreRefused(xml: String, reason: String) throws {
        let folder = try Folder()
        try folder.write("t.xml", xml)
        let pulled = try pull(folder.path, files("t.xml", .junit))
        #expect(pulled.sink.records.isEmpty && pulled.report.outcome == .partial)
        #expect(pulled.sink.rejects.count == 1 && pulled.sink.rejects[0].hasPrefix(reason), "\(pulled.sink.rejects)")
    }

    @Test func aHugeStartTagIsRefusedQuickly() throws {
        let folder = try Folder()
        let attributes = (0..<100_000).map { "a\($0)=\"\"" }.joined(separator: " ")
        try folder.write("t.xml", "<testsuite><testcase name='one'/><testcase \(attributes)/></testsuite>")
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try pull(folder.path, files("t.xml", .junit)).sink.rejects == ["a start tag is longer than 64 KiB"])
        #expect(clock.now - start < .seconds(2))
    }
}
