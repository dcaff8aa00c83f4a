import Controls
import Crypto
import Evidence

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

    /// One record a file whose digest is not the one that was known last, in order of path.
    static func records(
        _ files: [CatalogueFile], controls: String, at: Instant, isKnown: (_ path: String, _ digest: String) throws -> Bool
    ) rethrows -> [[UInt8]] {
        let hashes = files.map { Hex.encode(SHA256.hash(data: $0.bytes)) }
        let whole = Hex.encode(SHA256.hash(data: Array(zip(files, hashes).map { "\($1)  \($0.path)\n" }.joined().utf8)))
        return try zip(files, hashes).compactMap { file, hash in
            if try isKnown(file.path, hash) { return nil }
            let json: JSON = [
                "path": .string(file.path), "role": .string(role(file.path, controls)), "name": .string(name(file.path)),
                "content_hash": .string(hash), "catalogue_hash": .string(whole), "at": .instant(at),
                "text": .string(String(decoding: file.bytes, as: UTF8.self)),
            ]
            return json.canonicalBytes
        }
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
        case "plan.yaml": return "plan"
        case "sources": return "mapping"
        default: return "control"
        }
    }
}
