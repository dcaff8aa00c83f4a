import Evidence

/// `receipts.yaml`.
struct ProgrammeReader {
    let findings: Findings
    let catalogue: Catalogue
    let digest: ([UInt8]) -> String

    private static let keys = ["entity", "system", "zone", "started_on", "plan", "periods", "paths", "key", "anchors", "sources", "reconcile"]

    func programme(_ value: YAMLValue, text: [UInt8]) -> Programme? {
        guard let section = Section(value, "the programme", keys: Self.keys, findings: findings) else { return nil }
        let entity = section.text("entity")
        let system = section.text("system")
        let zone = section.word("zone", "a zone of the tz database such as Europe/Berlin") { Zone($0) }
        let schedule = ScheduleReader(findings: findings, controls: catalogue.controls.map(\.id.text)).schedule(section)
        let periods = periods(section, zone: zone ?? .utc)
        let paths = section.value("paths").map(paths) ?? ProgrammePaths()
        let keys = KeyReader(findings: findings).keys(section)
        let anchors = section.value("anchors").map(anchors) ?? AnchorSettings()
        let sources = sources(section, zone: zone ?? .utc)
        let reconciliations = ReconciliationReader(findings: findings, kinds: catalogue.kinds, sources: sources).reconciliations(section)
        guard let entity, let system, let zone, let schedule else { return nil }
        return Programme(
            entity: entity, system: system, zone: zone, startedOn: schedule.start, dueDates: schedule.due, periods: periods, sources: sources,
            reconciliations: reconciliations, paths: paths, keys: keys, anchors: anchors, text: text)
    }

    private func periods(_ section: Section, zone: Zone) -> [Period] {
        guard let list = section.list("periods") else { return [] }
        let periods = list.compactMap { value in period(value, zone: zone).map { ($0, value.place) } }
        for (i, (period, place)) in periods.enumerated() where periods[..<i].contains(where: { $0.0.id == period.id }) {
            findings.error("two periods are called '\(period.id)'", at: place)
        }
        return periods.map(\.0).sorted { $0.id < $1.id }
    }

    private func period(_ value: YAMLValue, zone: Zone) -> Period? {
        guard let section = Section(value, "a period", keys: ["id", "type", "start", "end", "as_of"], findings: findings) else { return nil }
        let id = section.word("id", "letters, digits, '-', '_' and '.'") { PeriodID($0) }
        guard let type = section.choice("type", among: ["1", "2"]) else { return nil }
        for key in type == "1" ? ["start", "end"] : ["as_of"] where section.value(key) != nil {
            findings.error("'\(key)' is not a key of a period of type \(type)", at: section.place(of: key))
        }
        let span = type == "1" ? instant(section, zone: zone) : window(section, zone: zone)
        guard let id, let span else { return nil }
        return Period(id: id, span: span, zone: zone)
    }

    private func instant(_ section: Section, zone: Zone) -> PeriodSpan? {
        section.word("as_of", "a day such as 2026-06-30") { Day($0) }.map { .typeI(asOf: zone.window(of: $0).end) }
    }

    private func window(_ section: Section, zone: Zone) -> PeriodSpan? {
        let first = section.word("start", "a day such as 2026-01-01") { Day($0) }
        let last = section.word("end", "a day such as 2026-06-30") { Day($0) }
        guard let first, let last else { return nil }
        guard first <= last else {
            findings.error(
                "the period ends on \(last), before it starts on \(first)", at: section.place(of: "end"),
                hint: "name its first and last local day; both belong to it")
            return nil
        }
        return .typeII(Window(start: zone.window(of: first).start, end: zone.window(of: last).end))
    }

    private func paths(_ value: YAMLValue) -> ProgrammePaths {
        let usual = ProgrammePaths()
        guard let section = Section(value, "'paths'", keys: ["controls", "templates", "ledger", "keys", "output"], findings: findings) else {
            return usual
        }
        func path(_ key: String, _ usual: String) -> String {
            section.optionalWord(key, "a path inside the programme's folder") { Words.isInnerPath($0) ? $0 : nil } ?? usual
        }
        return ProgrammePaths(
            controls: path("controls", usual.controls), templates: path("templates", usual.templates), ledger: path("ledger", usual.ledger),
            keys: path("keys", usual.keys), output: path("output", usual.output))
    }

    private func anchors(_ value: YAMLValue) -> AnchorSettings {
        guard let section = Section(value, "'anchors'", keys: ["authorities", "witnesses"], findings: findings) else { return AnchorSettings() }
        func files(_ key: String) -> [TrustFile] {
            guard section.value(key) != nil, let words = section.words(key) else { return [] }
            return words.compactMap { text, place in
                if Words.isInnerPath(text), text.utf8.allSatisfy(Words.isArchivable) { return TrustFile(path: text, place: place) }
                findings.error("'\(key)' of 'anchors' must name files inside the programme's folder by letters, digits and ._-/, found '\(text)'", at: place)
                return nil
            }
        }
        return AnchorSettings(authorities: files("authorities"), witnesses: files("witnesses"))
    }

    private func sources(_ section: Section, zone: Zone) -> [SourceDefinition] {
        guard let list = section.list("sources") else { return [] }
        let reader = SourceReader(findings: findings, kinds: catalogue.kinds)
        let sources = list.compactMap { value -> SourceDefinition? in
            guard let whole = merged(value) else { return nil }
            return reader.source(whole, programmeZone: zone, digest: digest)
        }
        for (i, source) in sources.enumerated() where sources[..<i].contains(where: { $0.id == source.id }) {
            findings.error("two sources are called '\(source.id)'", at: source.place)
        }
        for source in sources where ["catalogue", "management"].contains(source.id.text) {
            findings.error("'\(source.id)' is a source of the tool's own", at: source.place, hint: "choose another id")
        }
        return sources
    }

    /// The entry with the keys of the ready-made mapping that it uses; its own keys win, whole.
    private func merged(_ value: YAMLValue) -> Section? {
        guard let own = Section(value, "a source", keys: SourceReader.keys, findings: findings) else { return nil }
        guard own.value("use") != nil else { return own }
        guard let name = own.text("use") else { return nil }
        guard let mapping = catalogue.readyMade.first(where: { $0.name == name }) else {
            findings.unknown(name, "a ready-made mapping", among: catalogue.readyMade.map(\.name), at: own.place(of: "use"))
            return nil
        }
        let inherited = mapping.entries.filter { entry in !own.entries.contains { $0.key == entry.key } }
        return Section(name: own.name, place: own.place, entries: own.entries + inherited, findings: findings)
    }
}
