import Evidence

/// What management entered: frozen populations, draws, decisions, attestations, each a record in the ledger and in its order.
package struct Statements: Sendable {
    package var frozen: [FrozenPopulation] = []
    package var seeds: [FixedSeed] = []
    package var draws: [SampleDraw] = []
    package var replacements: [SampleReplacement] = []
    package var decisions: [Decision] = []
    package var attestations: [Attestation] = []
    /// Records that are none of these, or that were erased.
    package var unreadable: [ArtifactID] = []

    package static let none = Statements()
    package init() {}

    package func frozen(of control: ControlID, _ period: PeriodID) -> [FrozenPopulation] {
        frozen.filter { $0.control == control && $0.period == period }
    }
    package func draws(of control: ControlID, _ period: PeriodID) -> [SampleDraw] { draws.filter { $0.control == control && $0.period == period } }
    package func decisions(of control: ControlID, _ period: PeriodID) -> [Decision] {
        decisions.filter { $0.control == control && $0.period == period }
    }

    /// The items of a draw as they stand after its replacements.
    package func current(_ draw: SampleDraw) -> [SampleDraw.Item] {
        var items = draw.items
        for change in replacements where change.control == draw.control && change.period == draw.period && change.draw == draw.name {
            if let at = items.firstIndex(of: change.void) { items[at] = change.instead }
        }
        return items
    }
    /// The items that count: a deviation that was put aside counts like one that was not.
    package func counted(_ draw: SampleDraw, _ verdict: (String) -> ItemVerdict?) -> (tested: Int, deviations: Int) {
        let aside = replacements(of: draw).map(\.void).filter { verdict($0.key) == .deviation }
        let verdicts = (current(draw) + aside).map { verdict($0.key) }
        let deviations = verdicts.count { $0 == .deviation }
        return (deviations + verdicts.count { $0 == .operated }, deviations)
    }
    /// Nil where nothing was tested, or the items were picked by eye.
    package func rateBound(_ draw: SampleDraw, _ verdict: (String) -> ItemVerdict?) -> Double? {
        let (tested, deviations) = counted(draw, verdict)
        return draw.method.isByChance ? DeviationBound.upper(deviations, of: tested) : nil
    }
    package func replacements(of draw: SampleDraw) -> [SampleReplacement] {
        replacements.filter { $0.control == draw.control && $0.period == draw.period && $0.draw == draw.name }
    }

    /// Whose sample it is, and why: it is management's unless somebody else gave the seed or the list after the population had been frozen.
    package func standing(of draw: SampleDraw) -> SampleStanding {
        guard let list = frozen.first(where: { $0.control == draw.control && $0.period == draw.period && $0.name == draw.frozen }) else {
            return SampleStanding(isManagements: true, why: "the list that it was drawn from is not in the ledger")
        }
        if let seed = draw.seed {
            let digest = SampleOrder.digest(ofSeed: seed).description
            if let early = seeds.first(where: { $0.digest == digest && $0.id < list.id }) {
                return SampleStanding(isManagements: true, why: "its seed was fixed by \(early.id), before the population was frozen by \(list.id)")
            }
            if let early = draws.first(where: { $0.seed == seed && $0.id < list.id }) {
                return SampleStanding(isManagements: true, why: "its seed was used by \(early.id), before the population was frozen by \(list.id)")
            }
        }
        guard let giver = draw.givenBy else {
            return SampleStanding(isManagements: true, why: "nobody outside is named as having given \(draw.seed == nil ? "the list" : "the seed")")
        }
        let what = draw.seed == nil ? "the list" : "the seed"
        return SampleStanding(
            isManagements: false,
            why: "the population was frozen by \(list.id), and \(what), given by \(giver) as management says, was entered after that by \(draw.id)")
    }

    /// Whether the list and the seed give just these items. Nil where the draw has no seed.
    package static func follows(_ draw: SampleDraw, from list: FrozenList) -> Bool? {
        guard let seed = draw.seed else { return nil }
        let order = SampleOrder.order(list.items, seed: seed, stratum: draw.stratum).prefix(draw.items.count)
        return order.map { SampleDraw.Item(ordinal: $0.ordinal, key: $0.key) } == draw.items
    }
}

package struct SampleStanding: Hashable, Sendable {
    package let isManagements: Bool
    package let why: String
    package var label: String { isManagements ? "management's sample" : "drawn after the freeze" }
}
