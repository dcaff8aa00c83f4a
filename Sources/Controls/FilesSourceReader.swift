import Evidence

/// The settings of sources that are files.
extension SourceReader {
    func filesSettings(_ section: Section) -> ConnectorSettings? {
        let path = section.text("path")
        if let path { checkInner(path, "path", section) }
        let inside = inside(section)
        guard let decoder = decoder(section), let path else { return nil }
        check(inside, decoder, section)
        return .files(FilesSettings(path: path, inside: inside, decoder: decoder, place: section.place))
    }

    func checkReadyMadeFiles(_ section: Section) {
        let inside = inside(section)
        if let decoder = decoder(section) { check(inside, decoder, section) }
    }

    private func inside(_ section: Section) -> String? {
        section.optionalWord("inside", "a pattern of member names such as 'logs/*.jsonl'") { Words.isInnerPath($0) ? $0 : nil }
    }

    private func check(_ inside: String?, _ decoder: DecoderSettings, _ section: Section) {
        guard inside != nil, decoder.isOfWholeFiles else { return }
        findings.error(
            "'inside' of \(section.name) cannot be read as '\(decoder.name)'", at: section.place(of: "inside"),
            hint: "members of archives are read as jsonl, json, csv, junit or text")
    }
}
