import Assessment
import Evidence

/// Where things lie below the revision's folder. Raw bytes end in `.txt`: browsers run what other endings hold.
enum Paths {
    static func category(_ category: Category) -> String { "category/\(category.rawValue).html" }
    static func criterion(_ id: CriterionID) -> String { "criterion/\(id).html" }
    static func control(_ id: ControlID) -> String { "control/\(id).html" }
    static func population(_ id: ControlID, page: Int) -> String { "control/\(id)/population-\(padded(page, 3)).html" }
    static func item(_ id: ControlID, ordinal: Int) -> String {
        population(id, page: (ordinal - 1) / PopulationPages.rowsPerPage + 1) + "#i\(ordinal)"
    }
    static func csv(_ id: ControlID) -> String { "data/\(id).csv" }
    static func frozen(_ frozen: FrozenPopulation) -> String { "sample/\(frozen.control)-\(frozen.name).txt" }
    static func deviation(_ id: ControlID, ordinal: Int) -> String { "exceptions/index.html#\(anchor(id, ordinal))" }
    static func anchor(_ id: ControlID, _ ordinal: Int) -> String { "\(id)-\(ordinal)" }
    static func artifact(_ id: ArtifactID) -> String { "artifact/\(id).html" }
    static func raw(_ leaf: Digest) -> String { "raw/\(leaf).txt" }
    static func proof(_ id: ArtifactID, _ part: String) -> String { "proof/\(id).\(part).txt" }
    static func anchorFile(_ name: String) -> String { "anchors/\(name)" }
    static func source(_ id: SourceID) -> String { "source/\(id).html" }
    /// `../` once for each folder that `path` lies in.
    static func up(from path: String) -> String { String(repeating: "../", count: path.utf8.count { $0 == 47 }) }
}
