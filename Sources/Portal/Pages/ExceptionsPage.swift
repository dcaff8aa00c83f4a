import Assessment
import Controls
import Evidence

/// The deviations and the first of the items that the records cannot decide, by control; each has an anchor of its own.
enum ExceptionsPage {
    /// Per control; the rest is in the control's population pages and CSV.
    static let deviationLimit = 200
    /// A control without a source owes an item a day that nobody can decide, and one reads like the other.
    static let undecidedLimit = 20

    /// What the page lists of a control.
    static func listed(_ result: ControlResult) -> (deviations: ArraySlice<ItemResult>, undecided: ArraySlice<ItemResult>) {
        (result.deviations.prefix(deviationLimit), result.insufficient.prefix(undecidedLimit))
    }

    private static let group = Shape(
        "a control's deviations",
        text: [
            "id", "title", "href", "owner", "anchor", "deviation", "insufficient", "tested", "total", "rate", "tolerable", "csv", "limit", "undecided_limit",
            "bound",
        ],
        flags: ["cut", "undecided_cut"],
        lists: [
            ("questions", ItemRows.head), ("columns", ItemRows.head), ("deviations", ItemRows.shape), ("undecided", ItemRows.shape),
            ("decisions", DecisionRows.shape),
        ])
    static let shape = Shape(page: "the deviations page", text: ["deviation", "insufficient"], lists: [("groups", group)])

    static func write<W: PageWriter>(_ shown: ShownArtifacts, _ press: inout Press<W>) throws {
        let (around, edition) = (press.around, press.edition)
        let results = edition.assessment.controls.filter { $0.counts.deviation + $0.counts.insufficientEvidence > 0 }
        let deviation = results.reduce(0) { $0 + $1.counts.deviation }
        let insufficient = results.reduce(0) { $0 + $1.counts.insufficientEvidence }
        let head = PageHead(
            "exceptions/index.html", title: "Deviations",
            heading: "\(Words.count(deviation, "deviation")) and \(Words.count(insufficient, "item")) with insufficient evidence")
        try press.page(.exceptions, head) { values in
            values.set("deviation", deviation)
            values.set("insufficient", insufficient)
            for result in results { values.add("groups") { fill(&$0, result, shown, edition, around) } }
        }
    }

    private static func fill(_ values: inout PageValues, _ result: ControlResult, _ shown: ShownArtifacts, _ edition: Edition, _ around: Surroundings) {
        let control = result.control
        values.set("id", control.id.text)
        values.set("title", control.title)
        values.set("href", Paths.control(control.id))
        values.set("owner", control.owner)
        values.set("anchor", control.id.text)
        values.set("deviation", result.counts.deviation)
        values.set("insufficient", result.counts.insufficientEvidence)
        values.set("tested", result.counts.tested)
        values.set("total", result.counts.total)
        values.set("rate", Words.percent(result.counts.deviation, of: result.counts.tested) ?? "")
        values.set("tolerable", Words.percent(control.tolerable))
        values.set("csv", Paths.csv(control.id))
        values.set("bound", result.rateBound.map(DeviationBound.percent) ?? "")
        for decision in edition.management.decisions(of: control.id, edition.assessment.period.id) where decision.item != nil {
            DecisionRows.add(&values, decision, result, shown, edition, around) { result.item(withFrozenKey: $0) }
        }
        values.set("limit", deviationLimit)
        values.set("undecided_limit", undecidedLimit)
        values.flag("cut", result.counts.deviation > deviationLimit)
        values.flag("undecided_cut", result.counts.insufficientEvidence > undecidedLimit)
        ItemRows.fillHead(&values, control, result.deviations.first ?? result.insufficient.first)
        let listed = listed(result)
        for (list, items) in [("deviations", listed.deviations), ("undecided", listed.undecided)] {
            for item in items {
                values.add(list) { ItemRows.fill(&$0, item, control, shown, around, href: Surroundings.rowHref(control.id, item.ordinal)) }
            }
        }
    }
}
