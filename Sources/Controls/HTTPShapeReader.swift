import Evidence

/// What becomes of the records of an http source, and what is asked for each: `record`, `unwind`, `keep`, `newest_first`, `as` and `each`.
extension SourceReader {
    private static let lookupKeys = [
        "as", "url", "query", "method", "body", "headers", "records", "record", "paging", "unwind", "keep", "only", "absent", "omits_empty",
    ]

    /// `records` becomes the path of the one record where `record` says so.
    func shape(_ section: Section, _ records: inout String?) -> HTTPShape {
        var shape = HTTPShape()
        if section.value("record") != nil {
            if section.value("records") != nil { findings.error("a page holds 'records' or one 'record', not both", at: section.place(of: "record")) }
            shape.isSingle = true
            records = section.text("record").flatMap { $0 == "." ? nil : $0 }
        }
        shape.omitsEmpty = section.value("omits_empty") != nil && section.choice("omits_empty", among: ["true", "false"]) == "true"
        shape.unwind = section.optionalText("unwind")
        checkPaths(section, ["records", "record", "unwind", "count"])
        if let keep = section.value("keep") { shape.keep = whole(section.words("keep")?.map(\.text) ?? [], keep.place) }
        shape.newestFirst = newestFirst(section)
        shape.stamp = section.optionalText("stamp")
        shape.name = section.optionalText("as")
        shape.each = lookups(section)
        if !shape.each.isEmpty, shape.name == nil {
            findings.error("'each' needs 'as', the name under which a record stands beside what is asked for it", at: section.place(of: "each"))
        }
        return shape
    }

    private func newestFirst(_ section: Section) -> HTTPShape.NewestFirst? {
        guard let value = section.value("newest_first") else { return nil }
        if case .scalar(let path) = value.shape {
            _ = whole([path], value.place)
            return HTTPShape.NewestFirst(by: path, take: path)
        }
        guard let both = Section(value, "'newest_first'", keys: ["by", "take"], findings: findings), let by = both.text("by"), let take = both.text("take")
        else { return nil }
        _ = whole([by, take], value.place)
        return HTTPShape.NewestFirst(by: by, take: take)
    }

    private func lookups(_ section: Section) -> [HTTPLookup] {
        guard section.value("each") != nil, let list = section.list("each") else { return [] }
        var names = Set([section.optionalText("as")].compactMap { $0 })
        return list.compactMap { value in
            guard let lookup = Section(value, "a lookup of 'each'", keys: Self.lookupKeys, findings: findings), let name = lookup.text("as") else { return nil }
            if !names.insert(name).inserted || name == "url" {
                findings.error("'\(name)' is the name of another record", at: lookup.place(of: "as"))
            }
            let url = lookup.optionalText("url") ?? "{url}"
            if !url.hasPrefix("{url}"), !url.hasPrefix("https://") {
                findings.error("'url' of a lookup begins with {url}, the source's own, or with https://", at: lookup.place(of: "url"))
            }
            guard var settings = httpSettings(url, lookup) else { return nil }
            if lookup.value("absent") != nil {
                settings.shape.absent = (lookup.words("absent") ?? []).compactMap { word in
                    if let status = Words.integer(word.text).flatMap(Int.init(exactly:)), (400...499).contains(status) { return status }
                    findings.error("'absent' holds statuses from 400 to 499, found '\(word.text)'", at: word.place)
                    return nil
                }
            }
            return HTTPLookup(name: name, request: settings, only: conditions(lookup))
        }
    }

    private func conditions(_ lookup: Section) -> [HTTPLookup.Condition] {
        guard let value = lookup.value("only"), let pairs = Section(open: value, "'only'", findings: findings) else { return [] }
        return pairs.entries.map { entry in
            _ = whole([entry.key], entry.place)
            if case .scalar(let text) = entry.value.shape { return HTTPLookup.Condition(path: entry.key, texts: [text]) }
            return HTTPLookup.Condition(path: entry.key, texts: pairs.words(entry.key)?.map(\.text) ?? [])
        }
    }
}
