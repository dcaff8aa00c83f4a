import Connectors
import Evidence
import Testing

@Suite struct XMLTests {
    private func decoder(_ path: String) throws -> DecoderSettings { .xml(records: try #require(ElementPath(path))) }

    private static let log = """
        <?xml version="1.0"?>
        <a:log xmlns:a="urn:x"><meta><event id="no"/></meta><a:events>
          <event id="1"><who role="x &amp; y">ann</who><tag>a</tag><tag>b</tag><note>one <b>bold</b> word</note></event>
          <event id="2"><![CDATA[<raw>]]></event><event>plain</event><event/></a:events></a:log>
        """

    @Test func elementsAtThePathAreRecordsWithWhatLiesInThem() throws {
        let folder = try Folder()
        try folder.write("t.xml", Self.log)
        let pulled = try pull(folder.path, files("t.xml", decoder("/log/events/event")))
        #expect(pulled.report.outcome == .complete && pulled.sink.forms == [.rendered] && pulled.sink.ordinals == [1, 2, 3, 4])
        #expect(
            pulled.sink.records == [
                ##"{"@id":"1","note":{"#text":"one  word","b":"bold"},"tag":["a","b"],"who":{"#text":"ann","@role":"x & y"}}"##,
                ##"{"#text":"<raw>","@id":"2"}"##, ##"{"#text":"plain"}"##, ##"{"#text":""}"##,
            ])
    }

    @Test(arguments: [
        ("//event", 5), ("/log/*/event", 5), ("/log/meta/event|/log/events/event", 5), ("//meta//event", 1), ("/log", 1), ("//events | //meta", 2), ("/*/*", 2),
    ])
    func pathsAreReadAsXPathReadsThem(path: String, count: Int) throws {
        let folder = try Folder()
        try folder.write("t.xml", Self.log)
        #expect(try pull(folder.path, files("t.xml", decoder(path))).sink.records.count == count)
        // Names without prefix: as if the document had none.
        let plain = Self.log.replacing("<a:", with: "<").replacing("</a:", with: "</").replacing(" xmlns:a=\"urn:x\"", with: "")
        try folder.write("p.xml", plain)
        let asked = try folder.sh("xmllint --xpath 'count(\(path))' p.xml")
        #expect(asked.hasPrefix("\(count)"))
    }

    @Test(arguments: [
        "", "event", "log/event", "/", "/log/", "//", "/log///event", "/log/event[@id]", "/a:log", "/log/@id", "/log/..", "/log|", "/log/text()", "/1",
    ])
    func whatIsNoPathOfElementsIsRefused(path: String) { #expect(ElementPath(path) == nil) }

    @Test func anEmptyListIsEmptyAndADocumentWithoutAPlaceForItIsNot() throws {
        let folder = try Folder()
        try folder.write("t.xml", "<log><events/></log>")
        let empty = try pull(folder.path, files("t.xml", decoder("/log/events/event")))
        #expect(empty.report.outcome == .complete && empty.sink.records.isEmpty && empty.sink.rejects.isEmpty)
        let other = try pull(folder.path, files("t.xml", decoder("/log/entries/event")))
        #expect(other.report.outcome == .partial && other.sink.rejects == ["no element '/log/entries' stands in it"])
    }

    @Test func whatCameBeforeABreakIsKeptAndTheBreakIsSaid() throws {
        let folder = try Folder()
        try folder.write("t.xml", "<log><event id='1'/><event id='2'")
        let pulled = try pull(folder.path, files("t.xml", decoder("/log/event")))
        #expect(pulled.sink.records == [#"{"@id":"1"}"#] && pulled.report.outcome == .partial)
        #expect(pulled.sink.rejects.count == 1 && pulled.sink.rejects[0].hasPrefix("not whole XML at line 1"), "\(pulled.sink.rejects)")
    }

    @Test(arguments: [
        (#"<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><log><event>&x;</event></log>"#, "it has a DOCTYPE"),
        (#"<log><event>&x;</event></log>"#, "not whole XML"), ("<html><p></html>", "not whole XML"), ("{}", "not whole XML"),
        ("\u{feff}\0<", "it is not UTF-8"),
    ])
    func hostileDocumentsAreRefused(xml: String, reason: String) throws {
        let folder = try Folder()
        try folder.write("t.xml", xml)
        let pulled = try pull(folder.path, files("t.xml", decoder("/log/event")))
        #expect(pulled.sink.records.isEmpty && pulled.sink.rejects.count == 1 && pulled.sink.rejects[0].hasPrefix(reason), "\(pulled.sink.rejects)")
    }

    @Test func elementsInElementsAreLeftBeforeTheStackIs() throws {
        let folder = try Folder()
        func nested(_ depth: Int) -> String { "<log>" + String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth) + "</log>" }
        try folder.write("t.xml", nested(255))
        #expect(try pull(folder.path, files("t.xml", decoder("/log/a"))).sink.records.count == 1)
        for depth in [256, 80_000] {
            try folder.write("t.xml", nested(depth))
            let pulled = try pull(folder.path, files("t.xml", decoder("/log/a")))
            #expect(pulled.sink.records.isEmpty && pulled.sink.rejects == ["more than 256 levels deep"] && pulled.report.outcome == .partial)
            let junit = try pull(folder.path, files("t.xml", .junit))
            #expect(junit.sink.rejects == ["more than 256 levels deep"])
        }
    }

    @Test func anElementOverTheLimitIsARejectAndTheNextARecord() throws {
        let folder = try Folder()
        let long = String(repeating: "x", count: 5000)
        try folder.write("t.xml", "<log><event a='\(long)'><b/></event><event><b>\(long)</b><c/></event><event id='3'/></log>")
        var limits = Limits()
        limits.lineBytes = 4096
        let pulled = try pull(folder.path, files("t.xml", decoder("/log/event")), limits: limits)
        #expect(pulled.sink.records == [#"{"@id":"3"}"#] && pulled.sink.ordinals == [1, 2, 3])
        #expect(pulled.sink.rejects.count == 2 && pulled.sink.rejects.allSatisfy { $0.hasPrefix("an element of 50") && $0.hasSuffix("longer than 4096") })
    }

    @Test func aProgramsOutputIsReadAlike() throws {
        let folder = try Folder()
        try folder.write("t.xml", Self.log)
        let settings = ConnectorSettings.exec(ExecSettings(command: ["cat", "t.xml"], decoder: try decoder("//event"), place: place))
        #expect(try pull(folder.path, settings).sink.records.count == 5)
    }

    @Test func manyChildrenOfOneNameCostNoMoreThanTheirNumber() throws {
        let folder = try Folder()
        try folder.write("t.xml", "<log><event>" + String(repeating: "<t/>", count: 100_000) + "</event></log>")
        #expect(try pull(folder.path, files("t.xml", decoder("//event"))).sink.json(0)["t"]?.list?.count == 100_000)
    }
}
