import Evidence
import Testing

@testable import Portal

/// From a finding to what it rests on, and from there to everything else that rests on the same.
@Suite struct StoryTests {
    private func page(_ path: String, _ files: [String: [UInt8]]) throws -> String { String(decoding: try #require(files[path]), as: UTF8.self) }
    private func row(_ id: String, of page: String) throws -> Substring {
        let start = try #require(page.range(of: "<tr id=\"\(id)\">"))
        return page[start.lowerBound...].prefix { $0 != "\n" }
    }

    @Test func aDeviationLeadsToItsItemAndTheItemToItsArtifact() throws {
        let files = try PortalTests.site(spice: "")
        #expect(try page("index.html", files).contains("href=\"exceptions/index.html#KEY-01-2\""))
        let item = try row("KEY-01-2", of: page("exceptions/index.html", files))
        #expect(item.contains("href=\"../artifact/e2-r2.html\">e2-r2</a> request"))
        #expect(item.contains("href=\"../control/KEY-01/population-001.html#i2\""))
    }

    @Test func anArtifactLeadsToEveryDeviationThatRestsOnIt() throws {
        let artifact = try page("artifact/e2-r2.html", PortalTests.site(spice: ""))
        #expect(artifact.contains("href=\"../exceptions/index.html#KEY-01-2\""))
        #expect(artifact.contains("href=\"../control/KEY-01.html\""))
    }

    @Test func aDeviationFarDownItsPopulationIsLinkedToo() throws {
        let artifactless = try page("index.html", PortalTests.site(spice: ""))
        // Its ordinal is above the number of items that the deviations page lists.
        #expect(artifactless.contains("href=\"exceptions/index.html#CHG-01-235\""))
    }

    @Test func anItemOfALocalDayShowsThatDayBesideTheInstant() throws {
        let edition = EditionFixture(spice: "", items: 10).edition
        let around = Surroundings(edition)
        let midnight = EditionFixture.zone.instant(EditionFixture.day(2, 19))
        #expect(midnight.description == "2026-02-18T23:00:00Z")
        #expect(around.day(Span(midnight)) == "2026-02-19")
        #expect(around.day(Span(earliest: midnight, latest: midnight.advanced(by: .seconds(86_400)))) == "2026-02-19 to 2026-02-20")
        #expect(around.day(nil) == "unknown")
        #expect(around.wall(midnight) == "2026-02-19 00:00+01:00")
        #expect(around.wall(midnight.advanced(by: .seconds(120 * 86_400 + 61))) == "2026-06-19 01:01:01+02:00")
    }

    @Test func columnsThatRepeatTheKeyOrTheTimeAreLeftOut() throws {
        let files = try PortalTests.site(spice: "")
        let csv = String(decoding: try #require(files["data/CHG-01.csv"]), as: UTF8.self)
        let names = try #require(csv.split(separator: "\r\n").first).split(separator: ",")
        #expect(Set(names).count == names.count)
    }
}
