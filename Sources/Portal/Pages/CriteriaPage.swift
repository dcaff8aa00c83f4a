import Assessment
import Controls
import Evidence

/// All 61 criteria and the controls that map to each; most of a young programme's list is empty, and says so.
enum CriteriaPage {
    static let row = Shape(
        "a criterion row", text: ["id", "title", "href", "series", "number", "summary", "design", "operation", "tested", "deviation"], flags: ["unmapped"])
    private static let first = Shape("a criterion to look at first", text: ["id", "title", "href", "summary"])
    static let shape = Shape(page: "the criteria list", text: ["mapped", "total"], lists: [("criteria", row), ("none_operating", first)])

    static func write<W: PageWriter>(_ press: inout Press<W>) throws {
        let edition = press.edition
        let criteria = edition.catalogue.criteria
        let mapped = criteria.count { criterion in edition.assessment.controls.contains { $0.control.criteria.contains(criterion.id) } }
        let head = PageHead(
            "criteria.html", title: "Criteria", heading: "\(mapped) of \(Words.count(criteria.count, "criterion")) have a control mapped to them")
        try press.page(.criteria, head) { values in
            values.set("mapped", mapped)
            values.set("total", criteria.count)
            for criterion in criteria {
                add(&values, criterion, edition.assessment.controls)
                let results = edition.assessment.controls.filter { $0.control.criteria.contains(criterion.id) }
                guard !results.isEmpty, RollUp(results).hasNoneOperating else { continue }
                values.add("none_operating") {
                    $0.set("id", criterion.id.text)
                    $0.set("title", criterion.title)
                    $0.set("href", Paths.criterion(criterion.id))
                    $0.set("summary", RollUpWords.operation(RollUp(results)))
                }
            }
        }
    }

    static func add(_ values: inout PageValues, _ criterion: Criterion, _ results: [ControlResult]) {
        let mapped = results.filter { $0.control.criteria.contains(criterion.id) }
        values.add("criteria") {
            $0.set("id", criterion.id.text)
            $0.set("title", criterion.title)
            $0.set("href", Paths.criterion(criterion.id))
            $0.set("series", criterion.series)
            $0.set("number", mapped.count)
            $0.set("summary", mapped.isEmpty ? "no control maps to it yet" : ControlRows.summary(mapped))
            let rollUp = RollUp(mapped)
            $0.set("design", RollUpWords.design(rollUp))
            $0.set("operation", RollUpWords.operation(rollUp))
            $0.set("tested", rollUp.tested)
            $0.set("deviation", rollUp.deviations)
            $0.flag("unmapped", mapped.isEmpty)
        }
    }
}

/// One criterion, by its id and a title in our own words.
enum CriterionPage {
    static let shape = Shape(
        page: "a criterion page",
        text: ["id", "criterion_title", "series", "previous", "previous_id", "following", "following_id", "design", "operation", "tested", "deviation"],
        lists: [("controls", ControlRows.shape)])

    static func write<W: PageWriter>(_ criterion: Criterion, _ press: inout Press<W>) throws {
        let edition = press.edition
        let results = edition.assessment.controls.filter { $0.control.criteria.contains(criterion.id) }
        let finding =
            results.isEmpty
            ? "no control maps to it yet" : "\(results.counted), \(ControlRows.summary(results))"
        let head = PageHead(
            Paths.criterion(criterion.id), title: criterion.id.text, heading: "\(criterion.id) \(criterion.title): \(finding)",
            crumbs: [("Criteria", "criteria.html")])
        let all = edition.catalogue.criteria.map(\.id)
        let here = all.firstIndex(of: criterion.id) ?? 0
        try press.page(.criterion, head) { values in
            values.set("id", criterion.id.text)
            values.set("criterion_title", criterion.title)
            values.set("series", criterion.series)
            RollUpWords.fill(&values, RollUp(results))
            values.set("previous", here > 0 ? Paths.criterion(all[here - 1]) : "")
            values.set("previous_id", here > 0 ? all[here - 1].text : "")
            values.set("following", here + 1 < all.count ? Paths.criterion(all[here + 1]) : "")
            values.set("following_id", here + 1 < all.count ? all[here + 1].text : "")
            for result in results { ControlRows.add(&values, result) }
        }
    }
}
