import Evidence

/// `controls/sampling.yaml`: how many items to look at, by how many there are. Suggestions, for an auditor to edit; nothing is decided by them.
package struct SampleSizes: Hashable, Sendable {
    package struct Row: Hashable, Sendable {
        /// `monthly`.
        package let name: String
        /// The largest population that the row speaks of; nil: any larger one.
        package let upTo: Int?
        /// Fewest and most that are usually looked at.
        package let sizes: ClosedRange<Int>
        package let source: String
        package init(name: String, upTo: Int?, sizes: ClosedRange<Int>, source: String) {
            self.name = name
            self.upTo = upTo
            self.sizes = sizes
            self.source = source
        }
    }
    /// By `upTo`, smallest first; the last has none.
    package let rows: [Row]
    package init(rows: [Row]) { self.rows = rows }

    /// For a population of that many items: the first row that reaches so far, and never more than there are.
    package func suggestion(for count: Int) -> (row: Row, sizes: ClosedRange<Int>)? {
        guard count > 0, let row = rows.first(where: { $0.upTo.map { count <= $0 } ?? true }) else { return nil }
        return (row, min(row.sizes.lowerBound, count)...min(row.sizes.upperBound, count))
    }
}

/// `sampling.yaml`.
struct SampleSizesReader {
    let findings: Findings

    func sizes(_ value: YAMLValue) -> SampleSizes? {
        guard let section = Section(value, "the table of sample sizes", keys: ["sizes"], findings: findings) else { return nil }
        let rows = section.list("sizes")?.compactMap(row) ?? []
        for (earlier, later) in zip(rows, rows.dropFirst()) where earlier.upTo.map({ $0 >= later.upTo ?? Int.max }) ?? true {
            findings.error("sizes must follow each other by 'up_to', and only the last has none", at: section.place(of: "sizes"))
        }
        if let last = rows.last, last.upTo != nil {
            findings.error("the last of the sizes must have no 'up_to': it is for every larger population", at: section.place(of: "sizes"))
        }
        return SampleSizes(rows: rows)
    }

    private func row(_ value: YAMLValue) -> SampleSizes.Row? {
        guard let section = Section(value, "a sample size", keys: ["name", "up_to", "from", "to", "source"], findings: findings) else { return nil }
        let name = section.text("name")
        let upTo = section.optionalWord("up_to", "a number of items", Self.count)
        let from = section.word("from", "a number of items", Self.count)
        let to = section.word("to", "a number of items", Self.count)
        let source = section.text("source")
        guard let name, let from, let to, let source else { return nil }
        guard from <= to else {
            findings.error("'from' is more than 'to'", at: section.place(of: "from"))
            return nil
        }
        return SampleSizes.Row(name: name, upTo: upTo, sizes: from...to, source: source)
    }

    private static func count(_ text: String) -> Int? { Words.integer(text).flatMap { $0 > 0 ? $0 : nil } }
}
