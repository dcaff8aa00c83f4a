import Assessment
import Evidence
import Foundation
import Testing

@testable import Portal

@Suite struct PortalTests {
    static func site(spice: String = EditionFixture.hostile, items: Int = 450) throws -> [String: [UInt8]] {
        let fixture = EditionFixture(spice: spice, items: items)
        var writer = MemoryWriter()
        writer.hashes = items < 1_000
        try renderPortal(fixture.edition, records: fixture.records, templates: Templates.load(), to: &writer)
        // Written beside the pages by Exports and by the command line.
        let others = ["exceptions.csv", "gap-report.xml", "gap-report.csv", "proof/consistency-2025-h2-r1.txt", "proof/earlier-2025-h2-r1.txt"]
        return writer.files.merging(others.map { ($0, []) }) { page, _ in page }
    }
    private func text(_ bytes: [UInt8]?) throws -> String { String(decoding: try #require(bytes), as: UTF8.self) }

    @Test func everyPageIsWellFormedLinkedAndInertWhateverTheFieldsHold() throws {
        let folder = try TemporaryFolder()
        try folder.write(try Self.site())
        let faults = try SiteCheck.faults(in: folder.url)
        #expect(faults == [], "\(faults.prefix(20).joined(separator: "\n"))")
    }

    @Test func theCheckerItselfFindsAPlantedFault() throws {
        var files = try Self.site(spice: "")
        files["about.html"] = try text(files["about.html"]).replacing("<h2>Time</h2>", with: "<h2 onclick=\"x()\">Time</h2><p>all passed</p>").utf8.map { $0 }
        files["glossary.html"] = try text(files["glossary.html"]).replacing("integrity/index.html", with: "integrity/none.html").utf8.map { $0 }
        let folder = try TemporaryFolder()
        try folder.write(files)
        let faults = try SiteCheck.faults(in: folder.url)
        #expect(faults.contains { $0.contains("attribute onclick") })
        #expect(faults.contains { $0.contains("says \\bpass") })
        #expect(faults.contains { $0.contains("dead link") })
    }

    @Test func theGapPageSaysWhatItIsNotAndShowsItsTimelineAsATableToo() throws {
        let page = try text(try Self.site(spice: "")["gap/index.html"])
        #expect(page.contains("management readiness, not an examination"))
        #expect(page.contains("href=\"../gap-report.xml\"") && page.contains("href=\"../gap-report.csv\""))
        #expect(page.contains("On day 182 of the plan, 2 controls keep a period from beginning, 2 of them past due:"))
        #expect(page.contains("<caption>The timeline's dates, blockers first</caption>"))
        #expect(page.contains("the store is moved first"))
        #expect(page.contains("done by evidence") && page.contains("in progress"))
        let svg = try #require(page.range(of: "<svg")).lowerBound
        #expect(!page[svg...].contains("style="))
    }

    @Test func whatWasErasedIsListedWithItsReasonAndNoBytes() throws {
        let page = try text(try Self.site(spice: "")["source/gateway.html"])
        #expect(
            page.contains("Erased records: 2") && page.contains("<th scope=\"row\">e4-r3</th><td>request_log</td><td class=\"t\">2026-04-01 to 2026-04-02</td>")
        )
        #expect(page.contains("<td>none</td><td class=\"t\">unknown</td><td>ticket 18</td><td>w-12</td>"))
    }

    @Test func earlierRevisionsStandOnTheIntegrityPageWithSizeRootAndProof() throws {
        let page = try text(try Self.site(spice: "")["integrity/index.html"])
        let root = SHA256Reference.hash([3]).description
        #expect(page.contains("<th scope=\"row\">2025-h2 r1</th><td class=\"n\">3</td><td><code>\(root)</code></td>"))
        #expect(page.contains("href=\"../proof/consistency-2025-h2-r1.txt\"") && page.contains("sh proof/verify.sh.txt consistency</code>"))
    }

    /// Size, root and time of one head; the first that covered the entry is another.
    @Test func theCustodyNamesOneCheckpointWithItsOwnTime() throws {
        let fixture = EditionFixture(spice: "", items: 5)
        let artifact = try fixture.records.artifact(ArtifactID(entry: 2, record: 2))
        let (head, first) = (fixture.edition.seal, try #require(artifact.sealedAt))
        #expect(head.sealedAt != first)
        let page = try text(try Self.site(spice: "", items: 5)["artifact/e2-r2.html"])
        let line = "\(head.size) entries, root <code>\(head.root)</code>, state of \(head.sealedAt); the first checkpoint over this entry: \(first)</li>"
        #expect(page.contains(line))
    }

    /// Only its holder knows since when a checkpoint was held.
    @Test func aCheckpointThatSomebodyIsSaidToHoldBoundsNothingForOthers() {
        func words(_ kind: AnchorKind) -> String {
            let anchor = Anchored(entry: 5, kind: kind, by: "Auditor LLP", size: 4, time: Span(Instant(seconds: 0)))
            return AnchorRows.notAfter(TimeBounds(notBefore: nil, notAfter: anchor))
        }
        #expect(words(.cosignature) == "1970-01-01T00:00:00Z, cosignature e5 by Auditor LLP")
        #expect(words(.held) == "unknown, unless you are Auditor LLP, who is said to hold checkpoint e5, entered 1970-01-01T00:00:00Z by our own clock")
    }

    @Test func everyCriterionHasAPageAlsoWithoutAControl() throws {
        let files = try Self.site(spice: "")
        #expect(files.keys.count { $0.hasPrefix("criterion/") } == 61)
        #expect(try text(files["criterion/CC1.1.html"]).contains("no control maps to it yet"))
    }

    @Test func countsOnTheControlPageAddUpToTheRowsOfPagesAndCSV() throws {
        let files = try Self.site(spice: "")
        let page = try text(files["control/CHG-01.html"])
        #expect(page.contains("<th scope=\"row\">N</th><td class=\"n\">450</td>"))
        let rows = try (1...3).map { try text(files["control/CHG-01/population-00\($0).html"]).ranges(of: "<tr id=\"i").count }
        #expect(rows == [200, 200, 50])
        #expect(files["control/CHG-01/population-004.html"] == nil)
        let csv = try #require(files["data/CHG-01.csv"])
        #expect(csv.count { $0 == 10 } == 451)
        #expect(page.contains(SHA256Reference.hash(csv).description))
    }

    @Test func anEmptyPopulationSaysSoAndHasNoPages() throws {
        let files = try Self.site(spice: "")
        let page = try text(files["control/DEL-01.html"])
        #expect(page.contains("There is no item in the period."))
        #expect(page.contains("no occurrence in the period, and the sources were live and complete"))
        #expect(!files.keys.contains { $0.hasPrefix("control/DEL-01/") })
        #expect(try text(files["control/PII-01.html"]).contains("insufficient evidence: the population cannot be shown to be complete"))
    }

    @Test func aHugePopulationIsCutOnPagesAndWholeInTheCSV() throws {
        let files = try Self.site(spice: "", items: 20_100)
        #expect(files["control/CHG-01/population-100.html"] != nil)
        #expect(files["control/CHG-01/population-101.html"] == nil)
        #expect(try text(files["control/CHG-01/population-100.html"]).contains("Pages show the first 20000 of 20100 items"))
        #expect(try #require(files["data/CHG-01.csv"]).count { $0 == 10 } == 20_101)
    }

    @Test func aWalkThatDisagreesWithTheCountsIsRefused() throws {
        let fixture = EditionFixture(spice: "", items: 450)
        let other = EditionFixture(spice: "", items: 449)
        var writer = MemoryWriter()
        #expect(throws: PortalError.populationDoesNotTie(control: ControlID(trusted: "CHG-01"), counted: 450, walked: 449)) {
            try renderPortal(fixture.edition, records: other.records, templates: Templates.load(), to: &writer)
        }
    }

    @Test func theSameEditionRendersToTheSameBytes() throws {
        #expect(try Self.site() == Self.site())
    }

    @Test func rawFilesHoldTheStoredBytesUnchanged() throws {
        let fixture = EditionFixture()
        let files = try Self.site()
        let artifact = try fixture.records.artifact(ArtifactID(entry: 5, record: 2))
        #expect(files["raw/\(artifact.leaf).txt"] == artifact.bytes)
        #expect(try text(files["artifact/e5-r2.html"]).contains(SHA256Reference.hash(artifact.bytes).description))
    }

    @Test func everyPageSaysThatTheLedgerIsSimulatedAndWhoseRecordItIs() throws {
        for (path, bytes) in try Self.site(spice: "") where path.hasSuffix(".html") {
            let page = try text(bytes)
            #expect(page.contains("Simulated ledger"), "\(path)")
            #expect(page.contains("not an auditor's report"), "\(path)")
            #expect(page.contains("evidence root <code>"), "\(path)")
        }
    }

    @Test func theShelfListsRevisionsNewestFirstAndLoadsNothingFromThem() throws {
        func entry(_ revision: String, _ seconds: Int64) -> ShelfEntry {
            ShelfEntry(
                period: PeriodID(trusted: "2026-h1"), label: "first half", revision: revision, status: "final", sealedAt: Instant(seconds: seconds),
                root: SHA256Reference.hash([]), archive: ("2026-h1-\(revision).tar.zst", SHA256Reference.hash([1])),
                signature: revision == "r2" ? "2026-h1-r2.tar.zst.sig" : nil, isSimulated: false)
        }
        let page = String(decoding: try renderShelf([entry("r1", 1), entry("r2", 2)], templates: Templates.load()), as: UTF8.self)
        let (newer, older) = (try #require(page.range(of: "2026-h1/r2/index.html")), try #require(page.range(of: "2026-h1/r1/index.html")))
        #expect(newer.lowerBound < older.lowerBound)
        #expect(page.contains("2026-h1/2026-h1-r2.tar.zst"))
        #expect(page.contains("href=\"2026-h1/2026-h1-r2.tar.zst.sig\"") && page.ranges(of: "its signature").count == 1)
        #expect(!page.contains("src=") && page.ranges(of: "<link").count == 1 && page.contains("href=\"style.css\""))
    }

    @Test func pagesKeepTheirWeight() throws {
        let files = try Self.site(spice: "", items: 2_000)
        #expect(try #require(files["index.html"]).count <= 120_000)
        #expect(try #require(files["control/CHG-01.html"]).count <= 100_000)
        #expect(try #require(files["control/CHG-01/population-001.html"]).count <= 60_000)
        #expect(try #require(files["style.css"]).count <= 40_000)
        #expect(try #require(files["portal.js"]).count <= 40_000)
    }
}
