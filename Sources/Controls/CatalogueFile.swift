/// A file as the caller read it; nothing here touches the disk.
package struct CatalogueFile: Sendable {
    /// Relative to the programme's folder, `/` between parts: what diagnostics show.
    package let path: String
    package let bytes: [UInt8]
    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// Whether a control's examples are read with it. They are most of its file, and only who runs them needs them.
package enum ExampleReading: Sendable { case read, left }

extension CatalogueFile {
    /// The file up to a top-level `examples:`; nil where anything else comes behind that block, which could lean on it.
    var withoutExamples: CatalogueFile? {
        let start = Array("examples:".utf8)
        var (at, cut): (Int, Int?) = (0, nil)
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
            if line.starts(with: start) {
                if cut != nil { return nil }
                cut = at
            } else if cut != nil, let first = line.first, !" \t\r#-".utf8.contains(first) || line.starts(with: Array("---".utf8)) {
                return nil
            }
            at += line.count + 1
        }
        return cut.map { CatalogueFile(path: path, bytes: Array(bytes[..<$0])) }
    }
}

/// What a file under `controls/` is, by its place there.
enum CatalogueRole: Equatable {
    case criteria
    case plan
    case sampling
    case kind(String)
    case control(category: String, name: String)
    case readyMade(String)
    case trace(String)

    /// Nil where nothing is known to lie.
    init?(path: String, root: String) {
        let prefix = root.isEmpty || root == "." ? "" : root + "/"
        guard path.hasPrefix(prefix), path.hasSuffix(".yaml") else { return nil }
        let parts = path.dropFirst(prefix.count).dropLast(5).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch (parts.count, parts[0]) {
        case (1, "criteria"): self = .criteria
        case (1, "plan"): self = .plan
        case (1, "sampling"): self = .sampling
        case (2, "kinds"): self = .kind(parts[1])
        case (2, "sources"): self = .readyMade(parts[1])
        case (2, "traces"): self = .trace(parts[1])
        case (2, let folder): self = .control(category: folder, name: parts[1])
        default: return nil
        }
    }
}
