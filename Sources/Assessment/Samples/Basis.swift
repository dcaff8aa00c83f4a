import Controls
import Crypto
import Evidence

/// What a decision rests on, as a digest: another digest later on, and it was decided on other evidence.
package enum Basis {
    /// Of one item: the wording, the key, each answer, every column and the records that it rests on.
    package static func of(_ item: ItemResult, _ control: Control) -> Evidence.Digest { digest(json(item, control)) }

    /// Of a control over a period: its counts, its population, each listed deviation and undecided item, and where coverage has holes.
    package static func of(_ result: ControlResult) -> Evidence.Digest {
        let counts = result.counts
        let numbers = [
            counts.total, counts.operated, counts.deviation, counts.insufficientEvidence, counts.notYetDue, counts.notApplicable,
        ]
        return digest([
            "wording": .string(result.control.wordingDigest.description), "verdict": .string(result.verdict.rawValue),
            "counts": .array(numbers.map { .int($0) }), "population": .string(result.populationDigest.description),
            "items": .array((result.deviations + result.insufficient).map { json($0, result.control) }),
            "holes": .array(
                result.holes.map { [.string($0.kind.text), .instant($0.window.start), .instant($0.window.end)] as JSON }),
        ])
    }

    private static func json(_ item: ItemResult, _ control: Control) -> JSON {
        let answers: [JSON] = item.attributes.map { answer in answer.map { .bool($0) } ?? .null }
        return [
            "wording": .string(control.wordingDigest.description), "key": .array(item.key.map { .string($0) }),
            "verdict": .string(item.verdict.rawValue), "answers": .array(answers), "at": .string(FrozenList.at(item.at)),
            "columns": .array(item.columns.map { [.string($0.name), .text($0.value)] as JSON }),
            "evidence": .array(item.evidence.map { [.string($0.name), .string($0.artifact.description)] as JSON }),
        ]
    }

    fileprivate static func digest(_ json: JSON) -> Evidence.Digest { Evidence.Digest(Array(SHA256.hash(data: json.canonicalBytes))) }
}

extension Control {
    /// Of all that `saysTheSame` compares: the same test in the same words has the same digest.
    package var wordingDigest: Evidence.Digest {
        let test: [JSON] = attributes.map { [.string($0.letter), .string($0.says), .string($0.test.sql)] as JSON }
        return Basis.digest([
            "title": .string(title), "category": .string(category.rawValue), "criteria": .array(criteria.map { .string($0.text) }),
            "frequency": .string(frequency), "risk": .string(risk), "procedure": .string(procedure), "due": .text(due),
            "tolerable": .number(tolerable), "applies": .text(applies?.sql), "attributes": .array(test), "item": .string(population.item),
            "at": .string(population.at), "sql": .string(population.query.sql), "key": .array(population.key.map { .string($0) }),
            "complete": .array(population.complete.map { .string($0.text) }),
            "needs": .array(population.needs.map { .string("\($0.kind) \($0.span)") }),
        ])
    }

    /// SHA-256 of the population's query as it stands in the file.
    package var queryDigest: Evidence.Digest { Evidence.Digest(Array(SHA256.hash(data: Array(population.query.sql.utf8)))) }

    /// The id of an item that deviates, the same in every revision: of the control, its wording and the item's key, never of an ordinal.
    package func exceptionID(_ item: ItemResult) -> String {
        let json: JSON = ["wording": .string(wordingDigest.description), "key": .array(item.key.map { .string($0) })]
        return "\(id.withoutWording)-x\(Basis.digest(json).description.prefix(10))"
    }
}

extension ControlID {
    /// `CHG-01` of `CHG-01.w1`: an edit later on makes an earlier wording of the newest one.
    fileprivate var withoutWording: String {
        guard let dot = text.lastIndex(of: "."), text[dot...].dropFirst().first == "w", text[dot...].dropFirst(2).allSatisfy(\.isNumber) else { return text }
        return String(text[..<dot])
    }
}

extension ControlResult {
    /// What the tool proposes that management conclude. A person decides.
    package var proposal: (word: DecisionWord, why: String) {
        let rate = counts.tested == 0 ? 0 : Double(counts.deviation) / Double(counts.tested)
        let ratio = "\(counts.deviation) of \(counts.tested) tested"
        if verdict == .designGap { return (.notEffective, "no wording was in force for part of the period") }
        if counts.deviation > 0, rate > control.tolerable { return (.notEffective, "\(ratio) deviate, more than is declared tolerable") }
        switch verdict {
        case .designGap: return (.notEffective, "no wording was in force for part of the period")
        case .operated where passedOver.deviation > 0:
            return (.unableToConclude, "the instance walked through operated, and \(passedOver.deviation) of those beside it deviated")
        case .operated where counts.notYetDue > 0:
            return (.unableToConclude, "\(counts.operated) of \(counts.total) operated, none deviated so far\(counts.besides)")
        case .operated:
            return (.effective, "\(counts.operated) of \(counts.total) operated, none deviated\(counts.besides), and coverage has no hole")
        case .deviation where counts.insufficientEvidence == 0 && holes.isEmpty && counts.notYetDue > 0:
            return (.unableToConclude, "\(ratio) deviate so far, no more than is declared tolerable\(counts.besides)")
        case .deviation where counts.insufficientEvidence == 0 && holes.isEmpty:
            return (.effectiveWithDeviations, "\(ratio) deviate, no more than is declared tolerable")
        case .deviation, .insufficientEvidence: return (.unableToConclude, "evidence is insufficient for a part")
        case .noOccurrence: return (.unableToConclude, "it did not occur, so its operation was not tested: design only")
        case .notYetDue: return (.unableToConclude, "nothing has fallen due")
        case .notApplicable: return (.unableToConclude, "no item is one that it applies to")
        }
    }
}
