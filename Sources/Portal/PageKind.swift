/// Every page there is: its template's name and the names that it offers to it. A new page is a file under Pages, a template and a line here.
enum PageKind: String, CaseIterable, Sendable {
    case overview, category, criteria, criterion, controls, control, population, exceptions, artifact, artifacts, sources, source, gap, integrity
    case glossary, about, shelf

    var file: String { rawValue + ".html" }

    var shape: Shape {
        switch self {
        case .overview: OverviewPage.shape
        case .category: CategoryPage.shape
        case .criteria: CriteriaPage.shape
        case .criterion: CriterionPage.shape
        case .controls: ControlsPage.shape
        case .control: ControlPage.shape
        case .population: PopulationPages.shape
        case .exceptions: ExceptionsPage.shape
        case .artifact: ArtifactPage.shape
        case .artifacts: ArtifactsPage.shape
        case .sources: SourcesPage.shape
        case .source: SourcePage.shape
        case .gap: GapPage.shape
        case .integrity: IntegrityPage.shape
        case .glossary: GlossaryPage.shape
        case .about: AboutPage.shape
        case .shelf: ShelfPage.shape
        }
    }
}
