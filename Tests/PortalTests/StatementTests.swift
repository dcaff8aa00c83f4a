import Assessment
import Evidence
import Testing

@testable import Portal

/// What management entered stands beside what was found.
@Suite struct StatementTests {
    private func page(_ path: String, _ files: [String: [UInt8]]) throws -> String { String(decoding: try #require(files[path]), as: UTF8.self) }

    @Test func theControlPageShowsTheFrozenListTheSeedAndWhatWasFoundOfEachDrawnItem() throws {
        let files = try PortalTests.site(spice: "")
        let page = try page("control/CHG-01.html", files)
        let bytes = try #require(files["sample/CHG-01-f1.txt"])
        let list = try #require(FrozenList(bytes))
        #expect(list.items.count == 450)
        #expect(page.contains("f1: 450 items, frozen 2026-07-01T00:00:00Z") && page.contains("<code>\(list.digest)</code>"))
        #expect(page.contains("Seed: <code>dice 4 4 1</code>. Drawn once more from the list when this page was made: the same items."))
        let order = SampleOrder.order(list.items, seed: StatementsFixture.seed)
        for item in order.prefix(6) where item != order[1] {
            #expect(page.contains("<td class=\"n\">\(item.ordinal)</td><td class=\"key\">"))
        }
        #expect(page.contains("was put aside and") && page.contains("its ticket is lost"))
    }

    /// d3 says that its one item is what the seed draws; it is the second.
    @Test func aDrawThatDoesNotFollowFromItsSeedIsNamed() throws {
        let page = try page("control/CHG-01.html", try PortalTests.site(spice: ""))
        #expect(page.ranges(of: "not these items.").count == 1)
    }

    @Test func aSampleIsManagementsUnlessSomebodyElseGaveTheSeedAfterTheFreeze() throws {
        let page = try page("control/CHG-01.html", try PortalTests.site(spice: ""))
        #expect(page.contains("d1: 5 by a seed, <strong>drawn after the freeze</strong>"))
        #expect(page.contains("d2: 1 by a judgement list, <strong>management&#39;s sample</strong>"))
        #expect(page.contains("name no item, or one that was named before: <code>99999</code>"))
    }

    @Test func aDecisionHidesNoDeviationAndLapsesWhenItsEvidenceIsAnother() throws {
        let files = try PortalTests.site(spice: "")
        let control = try page("control/CHG-01.html", files)
        #expect(control.contains("<td>not effective</td>") && control.contains("stands on this evidence"))
        #expect(control.contains("<strong>lapsed: decided on other evidence</strong>"))
        #expect(control.contains("Attested by w-101, 2026-07-01T00:00:00Z: told at the all-hands") && control.contains("it is not read as operated"))
        #expect(try page("about.html", files).contains("Attested by w-102, 2026-07-01T00:00:00Z: nobody left in June"))
        #expect(control.contains(">KEY-01, found: deviation</a>"))
        let exceptions = try page("exceptions/index.html", files)
        let deviations = try page("data/CHG-01.csv", files).ranges(of: ",deviation,").count
        #expect(exceptions.contains("CHG-01</a>: deviations \(deviations)"))
        #expect(exceptions.contains("<td>isolated</td>") && exceptions.contains("asked for by the deploy job"))
        #expect(try page("index.html", files).contains("2 with deviations"))
    }

    @Test func designAndOperationStandApart() throws {
        let files = try PortalTests.site(spice: "")
        let criterion = try page("criterion/CC8.1.html", files)
        #expect(criterion.contains("Design: design gap in 1 of 2. Operation: 1 with deviations, 1 with insufficient evidence."))
        let criteria = try page("criteria.html", files)
        #expect(criteria.contains("To be looked at first: no control of these operated"))
        let all = try #require(criteria.range(of: "All criteria"))
        #expect(!criteria[..<all.lowerBound].contains(">CC6.2<"))
        let control = try page("control/CHG-02.html", files)
        #expect(
            control.contains("<dt>Design</dt><dd>design gap</dd>") && control.contains("<span class=\"v insufficient_evidence\">insufficient evidence</span>"))
    }
}
