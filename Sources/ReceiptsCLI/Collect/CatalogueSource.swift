import Controls
import Crypto
import Evidence
import Ledger

/// The control files themselves as evidence: what wording was in force, and since when the ledger knew it.
enum CatalogueSource {
    static let id = SourceID(trusted: "catalogue")
    static let kind = KindName(trusted: "catalogue_entry")

    static func definition(_ folder: ProgrammeFolder) -> SourceDefinition {
        let place = Place(file: "receipts.yaml")
        func named(_ name: String, _ text: String) -> NamedExpression { NamedExpression(name: name, text: text, place: place) }
        let fields = ["path", "role", "name", "content_hash", "catalogue_hash"].map { named($0, $0) }
        let yield = YieldDefinition(
            kind: kind, when: [], id: named("id", "path | join('@', content_hash, at)"), at: named("at", "at | time"),
            fields: fields, place: place)
        return SourceDefinition(
            id: id, title: "Control catalogue and configuration", owner: "compliance",
            connector: .files(FilesSettings(path: folder.programme.paths.controls + "/**", decoder: .json(records: nil), place: place)),
            personalData: .none, coverage: .none, yields: [yield], zone: .utc, place: place, digest: "catalogue 2")
    }

    /// One record a file that is not as the ledger last saw it, in order of path. `hashes`: of the files, each; `known`: digest by path.
    ///
    /// A file that was taken away is a change too, and kept as one without content; not one that went on under another path.
    static func records(_ files: [CatalogueFile], _ hashes: [String], controls: String, at: Instant, known: [String: String]) -> [[UInt8]] {
        let whole = Hex.encode(SHA256.hash(data: Array(zip(files, hashes).map { "\($1)  \($0.path)\n" }.joined().utf8)))
        func record(_ path: String, _ bytes: [UInt8], _ hash: String, isRemoved: Bool) -> (path: String, bytes: [UInt8]) {
            let json: JSON = [
                "path": .string(path), "role": .string(role(path, controls)), "name": .string(name(path)), "content_hash": .string(hash),
                "catalogue_hash": .string(whole), "at": .instant(at), "removed": .bool(isRemoved), "text": .string(String(decoding: bytes, as: UTF8.self)),
            ]
            return (path, json.canonicalBytes)
        }
        let changed = zip(files, hashes).filter { known[$0.path] != $1 }.map { record($0.path, $0.bytes, $1, isRemoved: false) }
        let present = Set(files.map { [role($0.path, controls), name($0.path)] })
        let nothing = Hex.encode(SHA256.hash(data: []))
        let removed = known.filter { $0.value != nothing && !present.contains([role($0.key, controls), name($0.key)]) }.keys
            .map { record($0, [], nothing, isRemoved: true) }
        return (changed + removed).sorted { $0.path < $1.path }.map(\.bytes)
    }

    static func hashes(_ files: [CatalogueFile]) -> [String] { files.map { Hex.encode(SHA256.hash(data: $0.bytes)) } }

    /// The digest that each file had when the ledger last kept it: a file that went back to an earlier wording is a change again.
    static func known(_ index: IndexFile) throws -> [String: String] {
        guard index.kinds.contains(where: { $0.name.text == "catalogue_entry" }) else { return [:] }
        let rows = try index.database.prepare("SELECT path, content_hash FROM catalogue_entry ORDER BY artifact")
        var known: [String: String] = [:]
        while try rows.step() { known[rows.text(0)] = rows.text(1) }
        return known
    }

    private static func name(_ path: String) -> String {
        let file = path.split(separator: "/").last ?? ""
        return String(file.split(separator: ".").first ?? file)
    }

    private static func role(_ path: String, _ controls: String) -> String {
        if path == "receipts.yaml" { return "programme" }
        let inside = path.dropFirst(controls.count + 1)
        switch inside.split(separator: "/").first {
        case "kinds": return "kind"
        case "criteria.yaml": return "criteria"
        case "plan.yaml", "sampling.yaml": return "plan"
        case "sources": return "mapping"
        case "traces": return "trace"
        default: return "control"
        }
    }
}
