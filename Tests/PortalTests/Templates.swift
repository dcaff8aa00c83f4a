import Foundation
import Portal

/// The project's own templates, as they are in `site-templates/`.
enum Templates {
    static func files(_ path: String = #filePath) throws -> [(path: String, bytes: [UInt8])] {
        let root = URL(fileURLWithPath: path).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("site-templates")
        return try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted().filter { $0.contains(".") }.map {
            ($0, Array(try Data(contentsOf: root.appendingPathComponent($0))))
        }
    }
    static func load() throws -> TemplateSet { try TemplateSet.load(files: try files()) }
}
