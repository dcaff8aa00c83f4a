import Assessment
import Controls
import Evidence

/// Writes every page, table and proof of one revision. The same edition, records and templates give the same bytes.
///
/// Populations are walked once each, page by page; nothing is held but the lists that the results already hold.
package func renderPortal(
    _ edition: Edition, records: some EditionRecords, templates: TemplateSet, to writer: inout some PageWriter
) throws {
    var press = Press(edition, templates, writer)
    defer { writer = press.writer }
    for asset in templates.assets { try press.file(asset.path == "verify.sh" ? "proof/verify.sh.txt" : asset.path, asset.bytes) }

    var shown = ShownArtifacts(edition)
    for result in edition.assessment.controls {
        let walk = try PopulationPages.write(result, records, &shown, &press)
        try ControlPage.write(result, walk, shown, &press)
    }
    try ArtifactPage.writeAll(shown, records, &press)
    try ArtifactsPage.write(shown, &press)
    for source in edition.sources { try SourcePage.write(source, records, shown, &press) }
    try SourcesPage.write(&press)
    for category in Category.allCases { try CategoryPage.write(category, &press) }
    for criterion in edition.catalogue.criteria { try CriterionPage.write(criterion, &press) }
    try CriteriaPage.write(&press)
    try ControlsPage.write(&press)
    try ExceptionsPage.write(shown, &press)
    try GapPage.write(&press)
    try IntegrityPage.write(shown, &press)
    try GlossaryPage.write(&press)
    try AboutPage.write(shown, &press)
    try OverviewPage.write(shown, &press)
}
