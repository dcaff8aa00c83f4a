import Evidence

/// `paging:` of an http source.
struct HTTPPagingReader {
    let findings: Findings

    private static let keys = [
        "none": [], "link_header": [], "token": ["from", "from_header", "parameter", "in", "more"],
        "page": ["parameter", "size", "size_parameter", "first", "more", "last"], "offset": ["parameter", "size", "size_parameter", "more", "last"],
    ]
    private static let words = ["none", "link_header", "token", "page", "offset"]

    func paging(_ section: Section) -> HTTPSettings.Paging? {
        guard let value = section.value("paging") else { return HTTPSettings.Paging.none }
        if case .scalar(let text) = value.shape {
            if text == "none" { return HTTPSettings.Paging.none }
            if text == "link_header" { return .linkHeader }
        }
        guard let paging = Section(open: value, "'paging'", findings: findings), let by = paging.choice("by", among: Self.words) else { return nil }
        paging.allow(["by"] + (Self.keys[by] ?? []))
        switch by {
        case "none": return HTTPSettings.Paging.none
        case "link_header": return .linkHeader
        case "token": return token(paging)
        case "page":
            let first = paging.optionalWord("first", "0 or 1") { Words.integer($0).flatMap { (0...1).contains($0) ? $0 : nil } } ?? 1
            return counted(paging).map { .page($0, first: first) }
        default: return counted(paging).map(HTTPSettings.Paging.offset)
        }
    }

    private func token(_ paging: Section) -> HTTPSettings.Paging? {
        guard let parameter = paging.text("parameter") else { return nil }
        let place = paging.value("in") == nil ? "query" : paging.choice("in", among: ["query", "body"])
        let from: HTTPSettings.TokenPlace?
        if let header = paging.optionalText("from_header") {
            from = .header(header.lowercased())
        } else {
            from = paging.text("from").map(HTTPSettings.TokenPlace.path)
        }
        guard let from, let place else { return nil }
        return .token(from: from, parameter: parameter, inBody: place == "body", more: paging.optionalText("more"))
    }

    private func counted(_ paging: Section) -> HTTPSettings.Counted? {
        let size = paging.word("size", "how many records a page holds") { Words.integer($0).flatMap { (1...1_000_000).contains($0) ? $0 : nil } }
        let last = paging.value("last") == nil ? "empty" : paging.choice("last", among: ["empty", "short"])
        guard let parameter = paging.text("parameter"), let size, let last else { return nil }
        return HTTPSettings.Counted(
            parameter: parameter, size: size, sizeParameter: paging.optionalText("size_parameter"), more: paging.optionalText("more"),
            endsShort: last == "short")
    }
}
