import Evidence

/// `criteria.yaml`.
struct CriteriaReader {
    let findings: Findings

    /// `criteria:` maps each id to its title, in the standard's order.
    func criteria(_ value: YAMLValue) -> [Criterion] {
        guard let section = Section(value, "criteria.yaml", keys: ["criteria"], findings: findings),
            let list = section.required("criteria").flatMap({ Section(open: $0, "'criteria'", findings: findings) })
        else { return [] }
        return list.entries.compactMap { entry in
            guard let id = CriterionID(entry.key), let series = Self.series(entry.key) else {
                findings.error("'\(entry.key)' is not the id of a trust services criterion", at: entry.place, hint: "such as CC6.1, A1.2, C1.1, PI1.4 or P6.7")
                return nil
            }
            guard let title = list.text(entry.key) else { return nil }
            return Criterion(id: id, title: title, series: series)
        }
    }

    private static func series(_ id: String) -> String? {
        let letters = id.prefix { $0.isLetter }
        let numbers = id.dropFirst(letters.count).split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 2, numbers.allSatisfy({ UInt($0) != nil }) else { return nil }
        switch letters {
        case "CC": return "common"
        case "A": return Category.availability.rawValue
        case "C": return Category.confidentiality.rawValue
        case "PI": return Category.processingIntegrity.rawValue
        case "P": return Category.privacy.rawValue
        default: return nil
        }
    }
}
