import Controls
import Evidence
import Foundation

/// The files that ship in `controls/`, read from the package's root.
enum Shipped {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func files() throws -> [CatalogueFile] {
        let folder = root.appending(path: "controls")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }.sorted()
        return try names.map { CatalogueFile(path: "controls/" + $0, bytes: [UInt8](try Data(contentsOf: folder.appending(path: $0)))) }
    }
    static func catalogue() throws -> Catalogue { try loadCatalogue(files: files()) }
}

/// A catalogue small enough to read: one kind, two criteria, and whatever else a test adds or replaces.
enum Small {
    static let criteria = "criteria:\n  CC6.1: Access is guarded\n  CC8.1: Changes are approved\n"
    static let plan = "period_days: 90\nmilestones:\n  - {day: 30, goal: begin}\n  - {day: 60, goal: go on}\n"
    static let kind = """
        kind: key_rotation
        title: Key rotation
        description: One rotation of one key.
        fields:
          key_id: {type: id, required: true, says: the key}
          by: {type: account, says: who}
          count: {type: integer, says: how many}
          outcome: {type: one_of, values: [success, failure], says: what came of it}
        """
    static let control = """
        id: SEC-99
        title: Keys rotate
        category: security
        criteria: [CC6.1]
        owner: platform
        frequency: per key
        milestone: 30
        effective_from: 2026-01-01
        risk: an old key leaks
        procedure: Compared every rotation with what policy allows.
        tolerable: 5%
        population:
          item: rotation
          key: [key_id]
          at: rotated_at
          complete: [key_rotation]
          needs: {key_rotation: 30d before}
          sql: |
            SELECT key_id, instant(occurred_at) AS rotated_at, outcome FROM key_rotation
        attributes:
          a: {says: it worked, sql: outcome = 'success'}
        examples:
          - name: it works
            given: {key_rotation: [{at: 2026-01-05, key_id: k1, outcome: success}]}
            expect: {k1: {a: operated}}
          - name: it fails
            given: {key_rotation: [{at: 2026-01-05, key_id: k1, outcome: failure}]}
            expect: {k1: {a: deviation}}
          - name: nobody knows
            given: {key_rotation: [{at: 2026-01-05, key_id: k1}]}
            expect: {k1: {a: insufficient_evidence}}
        """
    static let mapping = """
        title: Key store log
        connector: files
        format: jsonl
        yields:
          - kind: key_rotation
            at: time | time
            fields: {key_id: key, outcome: result}
        """
    static let programme = """
        entity: Example Ltd
        system: Support assistant
        zone: Europe/Berlin
        started_on: 2026-01-01
        periods:
          - {id: 2026-h1, type: 2, start: 2026-01-01, end: 2026-06-30}
        sources:
          - {use: key-store, id: keys, owner: platform, path: "evidence/keys/*.jsonl", covers: {by: export, since: 2026-01-01}}
        """

    static func files(_ changed: [String: String] = [:]) -> [CatalogueFile] {
        var texts = [
            "controls/criteria.yaml": criteria, "controls/plan.yaml": plan, "controls/kinds/key_rotation.yaml": kind,
            "controls/security/SEC-99.yaml": control, "controls/sources/key-store.yaml": mapping,
        ]
        for (path, text) in changed { texts[path] = text }
        return texts.map { CatalogueFile(path: $0.key, bytes: Array($0.value.utf8)) }
    }
    static func catalogue() throws -> Catalogue { try loadCatalogue(files: files()) }
    static func programme(_ text: String) throws -> Programme {
        try loadProgramme(file: CatalogueFile(path: "receipts.yaml", bytes: Array(text.utf8)), catalogue: catalogue(), digest: lengthDigest)
    }
    /// Stands in for SHA-256 where only sameness matters.
    static func lengthDigest(_ bytes: [UInt8]) -> String { Hex.encode(bytes) }
}

/// The findings of a load, one string each as a person sees them; empty if it succeeded.
func findings(_ load: () throws -> Void) -> [String] {
    do {
        try load()
        return []
    } catch let diagnostics as Diagnostics {
        return diagnostics.all.map(\.text)
    } catch {
        return ["\(error)"]
    }
}

extension String {
    func replacing(_ old: String, with new: String) -> String {
        precondition(contains(old), "nothing to replace: \(old)")
        return replacingOccurrences(of: old, with: new)
    }
}
