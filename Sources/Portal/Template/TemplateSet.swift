import Evidence

/// Every template of a portal, compiled, and the files that go out as they are.
package struct TemplateSet: Sendable {
    private let templates: [PageKind: Template]
    /// `style.css`, `portal.js`, `verify.sh`: copied byte for byte.
    let assets: [(path: String, bytes: [UInt8])]

    /// `files` are named relative to the templates' folder; `folder` is put before those names in diagnostics.
    package static func load(files: [(path: String, bytes: [UInt8])], folder: String = "site-templates") throws(Diagnostics) -> TemplateSet {
        var byName: [String: [UInt8]] = [:]
        for file in files { byName[file.path] = file.bytes }
        let prefix = folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/"
        var problems: [Diagnostic] = []
        var templates: [PageKind: Template] = [:]
        for kind in PageKind.allCases {
            var compiler = TemplateCompiler(files: byName, folder: prefix)
            compiler.compile(kind.file, kind.shape)
            problems += compiler.problems
            templates[kind] = compiler.template
        }
        var assets: [(path: String, bytes: [UInt8])] = []
        for name in ["portal.js", "style.css", "verify.sh"] {
            if let bytes = byName[name] {
                assets.append((name, bytes))
            } else {
                problems.append(.error("the file '\(name)' is missing", at: Place(file: prefix + name)))
            }
        }
        guard problems.isEmpty else { throw Diagnostics(sortedUnique(problems)) }
        return TemplateSet(templates: templates, assets: assets)
    }

    /// A fault in a layout shows once, though every page includes it.
    private static func sortedUnique(_ problems: [Diagnostic]) -> [Diagnostic] {
        var seen: Set<Diagnostic> = []
        let origin = Place(file: "")
        return problems.filter { seen.insert($0).inserted }
            .sorted { ($0.place ?? origin, $0.summary) < ($1.place ?? origin, $1.summary) }
    }

    package var styleSheet: [UInt8] { assets.first { $0.path == "style.css" }?.bytes ?? [] }

    func render(_ kind: PageKind, _ values: PageValues, into out: inout [UInt8]) {
        guard let template = templates[kind] else { preconditionFailure("load() compiles a template for every page kind") }
        template.render(values, into: &out)
    }
}
