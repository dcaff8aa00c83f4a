import Assessment
import Evidence

/// What every page says: whose evidence, of which period and revision, pinned to which tree head.
enum Site {
    private static let crumb = Shape("a crumb", text: ["text", "href"])
    static let fields: (names: [String], types: [Shape.FieldType]) = {
        let text = [
            "up", "title", "heading", "here", "citation", "entity", "system", "period_id", "period", "period_type", "revision", "root",
            "root_short", "as_of", "sealed_at", "tool_version", "period_zone",
        ]
        return (text + ["simulated", "draft", "home", "crumbs"], text.map { _ in .text } + [.flag, .flag, .flag, .list(crumb)])
    }()

    static func fill(_ values: inout PageValues, _ edition: Edition, _ page: PageHead) {
        let root = edition.seal.root.description
        let period = edition.assessment.period
        values.set("up", Paths.up(from: page.path))
        values.set("title", page.title)
        values.set("heading", page.heading)
        values.set("here", page.path)
        values.set(
            "citation",
            "\(edition.programme.entity), \(edition.programme.system), \(period.id) \(edition.revision), \(page.title), evidence root \(root.prefix(16))…")
        values.set("entity", edition.programme.entity)
        values.set("system", edition.programme.system)
        values.set("period_id", period.id.text)
        values.set("period", period.label)
        values.set("period_type", period.title)
        values.set("revision", edition.revision)
        values.set("root", root)
        values.set("root_short", String(root.prefix(12)) + "…")
        values.set("as_of", edition.assessment.asOf.description)
        values.set("sealed_at", edition.seal.sealedAt.description)
        values.set("tool_version", edition.toolVersion)
        values.set("period_zone", period.zone.identifier)
        values.flag("simulated", edition.isSimulated)
        values.flag("draft", edition.revision == "draft")
        values.flag("home", page.path == "index.html")
        for crumb in page.crumbs {
            values.add("crumbs") {
                $0.set("text", crumb.text)
                $0.set("href", crumb.href)
            }
        }
    }
}

/// A page's place and its one finding.
struct PageHead {
    let path: String
    /// Of the browser's tab and the citation: what the page is about.
    let title: String
    /// The page's one h1: what was found.
    let heading: String
    /// From the overview down to the page above.
    let crumbs: [(text: String, href: String)]

    init(_ path: String, title: String, heading: String, crumbs: [(text: String, href: String)] = []) {
        self.path = path
        self.title = title
        self.heading = heading
        self.crumbs = crumbs
    }
}
