import Evidence

extension Exchange {
    /// The part of the evidence sheet that only a server can fill.
    var json: JSON {
        let clock: JSON =
            clock.map { ["ahead_ms": .integer($0.offset.inNanoseconds / 1_000_000), "within_ms": .integer($0.within.inNanoseconds / 1_000_000)] } ?? .null
        var members: [String: JSON] = [
            "pages": .array(pages.map { ["digest": .string($0.digest), "bytes": .int($0.bytes), "records": .int($0.records)] }),
            "last_page": .text(lastPage),
            "server": .text(server),
            "clock": clock,
        ]
        if !lookups.isEmpty { members["lookups"] = .object(lookups.mapValues { ["asked": .int($0.asked), "absent": .int($0.absent)] }) }
        return .object(members)
    }
}
