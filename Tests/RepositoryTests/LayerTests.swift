import Foundation
import Testing

/// The table of layers in ARCHITECTURE.md is the law: package manager, imports and page say the same.
@Suite struct LayerTests {
    struct Layer {
        let name: String
        /// Targets of this package.
        let inner: Set<String>
        /// System modules and packages of others.
        let outer: Set<String>
        var all: Set<String> { inner.union(outer) }
    }

    /// Of the platform, and therefore not among the package's dependencies.
    private static let platform: Set = ["Foundation", "Glibc", "Synchronization"]

    private func layers() throws -> [Layer] {
        try Page("ARCHITECTURE.md").rows("Layers").map { row in
            try #require(row.count == 4, "a row of the table of layers needs four cells: \(row)")
            return Layer(name: Page.quoted(row[0]).joined(), inner: Set(Page.quoted(row[2])), outer: Set(Page.quoted(row[3])))
        }
    }

    @Test func everyLayerImportsOnlyLayersAboveItInTheTable() throws {
        var known: Set<String> = []
        for layer in try layers() {
            let uphill = layer.inner.subtracting(known)
            #expect(uphill.isEmpty, "\(layer.name) may import \(uphill.sorted()), which do not stand above it")
            known.insert(layer.name)
        }
    }

    @Test func everyFolderOfSourcesIsInTheTable() throws {
        let named = Set(try layers().flatMap { [$0.name] + $0.outer.filter { $0.hasPrefix("C") } })
        let folders = try FileManager.default.contentsOfDirectory(atPath: Repository.root.appending(path: "Sources").path)
        let missing = folders.filter { !named.contains($0) }
        #expect(missing.isEmpty, "not in ARCHITECTURE.md's table: \(missing.sorted())")
    }

    @Test func noImportPointsTheWrongWay() throws {
        for layer in try layers() {
            let wrong = try Repository.lines(of: Repository.files("Sources/" + layer.name, ending: ".swift")) { line in
                LayerTests.imported(line).map { !layer.all.contains($0) } ?? false
            }
            #expect(wrong.isEmpty, "\(layer.name) may import \(layer.all.sorted()) only:\n\(wrong.joined(separator: "\n"))")
        }
    }

    @Test func thePackageDeclaresWhatTheTableAllows() throws {
        let declared = try LayerTests.declared()
        for layer in try layers() {
            let dependencies = try #require(declared[layer.name], "Package.swift has no target \(layer.name)")
            #expect(dependencies == layer.all.subtracting(LayerTests.platform), "dependencies of \(layer.name)")
        }
    }

    @Test func nothingIsAllowedThatNoFileImports() throws {
        for layer in try layers() {
            let used = try Repository.files("Sources/" + layer.name, ending: ".swift").flatMap { path in
                try Repository.text(path).split(separator: "\n").compactMap(LayerTests.imported)
            }
            let idle = layer.all.subtracting(used)
            #expect(idle.isEmpty, "\(layer.name) imports none of \(idle.sorted()): take them out of ARCHITECTURE.md and Package.swift")
        }
    }

    @Test(arguments: [
        ("import Evidence", "Evidence"), ("@testable import Ledger", "Ledger"), ("package import Seal", "Seal"),
        ("import struct Foundation.URL", "Foundation"), ("@preconcurrency import Glibc  // why", "Glibc"),
    ])
    func anImportIsRecognisedInEverySpelling(line: String, module: String) {
        #expect(LayerTests.imported(line[...]) == module)
    }

    @Test(arguments: ["let important = 1", "/// import Evidence", "x.import(Evidence)"])
    func whatOnlyLooksLikeAnImportIsNone(line: String) {
        #expect(LayerTests.imported(line[...]) == nil)
    }

    /// The module that a line of Swift imports.
    private static func imported(_ line: Substring) -> String? {
        guard line.utf8.contains("import".utf8) else { return nil }
        let access = /\s*(?:@\w+\s+|(?:package|internal|private|fileprivate|public)\s+)*import\s+/
        let what = /(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
        return line.prefixMatch(of: access).flatMap { line[$0.range.upperBound...].prefixMatch(of: what) }.map { String($0.1) }
    }

    /// Target by target, what Package.swift lets it import.
    private static func declared() throws -> [String: Set<String>] {
        let text = try Repository.text("Package.swift")
        let products = Dictionary(text.matches(of: /let (\w+): Target\.Dependency = \.product\(name: "(\w+)"/).map { (String($0.1), String($0.2)) }) { $1 }
        let targets = text.matches(of: /(?:layer\(\s*|executableTarget\(\s*name:\s*)"([\w-]+)",\s*(?:dependencies:\s*)?\[([^\]]*)\]/)
        return Dictionary(
            uniqueKeysWithValues: targets.map { match in
                let words = match.2.matches(of: /"?\w+"?/).map { String($0.0) }
                return (String(match.1), Set(words.map { $0.hasPrefix("\"") ? String($0.dropFirst().dropLast()) : products[$0] ?? $0 }))
            })
    }
}
