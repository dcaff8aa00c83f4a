import Assessment
import Evidence

/// What management entered about CHG-01 of the fixture: one list, a draw with a seed, a list of somebody's own, decisions that stand and one that lapsed.
enum StatementsFixture {
    static let control = ControlID(trusted: "CHG-01")
    static let seed = "dice 4 4 1"

    static func list(_ items: [ItemResult]) -> FrozenList {
        FrozenList(items.map { ($0.frozenKey, FrozenList.at($0.at), "") })
    }

    static func statements(_ results: [ControlResult], _ populations: [ControlID: [ItemResult]], _ spice: String) -> Statements {
        var statements = Statements()
        guard let result = results.first(where: { $0.control.id == control }), let items = populations[control], items.count > 5 else {
            return statements
        }
        let period = PeriodID(trusted: "2026-h1")
        let at = Instant(EditionFixture.day(7, 1))
        let list = list(items)
        func id(_ record: Int) -> ArtifactID { ArtifactID(entry: 6, record: record) }
        func drawn(_ item: FrozenItem) -> SampleDraw.Item { SampleDraw.Item(ordinal: item.ordinal, key: item.key) }
        let order = SampleOrder.order(list.items, seed: seed)
        statements.frozen = [
            FrozenPopulation(
                id: id(1), name: "f1", control: control, period: period, at: at, count: list.items.count, listDigest: list.digest.description,
                populationDigest: result.populationDigest.description, queryDigest: result.control.queryDigest.description,
                wordingDigest: result.control.wordingDigest.description, headSize: 7, headRoot: String(repeating: "0", count: 64), until: at,
                isRollForward: false, strata: "month" + spice, by: "w-101" + spice)
        ]
        statements.draws = [
            SampleDraw(
                id: id(2), name: "d1", control: control, period: period, frozen: "f1", at: at, method: .seed, seed: seed, stratum: nil,
                givenBy: "Mora & Partners" + spice, by: "w-101", items: order.prefix(5).map(drawn), unknown: []),
            SampleDraw(
                id: id(3), name: "d2", control: control, period: period, frozen: "f1", at: at, method: .judgement, seed: nil, stratum: nil, givenBy: nil,
                by: "w-101", items: [drawn(list.items[0])], unknown: ["99999" + spice]),
            SampleDraw(
                id: ArtifactID(entry: 5, record: 4), name: "d3", control: control, period: period, frozen: "f1", at: at, method: .seed, seed: "another",
                stratum: nil, givenBy: nil, by: "w-101",
                items: [drawn(order[1])], unknown: []),
        ]
        statements.replacements = [
            SampleReplacement(
                id: id(4), control: control, period: period, draw: "d1", at: at, void: drawn(order[1]), instead: drawn(order[5]),
                reason: "its ticket is lost" + spice, by: "w-101")
        ]
        func decision(_ item: ItemResult?, _ word: DecisionWord, basis: String) -> Decision {
            var remarks = DecisionRemarks()
            remarks.compensating = ControlID(trusted: "KEY-01")
            remarks.response = "asked for by the deploy job" + spice
            return Decision(
                id: id(0), control: control, period: period, item: item?.frozenKey, exception: item.map { result.control.exceptionID($0) }, word: word,
                by: "w-101" + spice, at: at, reason: "seen by the owner" + spice, found: "deviation", proposed: item == nil ? "not-effective" : nil,
                basis: basis,
                wordingDigest: result.control.wordingDigest.description, headSize: 7, headRoot: "", remarks: remarks)
        }
        statements.decisions = [decision(nil, .notEffective, basis: Basis.of(result).description)]
        if let item = result.deviations.first {
            statements.decisions += [
                decision(item, .isolated, basis: Basis.of(item, result.control).description), decision(item, .remediated, basis: "another"),
            ]
        }
        statements.attestations = [
            Attestation(id: id(0), control: control, period: period, by: "w-101" + spice, at: at, says: "told at the all-hands" + spice),
            Attestation(id: id(0), control: nil, period: period, by: "w-102" + spice, at: at, says: "nobody left in June" + spice),
        ]
        return statements
    }
}
