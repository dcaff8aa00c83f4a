import Evidence

extension SourceReader {
    /// `every:` and `retention:`. A schedule under which one missed pull could lose evidence is refused.
    func schedule(_ section: Section) -> PullSchedule {
        func length(_ key: String, _ expected: String) -> Duration? {
            section.optionalWord(key, expected) { Words.duration($0).flatMap { $0 > .zero ? $0 : nil } }
        }
        let every = length("every", "how often it is pulled, such as 1d")
        let retention = length("retention", "how long the source keeps what it tells, such as 90d")
        if let every, let retention, every > retention / 2 {
            findings.error(
                "\(section.name) is pulled every \(every.inWords) and keeps what it tells for \(retention.inWords): one missed pull would lose evidence",
                at: section.place(of: "every"), hint: "pull it at least twice as often as it forgets")
        }
        return PullSchedule(every: every, retention: retention)
    }
}
