import Evidence

/// One entry of `sources:`, or a ready-made mapping that such an entry names with `use:`.
struct SourceReader {
    let findings: Findings
    let kinds: [Kind]

    static let keys =
        ["id", "use", "title", "owner", "connector"] + ConnectorKeys.keys
        + ["zone", "clock", "json_in", "reads", "every", "retention", "personal_data", "covers", "yields"]
    private static let formats = ["jsonl", "json", "csv", "xml", "junit", "text", "document", "zip-member"]

    /// `section` is whole: what `use:` brings has been merged in.
    func source(_ section: Section, programmeZone: Zone, digest: ([UInt8]) -> String) -> SourceDefinition? {
        let id = section.word("id", "letters, digits, '-', '_' and '.'") { SourceID($0) }
        let owner = section.text("owner")
        let zone = zone(section) ?? programmeZone
        let connector = connector(section)
        let coverage = coverage(section, zone: zone)
        let reads = reads(section)
        let yields = yields(section, reads)
        let personalData = personalData(section)
        let (clockError, schedule, jsonIn) = (clockError(section), schedule(section), jsonIn(section))
        guard let id, let owner, let connector, let coverage, let yields else { return nil }
        checkState(section, reads, coverage, connector)
        return SourceDefinition(
            id: id, title: section.optionalText("title") ?? id.text, owner: owner, connector: connector, personalData: personalData,
            coverage: coverage, yields: yields, zone: zone, clockError: clockError, reads: reads, jsonIn: jsonIn, schedule: schedule,
            place: section.place, digest: digest(canonical(section, zone: zone)))
    }

    /// A mapping that is not anybody's source yet: no id, owner or place is asked for.
    func checkReadyMade(_ section: Section) {
        section.allow(Self.keys.filter { $0 != "use" && $0 != "id" } + ReadyMadeMapping.ownKeys)
        _ = zone(section)
        _ = (clockError(section), schedule(section), jsonIn(section))
        let reads = reads(section)
        _ = yields(section, reads)
        _ = personalData(section)
        if let coverage = coverage(section, zone: .utc) { checkState(section, reads, coverage, nil) }
        guard let word = connectorWord(section) else { return }
        refuse(ConnectorKeys.strange(to: word), in: section, because: "a source read by '\(word)'")
        switch word {
        case "files": checkReadyMadeFiles(section)
        case "exec": checkReadyMadeExec(section)
        case "sqlite": checkReadyMadeSQLite(section)
        case "http": checkReadyMadeHTTP(section)
        default: break
        }
    }

    private func canonical(_ section: Section, zone: Zone) -> [UInt8] {
        var members = Dictionary(section.entries.map { ($0.key, $0.value.json) }, uniquingKeysWith: { first, _ in first })
        members["use"] = nil
        members["zone"] = .string(zone.identifier)
        return JSON.object(members).canonicalBytes
    }

    private func personalData(_ section: Section) -> PersonalData {
        guard section.value("personal_data") != nil else { return .redact }
        return section.choice("personal_data", among: PersonalData.allCases.map(\.rawValue)).flatMap(PersonalData.init(rawValue:)) ?? .redact
    }

    private func zone(_ section: Section) -> Zone? {
        section.optionalWord("zone", "a zone of the tz database such as Europe/Berlin") { Zone($0) }
    }

    private func clockError(_ section: Section) -> Duration {
        section.optionalWord("clock", "how far the clock may be off, such as 5s") { Words.duration($0) } ?? .zero
    }

    /// One path, or several.
    private func jsonIn(_ section: Section) -> [String] {
        guard let value = section.value("json_in") else { return [] }
        if let format = section.value("format"), case .scalar(let word) = format.shape, ["csv", "text", "xml", "junit", "document"].contains(word) {
            refuse(["json_in"], in: section, because: "a source of format '\(word)'")
        }
        if let connector = section.value("connector"), case .scalar("git") = connector.shape {
            // What a commit says is rendered; none of it is JSON in a text.
            refuse(["json_in"], in: section, because: "a source read by 'git'")
        }
        if case .scalar(let path) = value.shape, !path.isEmpty { return whole([path], value.place) }
        return section.words("json_in").map { whole($0.map(\.text), value.place) } ?? []
    }

    /// Paths of members, each of which some record could have.
    func whole(_ paths: [String], _ place: Place) -> [String] {
        for path in paths where !MemberPath.isWhole(path) {
            findings.error(
                "'\(path)' is no path: a quote is not closed, or text follows it", at: place, hint: "a name with a dot in it stands in double quotes")
        }
        return paths
    }

    func checkPaths(_ section: Section, _ keys: [String]) {
        for key in keys {
            guard let value = section.value(key), case .scalar(let path) = value.shape else { continue }
            _ = whole([path], value.place)
        }
    }

    private func connectorWord(_ section: Section) -> String? { section.choice("connector", among: ConnectorKeys.words) }

    private func connector(_ section: Section) -> ConnectorSettings? {
        guard let word = connectorWord(section) else { return nil }
        refuse(ConnectorKeys.strange(to: word), in: section, because: "a source read by '\(word)'")
        switch word {
        case "files": return filesSettings(section)
        case "exec": return exec(section)
        case "sqlite": return sqlite(section)
        case "http": return http(section)
        default: return git(section)
        }
    }

    private func git(_ section: Section) -> ConnectorSettings? {
        let repository = section.text("repository")
        if let repository { checkInner(repository, "repository", section) }
        let ref = section.value("ref") == nil ? "HEAD" : section.text("ref")
        let paths = section.value("paths") == nil ? [] : section.words("paths")?.map(\.text)
        guard let repository, let ref, let paths else { return nil }
        return .git(GitSettings(repository: repository, ref: ref, paths: paths, place: section.place))
    }

    func checkInner(_ path: String, _ key: String, _ section: Section) {
        guard !Words.isInnerPath(path) else { return }
        findings.error(
            "'\(key)' of \(section.name) must lie inside the programme's folder, found '\(path)'", at: section.place(of: key),
            hint: "name it relative to the folder of receipts.yaml, without '..'")
    }

    private func refuse(_ keys: [String], in section: Section, because what: String) {
        for entry in section.entries where keys.contains(entry.key) {
            findings.error("'\(entry.key)' is not a key of \(what)", at: entry.place)
        }
    }

    func decoder(_ section: Section) -> DecoderSettings? {
        guard let format = section.choice("format", among: Self.formats) else { return nil }
        checkPaths(section, ["records"])
        let ownKeys = ["jsonl": "records", "json": "records", "xml": "records", "csv": "delimiter", "text": "pattern", "zip-member": "member"]
        let own = [ownKeys[format]]
        refuse(["records", "delimiter", "pattern", "member"].filter { !own.contains($0) }, in: section, because: "a source of format '\(format)'")
        switch format {
        case "jsonl": return .jsonLines(records: section.optionalText("records"))
        case "json": return .json(records: section.optionalText("records"))
        case "csv": return delimiter(section).map(DecoderSettings.csv(delimiter:))
        case "xml":
            let expected = "an XPath of element names from the root, such as /log/event or //event, without predicates"
            return section.word("records", expected) { ElementPath($0) }.map(DecoderSettings.xml(records:))
        case "junit": return .junit
        case "text": return section.text("pattern").map(DecoderSettings.text(pattern:))
        case "document": return .document
        default: return section.text("member").map(DecoderSettings.zipMember(name:))
        }
    }

    /// A tab is written `"\t"`, which is blank to `text`.
    private func delimiter(_ section: Section) -> UInt8? {
        guard let value = section.value("delimiter") else { return UInt8(ascii: ",") }
        if case .scalar(let text) = value.shape, text.utf8.count == 1, let byte = text.utf8.first, byte < 128, !(48...57).contains(byte),
            byte != UInt8(ascii: "\""), byte != 10, byte != 13
        {
            return byte
        }
        findings.error("'delimiter' of \(section.name) must be one character, found \(value.description)", at: value.place)
        return nil
    }

    /// Nil after a finding; no `covers:` is the rule that proves nothing.
    private func coverage(_ section: Section, zone: Zone) -> CoverageRule? {
        guard let value = section.value("covers") else { return CoverageRule.none }
        if case .scalar(let text) = value.shape, text == "none" { return CoverageRule.none }
        guard let covers = Section(value, "'covers'", keys: ["by", "name", "since", "live", "silence", "every"], findings: findings),
            let by = covers.choice("by", among: ["export", "daily_files", "continuous", "window", "snapshots", "none"])
        else { return nil }
        let own = ["export": ["since", "live"], "daily_files": ["name"], "continuous": ["silence"], "window": ["since"], "snapshots": ["every"]][by] ?? []
        refuse(["name", "since", "live", "silence", "every"].filter { !own.contains($0) }, in: covers, because: "covers by '\(by)'")
        switch by {
        case "export":
            let isLive = covers.value("live") == nil ? false : covers.choice("live", among: ["true", "false"]).map { $0 == "true" }
            guard let isLive else { return nil }
            return covers.word("since", "a day such as 2025-01-01") { Day($0) }.map { .export(since: zone.instant($0), isLive: isLive) }
        case "window":
            return covers.word("since", "a day such as 2025-01-01") { Day($0) }.map { .window(since: zone.instant($0)) }
        case "daily_files":
            return covers.word("name", "a file name with {date} in it") { $0.contains("{date}") && !$0.contains("/") ? $0 : nil }
                .map(CoverageRule.dailyFiles(name:))
        case "continuous":
            return covers.word("silence", "a duration such as 15m") { Words.duration($0).flatMap { $0 > .zero ? $0 : nil } }
                .map(CoverageRule.continuous(silence:))
        case "snapshots":
            return covers.word("every", "how far apart two snapshots may be, such as 1d") { Words.duration($0).flatMap { $0 > .zero ? $0 : nil } }
                .map(CoverageRule.snapshots(every:))
        default: return CoverageRule.none
        }
    }

    private func yields(_ section: Section, _ reads: ReadingMode) -> [YieldDefinition]? {
        guard let list = section.list("yields") else { return nil }
        if list.isEmpty { findings.error("\(section.name) yields nothing", at: section.place(of: "yields")) }
        return list.compactMap { yieldDefinition($0, reads) }
    }

    private func yieldDefinition(_ value: YAMLValue, _ reads: ReadingMode) -> YieldDefinition? {
        guard let section = Section(value, "a yield", keys: ["kind", "when", "id", "at", "fields"], findings: findings) else { return nil }
        let kind = section.text("kind").flatMap { knownKind($0, at: section.place(of: "kind")) }
        let when = section.value("when").map { expressions($0, "'when'") } ?? []
        let id = section.optionalText("id").map { NamedExpression(name: "id", text: $0, place: section.place(of: "id")) }
        let isState = reads == .state
        if isState { checkStateYield(section) }
        let at = isState ? nil : section.text("at").map { NamedExpression(name: "at", text: $0, place: section.place(of: "at")) }
        let fields = section.required("fields").map { expressions($0, "'fields'") }
        guard let kind, at != nil || isState, let fields else { return nil }
        check(fields, of: kind, at: section.place(of: "fields"))
        return YieldDefinition(kind: kind.name, when: when, id: id, at: at, fields: fields, place: section.place)
    }

    private func knownKind(_ name: String, at place: Place) -> Kind? {
        if let kind = kinds.first(where: { $0.name.text == name }) { return kind }
        findings.unknown(name, "a kind", among: kinds.map(\.name.text), at: place)
        return nil
    }

    private func check(_ fields: [NamedExpression], of kind: Kind, at place: Place) {
        for field in fields where kind.field(field.name) == nil {
            findings.unknown(field.name, "a field of '\(kind.name)'", among: kind.fields.map(\.name), at: field.place)
        }
        for field in kind.fields where field.isRequired && !fields.contains(where: { $0.name == field.name }) {
            findings.error("the fields of '\(kind.name)' need '\(field.name)'", at: place, hint: "without it every record would be a reject")
        }
    }

    private func expressions(_ value: YAMLValue, _ name: String) -> [NamedExpression] {
        guard let section = Section(open: value, name, findings: findings) else { return [] }
        return section.entries.compactMap { entry in
            section.text(entry.key).map { NamedExpression(name: entry.key, text: $0, place: entry.value.place) }
        }
    }
}
