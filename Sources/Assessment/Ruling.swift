import Controls
import Evidence

/// From counts and holes to the verdict of a control: design gap, then deviation, then insufficient evidence, then operated.
struct Ruling {
    let verdict: ControlVerdict
    /// Gravest first; each a fact with its numbers.
    let reasons: [String]

    init(
        wording: ControlWording, period: Period, window: Window, elapsed: Window, counts: ItemCounts, passedOver: ItemCounts = ItemCounts(), contested: Int,
        holes: [CoverageHole], caps: [String] = []
    ) {
        let control = wording.control
        var findings: [(ControlVerdict, String)] = []
        let inForce = wording.inForce.start
        if wording.isFirst, inForce > window.start, !period.isTypeI || inForce >= window.end {
            findings.append((.designGap, "no wording of the control was in force before \(Ruling.moment(inForce, period.zone))"))
        }
        for gap in wording.gaps where gap.start < window.end {
            let until = gap.end < window.end ? " until \(Ruling.moment(gap.end, period.zone))" : ""
            findings.append((.designGap, "the control's file was taken away: none was in force from \(Ruling.moment(gap.start, period.zone))\(until)"))
        }
        let item = control.population.item
        if counts.deviation > 0 {
            let verb = counts.deviation == 1 ? "deviates" : "deviate"
            findings.append((.deviation, "\(counts.deviation) of \(Ruling.items(counts.total, item)) \(verb)\(counts.besides)"))
        }
        if counts.insufficientEvidence > 0 {
            findings.append((.insufficientEvidence, "the records cannot tell for \(counts.insufficientEvidence) of \(Ruling.items(counts.total, item))"))
        }
        if contested > 0 {
            let rests = contested == 1 ? "rests" : "rest"
            findings.append((.insufficientEvidence, "\(Ruling.items(contested, item)) \(rests) on a record that another one with its id contradicts"))
        }
        for (kind, holes) in Dictionary(grouping: holes, by: \.kind).sorted(by: { $0.key < $1.key }) {
            findings.append((.insufficientEvidence, Ruling.hole(kind, holes, period.zone)))
        }
        if elapsed.isEmpty {
            let since = wording.isFirst ? "of the period is over yet" : "is over since it came into force"
            findings.append((.notYetDue, "no whole day \(since)"))
        }
        if findings.isEmpty { findings.append(Ruling.quiet(counts, wording)) }
        verdict = findings.map(\.0).min { Ruling.gravity($0) < Ruling.gravity($1) } ?? .insufficientEvidence
        reasons =
            findings.map(\.1) + caps + Ruling.others(passedOver, control) + (wording.count > 1 ? [Ruling.turn(wording, period.zone)] : [])
            + Ruling.pending(wording)
    }

    /// The day alone where it begins the day.
    private static func moment(_ instant: Instant, _ zone: Zone) -> String {
        let day = zone.day(of: instant)
        return zone.window(of: day).start == instant ? "\(day)" : "\(instant)"
    }

    private static func turn(_ wording: ControlWording, _ zone: Zone) -> String {
        let until = wording.inForce.end == .distantFuture ? "" : " until \(moment(wording.inForce.end, zone))"
        let sealed = wording.sealedAt.map { ", in the ledger since \($0)" } ?? ""
        return "wording \(wording.number) of \(wording.count), in force from \(moment(wording.inForce.start, zone))\(until)\(sealed)"
    }

    private static func pending(_ wording: ControlWording) -> [String] {
        switch wording.pending {
        case nil: []
        case .edited: ["the control's file was edited since it was last collected: the edit is not in force"]
        case .takenAway: ["the control's file was taken away since it was last collected: it is in force until the next collection"]
        }
    }

    /// A Type I test walks through one instance, and says what it passed over: an auditor's eye falls on the others too.
    private static func others(_ passedOver: ItemCounts, _ control: Control) -> [String] {
        guard passedOver.total > 0 else { return [] }
        let unproved = passedOver.insufficientEvidence
        let troubles = [(passedOver.deviation, "deviated"), (unproved, unproved == 1 ? "has records that cannot tell" : "have records that cannot tell")]
        let told = troubles.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        return [
            "one instance was walked through; of \(items(passedOver.total, control.population.item)) beside it within \(Engine.freshDays) days, "
                + (told.isEmpty ? "none deviated" : told)
        ]
    }

    /// When nothing is wrong: did anything happen at all?
    private static func quiet(_ counts: ItemCounts, _ wording: ControlWording) -> (ControlVerdict, String) {
        let control = wording.control
        let item = control.population.item
        if counts.operated > 0 { return (.operated, "\(counts.operated) of \(items(counts.total, item)) operated, none deviated\(counts.besides)") }
        if counts.notYetDue > 0 { return (.notYetDue, "\(items(counts.notYetDue, item)) \(counts.notYetDue == 1 ? "falls" : "fall") due later") }
        if counts.notApplicable > 0 { return (.notApplicable, "none of \(items(counts.notApplicable, item)) is one that the control applies to") }
        return control.population.complete.isEmpty
            ? (.noOccurrence, "no scheduled occurrence ends within the period")
            : (
                .noOccurrence,
                "nothing occurred, and \(control.population.complete.map(\.text).joined(separator: ", ")) was read whole \(wording.isOneOfSeveral ? "while the wording was in force" : "over the period")"
            )
    }

    static func items(_ count: Int, _ item: String) -> String { "\(count) \(count == 1 ? item : plural(item))" }

    /// Of what an item is called: `copy of a request` becomes `copies of a request`.
    private static func plural(_ item: String) -> String {
        let words = item.split(separator: " ").map(String.init)
        let head = max((words.firstIndex { ["of", "in", "with", "under", "on"].contains($0) } ?? words.count) - 1, 0)
        return words.enumerated().map { $0.offset == head ? pluralNoun($0.element) : $0.element }.joined(separator: " ")
    }

    private static func pluralNoun(_ noun: String) -> String {
        if noun.hasSuffix("fe") { return noun.dropLast(2) + "ves" }
        if ["s", "x", "z", "ch", "sh"].contains(where: noun.hasSuffix) { return noun + "es" }
        return noun.hasSuffix("y") && !noun.hasSuffix("ay") && !noun.hasSuffix("ey") ? noun.dropLast() + "ies" : noun + "s"
    }

    private static func hole(_ kind: KindName, _ holes: [CoverageHole], _ zone: Zone) -> String {
        guard let first = holes.first else { return "" }
        let length = zone.length(of: holes.map(\.window))
        let more = holes.count > 1 ? " and \(holes.count - 1) more" : ""
        return "\(kind) is not proved complete for \(length): \(first.window.start) to \(first.window.end)\(more) (\(first.reason))"
    }

    static func gravity(_ verdict: ControlVerdict) -> Int {
        switch verdict {
        case .designGap: 0
        case .deviation: 1
        case .insufficientEvidence: 2
        case .notYetDue: 3
        case .noOccurrence: 4
        case .notApplicable: 5
        case .operated: 6
        }
    }
}
