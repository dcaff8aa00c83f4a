import Evidence

/// `reads: state`, and what it rules out.
extension SourceReader {
    func reads(_ section: Section) -> ReadingMode {
        guard section.value("reads") != nil else { return .events }
        return section.choice("reads", among: ReadingMode.allCases.map(\.rawValue)).flatMap(ReadingMode.init(rawValue:)) ?? .events
    }

    /// `connector`: nil of a ready-made mapping that is not anybody's source yet.
    func checkState(_ section: Section, _ reads: ReadingMode, _ coverage: CoverageRule, _ connector: ConnectorSettings?) {
        switch (reads, coverage) {
        case (.events, .snapshots):
            findings.error(
                "covers by 'snapshots' is for a source that reads state, and \(section.name) reads events", at: section.place(of: "covers"),
                hint: "say 'reads: state' where only the present can be read")
        case (.state, .export), (.state, .dailyFiles), (.state, .continuous), (.state, .window):
            findings.error(
                "a source that reads state proves nothing but its snapshots", at: section.place(of: "covers"),
                hint: "write covers: {by: snapshots, every: 1d}")
        case (.events, _), (.state, .snapshots), (.state, .none): break
        }
        guard reads == .state, let connector else { return }
        switch connector {
        case .files, .git:
            findings.error(
                "'reads: state' is not for a source read by '\(connector.name)': a file tells of when it was written, not of now",
                at: section.place(of: "reads"), hint: "ask the system itself, by exec, http or sqlite")
        case .exec, .sqlite, .http:
            guard connector.isWindowed else { return }
            findings.error(
                "\(section.name) reads state and asks for a stretch of time", at: section.place(of: "reads"),
                hint: "only the present of a state can be read: leave out {start} and {end}, or read events")
        }
    }

    func checkStateYield(_ section: Section) {
        if section.value("at") != nil {
            findings.error("'at' is not a key of a yield of state: its rows are dated by the snapshot", at: section.place(of: "at"))
        }
        if section.value("id") == nil {
            findings.error(
                "a yield of state needs 'id': without it nobody can say what changed", at: section.place,
                hint: "name what tells one thing from another in every snapshot")
        }
    }
}
