import Archive
import Evidence

/// A folder that holds no published revision itself: every file in it would be a finding, and the right one is near.
package struct NoRevision: Error {
    package let diagnostic: Diagnostic
    private static let shown = 5

    /// Nil where the folder is one, or was one before somebody took files out of it.
    init?(_ folder: String) throws {
        guard !RevisionFolders.isOne(folder) else { return nil }
        if let around = RevisionFolders.around(folder) {
            diagnostic = .error("'\(folder)' is only a part of a published revision", hint: "name the whole: '\(around)'")
            return
        }
        let below = try RevisionFolders.below(folder)
        let names = below.prefix(NoRevision.shown).map { "'\($0)'" }.joined(separator: ", ")
        let more = below.count > NoRevision.shown ? ", and \(below.count - NoRevision.shown) more" : ""
        diagnostic = .error(
            "'\(folder)' is no published revision itself\(below.isEmpty ? "" : "; \(below.count == 1 ? "one lies" : "\(below.count) lie") below it")",
            hint: below.isEmpty ? "name a revision's folder, such as output/2026-h1/r1" : "name one of them: \(names)\(more)")
    }
}
