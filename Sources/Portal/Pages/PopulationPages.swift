import Assessment
import Controls
import Evidence

/// All items of a control, 200 a page, and all of them once more as CSV: one walk for both.
enum PopulationPages {
    static let rowsPerPage = 200
    /// Items that get rows on pages; the CSV has them all.
    static let itemLimit = 20_000

    private static let link = Shape("a page link", text: ["number", "href", "from", "to"], flags: ["current"])
    static let shape = Shape(
        page: "a population page",
        text: [
            "control", "control_title", "control_href", "item", "key_name", "total", "from", "to", "page", "pages", "first", "previous",
            "following", "last", "csv", "digest", "shown_items",
        ],
        flags: ["truncated"],
        lists: [("questions", ItemRows.head), ("columns", ItemRows.head), ("rows", ItemRows.shape), ("links", link)])

    /// What the walk leaves behind for the control's page.
    struct Walk {
        var counts = ItemCounts()
        var csvDigest = ""
        var csvBytes = 0
        /// The first operated items, whose evidence has pages too.
        var operated: [ItemResult] = []
        /// What was drawn, and what was frozen, held against the population as it is now.
        var samples: SampleWalk
    }

    static func write<W: PageWriter>(
        _ result: ControlResult, _ records: some EditionRecords, _ shown: inout ShownArtifacts, _ press: inout Press<W>
    ) throws -> Walk {
        let control = result.control
        var walk = Walk(samples: try SampleWalk(control.id, press.edition, records))
        var csv = CSV()
        var rows: [ItemResult] = []
        rows.reserveCapacity(rowsPerPage)
        var written = 0
        try records.forEachItem(of: control.id) { item in
            if walk.counts.total == 0 { csvHead(control, item, &csv) }
            walk.counts.add(item.verdict)
            csvRow(control, item, &csv)
            if item.verdict == .operated, walk.operated.count < ShownArtifacts.operatedPerControl {
                walk.operated.append(item)
                shown.add(item, control.id)
                walk.samples.note(item)
            } else if walk.samples.note(item), item.verdict != .deviation, item.verdict != .insufficientEvidence {
                shown.add(item, control.id)
            }
            guard written + rows.count < itemLimit else { return }
            rows.append(item)
            if rows.count == rowsPerPage {
                try page(result, rows, from: written, shown, &press)
                written += rows.count
                rows.removeAll(keepingCapacity: true)
            }
        }
        if !rows.isEmpty { try page(result, rows, from: written, shown, &press) }
        guard walk.counts == result.counts else {
            throw PortalError.populationDoesNotTie(control: control.id, counted: result.counts.total, walked: walk.counts.total)
        }
        if walk.counts.total == 0 { csvHead(control, nil, &csv) }
        walk.csvDigest = press.writer.digest(of: csv.bytes).description
        walk.csvBytes = csv.bytes.count
        try press.file(Paths.csv(control.id), csv.bytes)
        return walk
    }

    static func pageCount(_ total: Int) -> Int { (min(total, itemLimit) + rowsPerPage - 1) / rowsPerPage }

    private static func page<W: PageWriter>(
        _ result: ControlResult, _ rows: [ItemResult], from start: Int, _ shown: ShownArtifacts, _ press: inout Press<W>
    ) throws {
        let control = result.control
        let around = press.around
        let total = result.counts.total
        let pages = pageCount(total)
        let number = start / rowsPerPage + 1
        let path = Paths.population(control.id, page: number)
        let head = PageHead(
            path, title: "\(control.id) population, page \(number)",
            heading: "\(control.id): items \(start + 1) to \(start + rows.count) of \(total)",
            crumbs: Crumbs.control(control) + [(control.id.text, Paths.control(control.id))])
        try press.page(.population, head) { values in
            values.set("control", control.id.text)
            values.set("control_title", control.title)
            values.set("control_href", Paths.control(control.id))
            values.set("item", control.population.item)
            values.set("key_name", control.population.key.joined(separator: " "))
            values.set("total", total)
            values.set("from", start + 1)
            values.set("to", start + rows.count)
            values.set("page", number)
            values.set("pages", pages)
            values.set("first", number > 1 ? Paths.population(control.id, page: 1) : "")
            values.set("previous", number > 1 ? Paths.population(control.id, page: number - 1) : "")
            values.set("following", number < pages ? Paths.population(control.id, page: number + 1) : "")
            values.set("last", number < pages ? Paths.population(control.id, page: pages) : "")
            values.set("csv", Paths.csv(control.id))
            values.set("digest", result.populationDigest.description)
            values.set("shown_items", min(total, itemLimit))
            values.flag("truncated", total > itemLimit)
            ItemRows.fillHead(&values, control, rows.first)
            for item in rows {
                let href = around.isListed(control.id, item.ordinal) ? Paths.deviation(control.id, ordinal: item.ordinal) : ""
                values.add("rows") { ItemRows.fill(&$0, item, control, shown, around, href: href) }
            }
            if pages > 1 {
                for other in 1...pages {
                    values.add("links") {
                        $0.set("number", other)
                        $0.set("href", Paths.population(control.id, page: other))
                        $0.set("from", (other - 1) * rowsPerPage + 1)
                        $0.set("to", min(other * rowsPerPage, total))
                        $0.flag("current", other == number)
                    }
                }
            }
        }
    }

    private static func csvHead(_ control: Control, _ first: ItemResult?, _ csv: inout CSV) {
        csv.cell("ordinal")
        for key in control.population.key { csv.cell(key) }
        for name in ["at_earliest", "at_latest", "verdict"] { csv.cell(name) }
        for attribute in control.attributes { csv.cell("attribute_\(attribute.letter)") }
        for column in first.map({ ItemRows.others(control, $0) }) ?? [] { csv.cell(column.name) }
        csv.cell("evidence")
        csv.endRow()
    }

    private static func csvRow(_ control: Control, _ item: ItemResult, _ csv: inout CSV) {
        csv.cell(String(item.ordinal))
        for key in item.key { csv.cell(key) }
        csv.cell(item.at?.earliest)
        csv.cell(item.at?.latest)
        csv.cell(item.verdict.rawValue)
        for answer in item.attributes { csv.cell(Words.answer(answer)) }
        for column in ItemRows.others(control, item) { csv.cell(column.value ?? "") }
        csv.cell(item.evidence.map { "\($0.name)=\($0.artifact)" }.joined(separator: " "))
        csv.endRow()
    }
}

/// The ways down to a page.
enum Crumbs {
    static func control(_ control: Control) -> [(text: String, href: String)] {
        [("Controls", "controls.html"), (control.category.title, Paths.category(control.category))]
    }
}
