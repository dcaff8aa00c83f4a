import Assessment
import Controls
import Evidence

/// The first page: what this is, what was found, where proof is missing.
enum OverviewPage {
    static let deviationLimit = 25

    private static let category = Shape(
        "a category card", text: ["title", "href", "number", "noun", "summary"], flags: ["empty"], lists: [("tally", ControlRows.tally)])
    private static let deviation = Shape("a deviation", text: ["control", "control_href", "href", "key", "day", "at", "owner", "detail", "age"])
    private static let text = Shape("a sentence", text: ["text", "href", "link"])
    private static let download = Shape("a download", text: ["href", "name", "says"])
    static let shape = Shape(
        page: "the overview",
        text: ["control_count", "criterion_count", "mapped_count", "deviation_count", "deviation_limit", "artifact_count", "source_count"],
        flags: ["deviations_cut"],
        lists: [
            ("tally", ControlRows.tally), ("categories", category), ("deviations", deviation), ("maps", HeatMap.shape),
            ("uncovered", text), ("downloads", download),
        ])

    static func write<W: PageWriter>(_ shown: ShownArtifacts, _ press: inout Press<W>) throws {
        let edition = press.edition
        let around = press.around
        let results = edition.assessment.controls
        let head = PageHead(
            "index.html", title: "Overview", heading: "\(results.counted) tested by management: \(ControlRows.summary(results))")
        try press.page(.overview, head) { values in
            let criteria = edition.catalogue.criteria
            values.set("control_count", results.counted)
            values.set("criterion_count", criteria.count)
            values.set("mapped_count", criteria.count { criterion in results.contains { $0.control.criteria.contains(criterion.id) } })
            values.set("artifact_count", shown.uses.count)
            values.set("source_count", Words.count(edition.programme.sources.count, "source"))
            ControlRows.addTally(&values, results, all: true)
            categories(&values, results)
            deviations(&values, results, around, asOf: edition.assessment.asOf)
            if let map = HeatMap(edition) { values.add("maps") { map.fill(&$0) } }
            uncovered(&values, edition)
            downloads(&values, results)
        }
    }

    private static func categories(_ values: inout PageValues, _ results: [ControlResult]) {
        for one in Category.allCases {
            let own = results.filter { $0.control.category == one }
            values.add("categories") {
                $0.set("title", one.title)
                $0.set("href", Paths.category(one))
                let controls = own.count { !$0.isEarlierWording }
                $0.set("number", controls)
                $0.set("noun", controls == 1 ? "control" : "controls")
                $0.set("summary", ControlRows.summary(own))
                $0.flag("empty", own.isEmpty)
                ControlRows.addTally(&$0, own)
            }
        }
    }

    /// Oldest first; an item without a time comes last.
    private static func deviations(_ values: inout PageValues, _ results: [ControlResult], _ around: Surroundings, asOf: Instant) {
        let all = results.flatMap { result in result.deviations.map { (result.control, $0) } }
            .sorted { a, b in
                let (x, y) = (a.1.at?.earliest ?? .distantFuture, b.1.at?.earliest ?? .distantFuture)
                return x == y ? (a.0.id, a.1.ordinal) < (b.0.id, b.1.ordinal) : x < y
            }
        let count = results.reduce(0) { $0 + $1.counts.deviation }
        values.set("deviation_count", count)
        values.set("deviation_limit", deviationLimit)
        values.flag("deviations_cut", count > deviationLimit)
        for (control, item) in all.prefix(deviationLimit) {
            let failed = zip(control.attributes, item.attributes).filter { $0.1 == false }.map(\.0.says)
            values.add("deviations") {
                $0.set("control", control.id.text)
                $0.set("control_href", Paths.control(control.id))
                $0.set("href", around.href(control.id, item.ordinal))
                $0.set("key", around.directory.named(item.keyText))
                $0.set("day", around.day(item.at))
                $0.set("at", Words.span(item.at))
                $0.set("owner", control.owner)
                $0.set("detail", failed.joined(separator: "; "))
                $0.set("age", item.at.map { "\((asOf.nanoseconds - $0.earliest.nanoseconds) / 86_400_000_000_000) d" } ?? "unknown")
            }
        }
    }

    private static func uncovered(_ values: inout PageValues, _ edition: Edition) {
        func say(_ text: String, _ href: String, _ link: String) {
            values.add("uncovered") {
                $0.set("text", text)
                $0.set("href", href)
                $0.set("link", link)
            }
        }
        let results = edition.assessment.controls
        let unmapped = edition.catalogue.criteria.count { criterion in !results.contains { $0.control.criteria.contains(criterion.id) } }
        if unmapped > 0 { say("\(Words.count(unmapped, "criterion")) with no control mapped to them", "criteria.html", "criteria") }
        for category in Category.allCases where !results.contains(where: { $0.control.category == category }) {
            say("no control of the category \(category.title)", Paths.category(category), category.title)
        }
        let holes = results.filter { !$0.holes.isEmpty }
        if !holes.isEmpty {
            say("\(Words.count(holes.count, "control")) with stretches for which no source is proved live and complete", "controls.html", "controls")
        }
        let failing = edition.sources.filter { source in
            source.pulls.max { $0.entry < $1.entry }.map { $0.outcome == .failed || $0.outcome == .interrupted } ?? true
        }
        for source in failing {
            let how = source.pulls.isEmpty ? "was never pulled" : "could not be read at its latest pull"
            say("source \(source.definition.id) \(how)", Paths.source(source.definition.id), source.definition.title)
        }
        say("whatever no configured source reports: a system that is not listed is not covered", "sources/index.html", "sources")
        say("the description of the system, user-entity and subservice controls: they are management's, kept elsewhere", "about.html", "limits")
    }

    private static func downloads(_ values: inout PageValues, _ results: [ControlResult]) {
        for result in results {
            values.add("downloads") {
                $0.set("href", Paths.csv(result.control.id))
                $0.set("name", "data/\(result.control.id).csv")
                $0.set("says", "\(result.control.id), \(Words.count(result.counts.total, "item"))")
            }
        }
    }
}
