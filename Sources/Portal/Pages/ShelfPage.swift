import Evidence

/// One revision on the shelf, `output/index.html`.
package struct ShelfEntry: Sendable {
    package let period: PeriodID
    /// Of the period: its days in words.
    package let label: String
    /// `r2`, or `draft`.
    package let revision: String
    /// draft, final, superseded, withdrawn.
    package let status: String
    package let sealedAt: Instant
    package let root: Digest
    /// Name of the archive beside the revision's folder, and its SHA-256; nil where there is none.
    package let archive: (name: String, digest: Digest)?
    /// Name of the signature over it, if that lies beside it.
    package let signature: String?
    /// Of the ledger: said on the shelf too.
    package let isSimulated: Bool

    package init(
        period: PeriodID, label: String, revision: String, status: String, sealedAt: Instant, root: Digest,
        archive: (name: String, digest: Digest)?, signature: String? = nil, isSimulated: Bool
    ) {
        self.period = period
        self.label = label
        self.revision = revision
        self.status = status
        self.sealedAt = sealedAt
        self.root = root
        self.archive = archive
        self.signature = signature
        self.isSimulated = isSimulated
    }
}

/// The list of all revisions. The only page that changes after it was made; it holds no evidence and loads nothing from a revision.
enum ShelfPage {
    private static let row = Shape(
        "a revision", text: ["period", "label", "revision", "status", "sealed", "root", "href", "archive", "archive_digest", "signature"],
        flags: ["simulated"])
    static let shape = Shape("the shelf", text: ["count"], flags: ["simulated"], lists: [("entries", row)])

    static func fill(_ values: inout PageValues, _ entries: [ShelfEntry]) {
        values.set("count", Words.count(entries.count, "revision"))
        values.flag("simulated", entries.contains(where: \.isSimulated))
        for entry in entries {
            let folder = "\(entry.period)/\(entry.revision)"
            values.add("entries") {
                $0.set("period", entry.period.text)
                $0.set("label", entry.label)
                $0.set("revision", entry.revision)
                $0.set("status", entry.status)
                $0.set("sealed", entry.sealedAt.description)
                $0.set("root", entry.root.description)
                $0.set("href", folder + "/index.html")
                $0.set("archive", entry.archive.map { "\(entry.period)/\($0.name)" } ?? "")
                $0.set("archive_digest", entry.archive?.digest.description ?? "")
                $0.set("signature", entry.signature.map { "\(entry.period)/\($0)" } ?? "")
                $0.flag("simulated", entry.isSimulated)
            }
        }
    }
}

/// `output/index.html`, newest revision of each period first. Put `templates.styleSheet` beside it as `style.css`.
package func renderShelf(_ entries: [ShelfEntry], templates: TemplateSet) throws -> [UInt8] {
    let sorted = entries.sorted { a, b in
        a.period == b.period ? (a.sealedAt, a.revision) > (b.sealedAt, b.revision) : a.period > b.period
    }
    var values = PageValues(ShelfPage.shape)
    ShelfPage.fill(&values, sorted)
    var page: [UInt8] = []
    templates.render(.shelf, values, into: &page)
    return page
}
