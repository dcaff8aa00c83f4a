import Assessment
import Evidence

/// Renders pages of one edition and hands them to the writer; holds the buffers that are reused from page to page.
struct Press<Writer: PageWriter> {
    let edition: Edition
    let around: Surroundings
    let templates: TemplateSet
    var writer: Writer
    private var values: PageValues
    private var buffer: [UInt8] = []

    init(_ edition: Edition, _ templates: TemplateSet, _ writer: Writer) {
        self.edition = edition
        around = Surroundings(edition)
        self.templates = templates
        self.writer = writer
        values = PageValues(PageKind.about.shape)
    }

    mutating func page(_ kind: PageKind, _ head: PageHead, _ fill: (inout PageValues) throws -> Void) throws {
        values.begin(kind.shape)
        Site.fill(&values, edition, head)
        try fill(&values)
        buffer.removeAll(keepingCapacity: true)
        templates.render(kind, values, into: &buffer)
        try writer.write(path: head.path, bytes: buffer)
    }

    mutating func file(_ path: String, _ bytes: [UInt8]) throws { try writer.write(path: path, bytes: bytes) }
}
