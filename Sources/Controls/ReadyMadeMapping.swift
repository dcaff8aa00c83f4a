import Evidence

/// `sources/<name>.yaml`: how the records of a real system are read, for a source to build on with `use:`.
package struct ReadyMadeMapping: Sendable {
    package let name: String
    package let title: String
    /// The connector's word.
    package let connector: String
    /// In the order in which they are yielded, each once.
    package let kinds: [String]
    /// What whoever runs the system must let us read, and no more; nil where nothing is to be granted.
    package let grants: String?
    /// What the mapping was held against: recorded data, or a page of the system's documentation.
    package let checkedAgainst: String?
    /// Where the records usually lie: `evidence/cloudtrail/**/*.json.gz`.
    package let example: String?
    /// The secrets that it needs, each as YAML that says where it is looked for: `secret: {environment: GITHUB_TOKEN}`.
    package let secrets: [String]
    package let place: Place
    /// As written; checked, and compiled only as part of a source.
    let entries: [YAMLEntry]

    /// Keys that say something of the mapping, and nothing to a source that uses it.
    static let ownKeys = ["grants", "checked_against", "example"]

    /// The key that says where the records lie; nil where the connector has none that one value fills.
    package var locationKey: String? { ["files": "path", "git": "repository", "sqlite": "database", "exec": "command", "http": "url"][connector] }

    init(name: String, section: Section) {
        self.name = name
        title = section.text("title") ?? name
        let word = section.optionalText("connector") ?? ""
        connector = word
        var kinds: [String] = []
        for yield in section.list("yields") ?? [] {
            guard case .mapping(let entries) = yield.shape, let value = entries.first(where: { $0.key == "kind" })?.value,
                case .scalar(let kind) = value.shape, !kinds.contains(kind)
            else { continue }
            kinds.append(kind)
        }
        self.kinds = kinds
        grants = section.optionalText("grants")
        checkedAgainst = section.optionalText("checked_against")
        example = section.optionalText("example")
        secrets = Self.secrets(section)
        place = section.place
        entries = section.entries.filter { !Self.ownKeys.contains($0.key) }
    }

    private static func secrets(_ section: Section) -> [String] {
        guard case .mapping(let auth)? = section.value("auth")?.shape else { return [] }
        return auth.compactMap { entry in
            guard ["key", "secret", "session"].contains(entry.key), case .mapping(let place) = entry.value.shape, let one = place.first,
                case .scalar(let name) = one.value.shape
            else { return nil }
            return "\(entry.key): {\(one.key): \(name)}"
        }
    }
}
