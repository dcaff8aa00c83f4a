import Evidence

// One JSON record each, `type` first among its names. docs/formats/sample.md.

extension FrozenPopulation {
    package var json: JSON {
        [
            "type": "frozen", "name": .string(name), "control": .string(control.text), "period": .string(period.text), "at": .instant(at),
            "count": .int(count), "list_sha256": .string(listDigest), "population_digest": .string(populationDigest),
            "query_sha256": .string(queryDigest), "wording_digest": .string(wordingDigest), "head_size": .int(headSize), "head_root": .string(headRoot),
            "until": .instant(until), "roll_forward": .bool(isRollForward), "strata": .string(strata), "by": .string(by),
        ]
    }

    init?(_ json: JSON, _ id: ArtifactID) {
        guard let place = StatementPlace(json), let name = json["name"]?.text, let count = json["count"]?.int, let list = json["list_sha256"]?.text,
            let population = json["population_digest"]?.text, let query = json["query_sha256"]?.text, let wording = json["wording_digest"]?.text,
            let size = json["head_size"]?.int, let root = json["head_root"]?.text, let isRollForward = json["roll_forward"]?.flag,
            let strata = json["strata"]?.text
        else { return nil }
        self.init(
            id: id, name: name, control: place.control, period: place.period, at: place.at, count: count, listDigest: list, populationDigest: population,
            queryDigest: query, wordingDigest: wording, headSize: size, headRoot: root, until: json["until"]?.text.flatMap { Instant($0) },
            isRollForward: isRollForward, strata: strata, by: place.by)
    }
}

extension FixedSeed {
    package var json: JSON { ["type": "seed", "at": .instant(at), "seed_sha256": .string(digest), "given_by": .text(givenBy)] }

    init?(_ json: JSON, _ id: ArtifactID) {
        guard let at = json["at"]?.text.flatMap({ Instant($0) }), let digest = json["seed_sha256"]?.text else { return nil }
        self.init(id: id, at: at, digest: digest, givenBy: json["given_by"]?.text)
    }
}

extension SampleDraw.Item {
    fileprivate var json: JSON { ["ordinal": .int(ordinal), "key": .string(key)] }
    fileprivate init?(_ json: JSON?) {
        guard let ordinal = json?["ordinal"]?.int, let key = json?["key"]?.text else { return nil }
        self.init(ordinal: ordinal, key: key)
    }
}

extension SampleDraw {
    package var json: JSON {
        [
            "type": "draw", "name": .string(name), "control": .string(control.text), "period": .string(period.text), "frozen": .string(frozen),
            "at": .instant(at), "method": .string(method.rawValue), "seed": .text(seed), "stratum": .text(stratum), "given_by": .text(givenBy),
            "by": .string(by), "items": .array(items.map(\.json)), "unknown": .array(unknown.map { .string($0) }),
        ]
    }

    init?(_ json: JSON, _ id: ArtifactID) {
        guard let place = StatementPlace(json), let name = json["name"]?.text, let frozen = json["frozen"]?.text,
            let method = json["method"]?.text.flatMap(Method.init(rawValue:)), let list = json["items"]?.list
        else { return nil }
        let items = list.compactMap { Item($0) }
        guard items.count == list.count else { return nil }
        self.init(
            id: id, name: name, control: place.control, period: place.period, frozen: frozen, at: place.at, method: method, seed: json["seed"]?.text,
            stratum: json["stratum"]?.text, givenBy: json["given_by"]?.text, by: place.by, items: items,
            unknown: (json["unknown"]?.list ?? []).compactMap(\.text))
    }
}

extension SampleReplacement {
    package var json: JSON {
        [
            "type": "replacement", "control": .string(control.text), "period": .string(period.text), "draw": .string(draw), "at": .instant(at),
            "void": void.json, "instead": instead.json, "reason": .string(reason), "by": .string(by),
        ]
    }

    init?(_ json: JSON, _ id: ArtifactID) {
        guard let place = StatementPlace(json), let draw = json["draw"]?.text, let void = SampleDraw.Item(json["void"]),
            let instead = SampleDraw.Item(json["instead"]), let reason = json["reason"]?.text
        else { return nil }
        self.init(
            id: id, control: place.control, period: place.period, draw: draw, at: place.at, void: void, instead: instead, reason: reason, by: place.by)
    }
}

extension Decision {
    package var json: JSON {
        [
            "type": "decision", "control": .string(control.text), "period": .string(period.text), "item": .text(item), "exception": .text(exception),
            "decision": .string(word.rawValue), "by": .string(by), "at": .instant(at), "reason": .string(reason), "found": .string(found),
            "proposed": .text(proposed), "basis": .string(basis), "wording_digest": .string(wordingDigest), "head_size": .int(headSize),
            "head_root": .string(headRoot),
            "remarks": .object(Dictionary(remarks.values.map { ($0.name, .string($0.value)) }, uniquingKeysWith: { first, _ in first })),
        ]
    }

    init?(_ json: JSON, _ id: ArtifactID) {
        guard let place = StatementPlace(json), let word = json["decision"]?.text.flatMap(DecisionWord.init(rawValue:)),
            let reason = json["reason"]?.text, let found = json["found"]?.text, let basis = json["basis"]?.text,
            let wording = json["wording_digest"]?.text, let size = json["head_size"]?.int, let root = json["head_root"]?.text
        else { return nil }
        self.init(
            id: id, control: place.control, period: place.period, item: json["item"]?.text, exception: json["exception"]?.text, word: word, by: place.by,
            at: place.at, reason: reason, found: found, proposed: json["proposed"]?.text, basis: basis, wordingDigest: wording, headSize: size,
            headRoot: root, remarks: DecisionRemarks(json["remarks"]))
    }
}

extension DecisionRemarks {
    fileprivate init(_ json: JSON?) {
        exposedFrom = json?["exposed_from"]?.text
        exposedUntil = json?["exposed_until"]?.text
        cause = json?["cause"]?.text
        consequence = json?["consequence"]?.text
        compensating = json?["compensating_control"]?.text.flatMap { ControlID($0) }
        response = json?["response"]?.text
        retest = json?["retest"]?.text
    }
}

extension Attestation {
    package var json: JSON {
        [
            "type": "attestation", "control": .text(control?.text), "period": .string(period.text), "by": .string(by), "at": .instant(at),
            "says": .string(says),
        ]
    }

    init?(_ json: JSON, _ id: ArtifactID) {
        guard let at = json["at"]?.text.flatMap({ Instant($0) }), let period = json["period"]?.text.flatMap({ PeriodID($0) }),
            let by = json["by"]?.text, let says = json["says"]?.text
        else { return nil }
        self.init(id: id, control: json["control"]?.text.flatMap { ControlID($0) }, period: period, by: by, at: at, says: says)
    }
}

/// What nearly every record says.
private struct StatementPlace {
    let control: ControlID
    let period: PeriodID
    let at: Instant
    let by: String

    init?(_ json: JSON) {
        guard let control = json["control"]?.text.flatMap({ ControlID($0) }), let period = json["period"]?.text.flatMap({ PeriodID($0) }),
            let at = json["at"]?.text.flatMap({ Instant($0) }), let by = json["by"]?.text
        else { return nil }
        self.control = control
        self.period = period
        self.at = at
        self.by = by
    }
}

/// Lines of a frozen list; a long list takes several records of its pull.
package enum FrozenListPart {
    static let type = "frozen_list"
    package static func json(_ lines: String, of name: String, part: Int) -> JSON {
        ["type": .string(type), "of": .string(name), "part": .int(part), "lines": .string(lines)]
    }
    /// Nil if the record is no part of a list.
    package static func lines(_ json: JSON) -> (of: String, lines: String)? {
        guard json["type"]?.text == type, let of = json["of"]?.text, let lines = json["lines"]?.text else { return nil }
        return (of, lines)
    }
}

extension Statements {
    /// Takes up one record, in the order of the ledger; nil: one that cannot be read.
    package mutating func add(_ id: ArtifactID, _ json: JSON?) {
        if !take(id, json) { unreadable.append(id) }
    }

    private mutating func take(_ id: ArtifactID, _ json: JSON?) -> Bool {
        guard let json else { return false }
        switch json["type"]?.text {
        case FrozenListPart.type: return true
        case "frozen": return append(FrozenPopulation(json, id), to: \.frozen)
        case "seed": return append(FixedSeed(json, id), to: \.seeds)
        case "draw": return append(SampleDraw(json, id), to: \.draws)
        case "replacement": return append(SampleReplacement(json, id), to: \.replacements)
        case "decision": return append(Decision(json, id), to: \.decisions)
        case "attestation": return append(Attestation(json, id), to: \.attestations)
        default: return false
        }
    }

    private mutating func append<T>(_ one: T?, to list: WritableKeyPath<Statements, [T]>) -> Bool {
        guard let one else { return false }
        self[keyPath: list].append(one)
        return true
    }
}
