import Assessment
import Evidence

/// What each word means; the verdicts come from the code that gives them.
enum GlossaryPage {
    static let shape = Shape(page: "the glossary", lists: [("tally", ControlRows.tally)])

    static func write<W: PageWriter>(_ press: inout Press<W>) throws {
        try press.page(.glossary, PageHead("glossary.html", title: "Glossary", heading: "One word for one thing")) {
            ControlRows.addTally(&$0, [], all: true)
        }
    }
}

/// Scope, time rules and limits.
enum AboutPage {
    static let shape = Shape(
        page: "the about page", text: ["window_start", "window_end", "previous_revision", "artifact_limit", "item_limit", "operated_limit", "anchored"],
        lists: [("attestations", DecisionRows.attestation)])

    static func write<W: PageWriter>(_ shown: ShownArtifacts, _ press: inout Press<W>) throws {
        let edition = press.edition
        let window = edition.assessment.period.window
        try press.page(.about, PageHead("about.html", title: "About", heading: "What this record is, and what it is not")) { values in
            values.set("window_start", window.start.description)
            values.set("window_end", window.end.description)
            values.set("previous_revision", edition.previousRevision ?? "")
            values.set("anchored", edition.anchors.words)
            values.set("artifact_limit", ShownArtifacts.limit)
            values.set("item_limit", PopulationPages.itemLimit)
            values.set("operated_limit", ShownArtifacts.operatedPerControl)
            for attestation in edition.management.attestations where attestation.control == nil && attestation.period == edition.assessment.period.id {
                DecisionRows.add(&values, attestation, shown)
            }
        }
    }
}
