import Archive
import Crypto
import Evidence
import Portal

/// `output/index.html`: the one page that changes. It lists what lies in the output folder.
struct Shelf {
    private let output: String
    private let folder: ProgrammeFolder
    private let templates: [(path: String, bytes: [UInt8])]

    init(_ output: String, _ folder: ProgrammeFolder, _ templates: [(path: String, bytes: [UInt8])]) {
        self.output = output
        self.folder = folder
        self.templates = templates
    }

    func write() throws {
        var entries: [ShelfEntry] = []
        for period in try Files.list(output) where Files.isFolder(output + "/" + period) && !period.hasPrefix(".") {
            entries += try revisions(in: period)
        }
        let set = try TemplateSet.load(files: templates)
        try replace("style.css", set.styleSheet)
        try replace("index.html", try renderShelf(entries, templates: set))
    }

    private func replace(_ name: String, _ bytes: [UInt8]) throws {
        try Files.write(output + "/." + name, bytes, syncing: true)
        try Files.rename(output + "/." + name, output + "/" + name)
    }

    private func revisions(in period: String) throws -> [ShelfEntry] {
        var found: [(order: Int, facts: JSON, name: String)] = []
        for name in try Files.list(output + "/" + period) where !name.hasPrefix(".") {
            let path = "\(output)/\(period)/\(name)/revision.json"
            guard Files.exists(path), let facts = try? JSON.parse(try Files.read(path)) else { continue }
            found.append((Int(name.dropFirst()) ?? Int.max, facts, name))
        }
        found.sort { $0.order > $1.order }
        let newest = found.first { $0.name != "draft" }?.name
        return try found.compactMap { try entry($0.facts, period, $0.name, isNewest: $0.name == newest) }
    }

    private func entry(_ facts: JSON, _ period: String, _ name: String, isNewest: Bool) throws -> ShelfEntry? {
        guard let id = PeriodID(period), let sealed = facts["sealed_at"]?.text.flatMap({ Instant($0) }),
            let root = facts["root"]?.text.flatMap({ Hex.decode($0) }), root.count == 32
        else { return nil }
        let names = ArchiveFormat.allCases.map { "receipts-\(period)-\(name)\($0.ending)" }
        let archive = names.first { Files.exists("\(output)/\(period)/\($0)") }
        let digest = try archive.map { ($0, try FileDigest.sha256("\(output)/\(period)/\($0)")) }
        let signature = archive.map { $0 + ".sig" }.flatMap { Files.exists("\(output)/\(period)/\($0)") ? $0 : nil }
        return ShelfEntry(
            period: id, label: facts["label"]?.text ?? "", revision: name, status: name == "draft" ? "draft" : isNewest ? "final" : "superseded",
            sealedAt: sealed, root: Digest(root), archive: digest, signature: signature, isSimulated: facts["simulated"]?.flag ?? false)
    }
}
