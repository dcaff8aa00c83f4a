import Evidence

/// A population that was numbered and hashed before anybody drew from it.
package struct FrozenPopulation: Hashable, Sendable {
    /// Its record in the ledger.
    package let id: ArtifactID
    /// `f1`, `f2`, … of one control and period.
    package let name: String
    package let control: ControlID
    package let period: PeriodID
    package let at: Instant
    package let count: Int
    /// SHA-256 of the list's bytes.
    package let listDigest: String
    /// The control's `populationDigest` at that head: over all items of the period, in population order.
    package let populationDigest: String
    /// SHA-256 of the population's query, and of everything that the wording tests.
    package let queryDigest: String
    package let wordingDigest: String
    /// The signed head that the population was read from.
    package let headSize: Int
    package let headRoot: String
    /// Items before this instant only; nil: all that was known.
    package let until: Instant?
    /// Only what no earlier list of the control and period holds.
    package let isRollForward: Bool
    /// What strata were made of: `month`, a column of the population, or empty.
    package let strata: String
    package let by: String

    package var title: String { "\(control) \(name)" }

    package init(
        id: ArtifactID, name: String, control: ControlID, period: PeriodID, at: Instant, count: Int, listDigest: String, populationDigest: String,
        queryDigest: String, wordingDigest: String, headSize: Int, headRoot: String, until: Instant?, isRollForward: Bool, strata: String,
        by: String
    ) {
        self.id = id
        self.name = name
        self.control = control
        self.period = period
        self.at = at
        self.count = count
        self.listDigest = listDigest
        self.populationDigest = populationDigest
        self.queryDigest = queryDigest
        self.wordingDigest = wordingDigest
        self.headSize = headSize
        self.headRoot = headRoot
        self.until = until
        self.isRollForward = isRollForward
        self.strata = strata
        self.by = by
    }
}

/// A seed that somebody fixed without drawing: only its hash need be told.
package struct FixedSeed: Hashable, Sendable {
    package let id: ArtifactID
    package let at: Instant
    /// SHA-256 of the seed, hexadecimal.
    package let digest: String
    package let givenBy: String?

    package init(
        id: ArtifactID, at: Instant, digest: String, givenBy: String?
    ) {
        self.id = id
        self.at = at
        self.digest = digest
        self.givenBy = givenBy
    }
}

/// Items drawn from one frozen list.
package struct SampleDraw: Hashable, Sendable {
    package enum Method: String, Sendable, CaseIterable {
        /// By HMAC with a seed.
        case seed
        /// Somebody's own list: random numbers of their own, or picks of theirs.
        case random, haphazard, judgement

        /// What was picked by eye has no chance of its own, so that it bounds no rate.
        package var isByChance: Bool {
            switch self {
            case .seed, .random: true
            case .haphazard, .judgement: false
            }
        }
    }
    package struct Item: Hashable, Sendable {
        package let ordinal: Int
        package let key: String
        package init(ordinal: Int, key: String) {
            self.ordinal = ordinal
            self.key = key
        }
    }
    package let id: ArtifactID
    /// `d1`, `d2`, … of one control and period.
    package let name: String
    package let control: ControlID
    package let period: PeriodID
    /// The name of the frozen list.
    package let frozen: String
    package let at: Instant
    package let method: Method
    package let seed: String?
    package let stratum: String?
    package let givenBy: String?
    package let by: String
    /// In the order in which they were drawn.
    package let items: [Item]
    /// Lines of an imported list that name no item: kept, never guessed at.
    package let unknown: [String]

    package init(
        id: ArtifactID, name: String, control: ControlID, period: PeriodID, frozen: String, at: Instant, method: Method, seed: String?,
        stratum: String?, givenBy: String?, by: String, items: [Item], unknown: [String]
    ) {
        self.id = id
        self.name = name
        self.control = control
        self.period = period
        self.frozen = frozen
        self.at = at
        self.method = method
        self.seed = seed
        self.stratum = stratum
        self.givenBy = givenBy
        self.by = by
        self.items = items
        self.unknown = unknown
    }
}

/// One drawn item put aside, and the next in the draw's order in its place.
package struct SampleReplacement: Hashable, Sendable {
    package let id: ArtifactID
    package let control: ControlID
    package let period: PeriodID
    package let draw: String
    package let at: Instant
    package let void: SampleDraw.Item
    package let instead: SampleDraw.Item
    package let reason: String
    package let by: String

    package init(
        id: ArtifactID, control: ControlID, period: PeriodID, draw: String, at: Instant, void: SampleDraw.Item, instead: SampleDraw.Item,
        reason: String, by: String
    ) {
        self.id = id
        self.control = control
        self.period = period
        self.draw = draw
        self.at = at
        self.void = void
        self.instead = instead
        self.reason = reason
        self.by = by
    }
}
