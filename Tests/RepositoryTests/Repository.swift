import Foundation

/// The checkout that these tests were built from.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root.appending(path: path).path) }

    static func text(_ path: String) throws -> String { String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self) }

    /// Regular files below the folders, by path relative to the root, sorted.
    static func files(_ folders: String..., ending: String = "") throws -> [String] {
        let manager = FileManager.default
        return try folders.flatMap { folder in
            try manager.subpathsOfDirectory(atPath: root.appending(path: folder).path).map { folder + "/" + $0 }
        }.filter { path in
            var isFolder: ObjCBool = false
            return path.hasSuffix(ending) && manager.fileExists(atPath: root.appending(path: path).path, isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }

    static let pages = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]

    /// Every line of every file in which `isHit` holds, as `path:line: text`.
    static func lines(of files: [String], where isHit: (Substring) -> Bool) throws -> [String] {
        try files.flatMap { path in
            try text(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated().filter { isHit($0.element) }
                .map { "\(path):\($0.offset + 1): \($0.element.trimmingCharacters(in: .whitespaces))" }
        }
    }
}

/// A Markdown file, as far as the tests need to understand it.
struct Page {
    let path: String
    let text: String

    init(_ path: String) throws {
        self.path = path
        text = try Repository.text(path)
    }

    /// From the heading up to the next one of its level or above, without the heading.
    func section(_ title: String) -> String {
        var lines: [Substring] = []
        var level: Int?
        var isFenced = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") { isFenced.toggle() }
            let depth = isFenced ? 0 : line.prefix { $0 == "#" }.count
            if let level, depth > 0, depth <= level { break }
            if level != nil { lines.append(line) }
            if depth > 0, line.drop(while: { $0 == "#" || $0 == " " }) == title { level = depth }
        }
        return lines.joined(separator: "\n")
    }

    /// The rows of the tables in a section, without head and rule; cells are trimmed.
    func rows(_ title: String) -> [[String]] {
        let lines = section(title).split(separator: "\n").filter { $0.hasPrefix("|") }
        return lines.enumerated().filter { i, line in
            let isRule = line.allSatisfy { "|-: ".contains($0) }
            let isHead = i + 1 < lines.count && lines[i + 1].allSatisfy { "|-: ".contains($0) }
            return !isRule && !isHead
        }.map { row in
            row.element.dropFirst().dropLast().replacing("\\|", with: "¦").split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// The bodies of the fenced blocks of one language in a section.
    func blocks(_ language: String, in title: String) -> [String] {
        var blocks: [String] = []
        var open: [Substring]?
        for line in section(title).split(separator: "\n", omittingEmptySubsequences: false) {
            if let lines = open, line == "```" {
                blocks.append(lines.joined(separator: "\n") + "\n")
                open = nil
            } else if open != nil {
                open?.append(line)
            } else if line == "```" + language {
                open = []
            }
        }
        return blocks
    }

    /// What stands between backticks, outside fenced blocks.
    static func quoted(_ text: String) -> [String] {
        var isFenced = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
            if line.hasPrefix("```") { isFenced.toggle() }
            guard !isFenced, !line.hasPrefix("```") else { return [] }
            let parts = line.split(separator: "`", omittingEmptySubsequences: false)
            return parts.indices.filter { $0 % 2 == 1 && $0 + 1 < parts.count }.map { String(parts[$0]) }
        }
    }
}
