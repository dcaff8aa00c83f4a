/// Two sources that tell of the same events, and the field of each by which an event is found in both.
package struct Reconciliation: Hashable, Sendable {
    package struct Side: Hashable, Sendable {
        package let source: SourceID
        package let kind: KindName
        /// A field of the kind, or `id`: the source's own.
        package let key: String
        package init(source: SourceID, kind: KindName, key: String) {
            self.source = source
            self.kind = kind
            self.key = key
        }
    }
    package let id: String
    package let first: Side
    package let second: Side
    /// How far the two may be apart on when an event happened: so near to the edge of what one of them proves, the other's events are not missed there.
    package let slack: Duration
    package let place: Place

    package init(id: String, first: Side, second: Side, slack: Duration, place: Place) {
        self.id = id
        self.first = first
        self.second = second
        self.slack = slack
        self.place = place
    }
}

/// What came out when two sources were held against each other. Neither is the truth: what one has and the other lacks is a hole of the other.
package struct ReconciliationResult: Sendable {
    package struct Missing: Hashable, Sendable {
        package let key: String
        /// The record of the source that has it.
        package let artifact: ArtifactID
        package let at: Span
        package init(key: String, artifact: ArtifactID, at: Span) {
            self.key = key
            self.artifact = artifact
            self.at = at
        }
    }
    /// One side's events, each looked for on the other side.
    package struct Side: Sendable {
        package let side: Reconciliation.Side
        /// Different keys whose time the other side tells of, within the period.
        package var compared = 0
        /// Records without a key, which cannot be looked for.
        package var unkeyed = 0
        /// How many of those compared the other side lacks.
        package var missing = 0
        /// The first of them by key, as many as a page shows.
        package var examples: [Missing] = []
        package init(_ side: Reconciliation.Side) { self.side = side }
    }
    package let reconciliation: Reconciliation
    /// What the first has, looked for in the second; and the other way round.
    package var first: Side
    package var second: Side
    package static let exampleLimit = 100

    package init(_ reconciliation: Reconciliation) {
        self.reconciliation = reconciliation
        first = Side(reconciliation.first)
        second = Side(reconciliation.second)
    }

    package func isOf(_ source: SourceID) -> Bool { first.side.source == source || second.side.source == source }
}
