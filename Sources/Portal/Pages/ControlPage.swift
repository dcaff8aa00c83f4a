import Assessment
import Controls
import Evidence

/// One control: what it says, how it was tested, over what, and what was found.
enum ControlPage {
    /// Deviations and insufficient items that the page lists; the rest is on population pages and in the CSV.
    static let listLimit = 60

    private static let reason = Shape("a reason", text: ["text"])
    private static let criterion = Shape("a criterion", text: ["id", "title", "href"])
    private static let framework = Shape("a framework", text: ["title", "ids"])
    private static let count = Shape("a count", text: ["title", "class", "number"])
    private static let attribute = Shape("an attribute", text: ["letter", "says", "sql", "is_true", "is_false", "is_unknown", "sum"])
    private static let hole = Shape("a hole", text: ["kind", "start", "end", "start_wall", "end_wall", "why"])
    private static let need = Shape("a need", text: ["kind", "title", "span", "holes"])
    private static let kindSource = Shape("a source", text: ["id", "title", "href"])
    static let shape = Shape(
        page: "a control page",
        text: [
            "id", "control_title", "verdict", "class", "finding", "owner", "category", "frequency", "milestone", "risk", "procedure", "effective",
            "item", "key", "at", "total", "tested", "rate", "tolerable", "digest", "sql", "complete", "applies", "due", "file", "yaml", "csv",
            "csv_digest", "csv_bytes", "population_href", "pages", "shown_items", "deviation_count", "insufficient_count", "previous",
            "following", "previous_id", "following_id", "list_limit", "bound", "design", "operation", "operation_class", "proposed", "proposed_why", "added",
            "decided", "beside",
        ],
        flags: ["walked", "truncated", "deviations_cut", "insufficient_cut"],
        lists: [
            ("reasons", reason), ("criteria", criterion), ("frameworks", framework), ("counts", count), ("attributes", attribute), ("questions", ItemRows.head),
            ("columns", ItemRows.head), ("deviations", ItemRows.shape), ("insufficient", ItemRows.shape), ("operated", ItemRows.shape),
            ("holes", hole), ("needs", need), ("sources", kindSource), ("samples", SampleRows.shape), ("decisions", DecisionRows.shape),
            ("attestations", DecisionRows.attestation),
        ])

    static func write<W: PageWriter>(
        _ result: ControlResult, _ walk: PopulationPages.Walk, _ shown: ShownArtifacts, _ press: inout Press<W>
    ) throws {
        let control = result.control
        let edition = press.edition
        let around = press.around
        let head = PageHead(
            Paths.control(control.id), title: control.id.text, heading: "\(control.id) \(control.title): \(Words.finding(result))",
            crumbs: Crumbs.control(control))
        for (frozen, list) in walk.samples.frozen { if let list { try press.file(Paths.frozen(frozen), list.bytes) } }
        try press.page(.control, head) { values in
            identity(&values, result)
            neighbours(&values, control.id, edition)
            population(&values, result, walk)
            values.flag("walked", edition.assessment.period.isTypeI)
            question(&values, result, edition)
            lists(&values, result, walk, shown, around)
            SampleRows.fill(&values, result, walk.samples, shown, edition)
            statements(&values, result, walk, shown, edition, around)
        }
    }

    private static func statements(
        _ values: inout PageValues, _ result: ControlResult, _ walk: PopulationPages.Walk, _ shown: ShownArtifacts, _ edition: Edition,
        _ around: Surroundings
    ) {
        let (id, period) = (result.control.id, edition.assessment.period.id)
        values.set("added", walk.samples.added == 0 ? "" : String(walk.samples.added))
        let whole = edition.management.decisions(of: id, period).last { $0.item == nil }
        values.set("decided", whole.map { "\($0.word.title), by \($0.by); \(DecisionStanding($0, result, item: nil).title)" } ?? "")
        for decision in edition.management.decisions(of: id, period) {
            DecisionRows.add(&values, decision, result, shown, edition, around) { walk.samples.found[$0] }
        }
        for attestation in edition.management.attestations where attestation.control == id && attestation.period == period {
            DecisionRows.add(&values, attestation, shown)
        }
    }

    private static func identity(_ values: inout PageValues, _ result: ControlResult) {
        let control = result.control
        values.set("id", control.id.text)
        values.set("control_title", control.title)
        values.set("verdict", result.verdict.title)
        values.set("class", result.verdict.rawValue)
        values.set("finding", Words.finding(result))
        values.set("owner", control.owner)
        values.set("category", control.category.title)
        values.set("frequency", control.frequency)
        values.set("milestone", control.milestone)
        values.set("risk", control.risk)
        values.set("procedure", control.procedure)
        values.set("effective", control.effectiveFrom.description)
        values.set("design", RollUpWords.design(RollUp([result])))
        values.set("operation", result.operation.title)
        values.set("operation_class", result.operation.rawValue)
        values.set("proposed", result.proposal.word.title)
        values.set("proposed_why", result.proposal.why)
        for text in result.reasons { values.add("reasons") { $0.set("text", text) } }
    }

    private static func neighbours(_ values: inout PageValues, _ id: ControlID, _ edition: Edition) {
        let ids = edition.assessment.controls.map(\.control.id)
        let here = ids.firstIndex(of: id) ?? 0
        let before = here > 0 ? ids[here - 1] : nil
        let after = here + 1 < ids.count ? ids[here + 1] : nil
        values.set("previous", before.map(Paths.control) ?? "")
        values.set("previous_id", before?.text ?? "")
        values.set("following", after.map(Paths.control) ?? "")
        values.set("following_id", after?.text ?? "")
    }

    private static func population(_ values: inout PageValues, _ result: ControlResult, _ walk: PopulationPages.Walk) {
        let control = result.control
        let counts = result.counts
        values.set("item", control.population.item)
        values.set("key", control.population.key.joined(separator: ", "))
        values.set("at", control.population.at)
        values.set("total", counts.total)
        values.set("tested", counts.tested)
        values.set("rate", Words.percent(counts.deviation, of: counts.tested) ?? "")
        values.set("tolerable", Words.percent(control.tolerable))
        values.set("bound", result.rateBound.map(DeviationBound.percent) ?? "")
        values.set("digest", result.populationDigest.description)
        values.set("csv", Paths.csv(control.id))
        values.set("csv_digest", walk.csvDigest)
        values.set("csv_bytes", walk.csvBytes)
        values.set("population_href", counts.total > 0 ? Paths.population(control.id, page: 1) : "")
        values.set("pages", Words.count(PopulationPages.pageCount(counts.total), "page"))
        values.set("shown_items", min(counts.total, PopulationPages.itemLimit))
        values.flag("truncated", counts.total > PopulationPages.itemLimit)
        let parts: [(ItemVerdict, Int)] = [
            (.operated, counts.operated), (.deviation, counts.deviation), (.insufficientEvidence, counts.insufficientEvidence),
            (.notYetDue, counts.notYetDue), (.notApplicable, counts.notApplicable),
        ]
        for (verdict, number) in parts {
            values.add("counts") {
                $0.set("title", verdict.title)
                $0.set("class", verdict.rawValue)
                $0.set("number", number)
            }
        }
    }

    private static func question(_ values: inout PageValues, _ result: ControlResult, _ edition: Edition) {
        let (control, zone) = (result.control, edition.assessment.period.zone)
        values.set("sql", control.population.query.sql)
        values.set("complete", control.population.complete.map(\.text).joined(separator: ", "))
        values.set("applies", control.applies?.sql ?? "")
        values.set("due", control.due ?? "")
        values.set("file", control.place.description)
        values.set("yaml", bytes: control.text)
        for id in control.criteria {
            values.add("criteria") {
                $0.set("id", id.text)
                $0.set("title", edition.catalogue.criteria.first { $0.id == id }?.title ?? "")
                $0.set("href", Paths.criterion(id))
            }
        }
        for framework in Framework.allCases {
            guard let ids = control.maps[framework], !ids.isEmpty else { continue }
            values.add("frameworks") {
                $0.set("title", framework.title)
                $0.set("ids", ids.joined(separator: ", "))
            }
        }
        for need in control.population.needs {
            values.add("needs") {
                $0.set("kind", need.kind.text)
                $0.set("title", edition.catalogue.kind(need.kind)?.title ?? need.kind.text)
                $0.set("span", Words.need(need.span))
                let holes = (result.neededHoles + result.holes).filter { $0.kind == need.kind }.map(\.window)
                $0.set("holes", holes.isEmpty ? "none" : "\(holes.count), \(zone.length(of: holes))")
            }
        }
        let kinds = Set(control.population.needs.map(\.kind) + control.population.complete)
        for source in edition.sources where source.definition.yields.contains(where: { kinds.contains($0.kind) }) {
            values.add("sources") {
                $0.set("id", source.definition.id.text)
                $0.set("title", source.definition.title)
                $0.set("href", Paths.source(source.definition.id))
            }
        }
    }

    private static func lists(
        _ values: inout PageValues, _ result: ControlResult, _ walk: PopulationPages.Walk, _ shown: ShownArtifacts, _ around: Surroundings
    ) {
        let control = result.control
        values.set("deviation_count", result.counts.deviation)
        values.set("beside", result.passedOver.deviation > 0 ? Words.count(result.passedOver.deviation, "instance") : "")
        values.set("insufficient_count", result.counts.insufficientEvidence)
        values.set("list_limit", listLimit)
        values.flag("deviations_cut", result.counts.deviation > listLimit)
        values.flag("insufficient_cut", result.counts.insufficientEvidence > listLimit)
        for (attribute, counts) in zip(control.attributes, result.attributes) {
            values.add("attributes") {
                $0.set("letter", attribute.letter)
                $0.set("says", attribute.says)
                $0.set("sql", attribute.test.sql)
                $0.set("is_true", counts.isTrue)
                $0.set("is_false", counts.isFalse)
                $0.set("is_unknown", counts.isUnknown)
                $0.set("sum", counts.isTrue + counts.isFalse + counts.isUnknown)
            }
        }
        ItemRows.fillHead(&values, control, result.deviations.first ?? result.insufficient.first ?? walk.operated.first)
        for (list, items) in [("deviations", result.deviations), ("insufficient", result.insufficient), ("operated", walk.operated)] {
            for item in items.prefix(listLimit) {
                values.add(list) { ItemRows.fill(&$0, item, control, shown, around, href: Surroundings.rowHref(control.id, item.ordinal)) }
            }
        }
        for hole in result.holes {
            values.add("holes") {
                $0.set("kind", hole.kind.text)
                $0.set("start", hole.window.start.description)
                $0.set("end", hole.window.end.description)
                $0.set("start_wall", around.wall(hole.window.start))
                $0.set("end_wall", around.wall(hole.window.end))
                $0.set("why", hole.reason)
            }
        }
    }
}
