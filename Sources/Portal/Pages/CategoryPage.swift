import Assessment
import Controls
import Evidence

/// One of the five categories: its controls and criteria.
enum CategoryPage {
    static let shape = Shape(
        page: "a category page", text: ["category", "design", "operation", "tested", "deviation"],
        lists: [("tally", ControlRows.tally), ("controls", ControlRows.shape), ("criteria", CriteriaPage.row)])

    static func write<W: PageWriter>(_ category: Category, _ press: inout Press<W>) throws {
        let edition = press.edition
        let results = edition.assessment.controls.filter { $0.control.category == category }
        let head = PageHead(
            Paths.category(category), title: category.title, heading: "\(category.title): \(ControlRows.summary(results))",
            crumbs: [("Controls", "controls.html")])
        try press.page(.category, head) { values in
            values.set("category", category.title)
            RollUpWords.fill(&values, RollUp(results))
            ControlRows.addTally(&values, results)
            for result in results { ControlRows.add(&values, result) }
            let series = category == .security ? "common" : category.rawValue
            for criterion in edition.catalogue.criteria where criterion.series == series {
                CriteriaPage.add(&values, criterion, edition.assessment.controls)
            }
        }
    }
}
