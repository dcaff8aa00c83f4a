import ArgumentParser
import Assessment
import Evidence

struct Decide: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide", abstract: "Enter a person's decision about a control or one of its items, beside what was found.",
        discussion: """
            The tool proposes, a person decides. A decision is a signed record: who, when, why, and a digest of the evidence that it rests on. It changes no \
            verdict and hides no deviation, and it lapses, visibly, when that evidence is another one. Of a control: \
            \(words(ofControl: true)). Of an item: \(words(ofControl: false)). None of them is an auditor's.
            """)

    private static func words(ofControl: Bool) -> String {
        DecisionWord.allCases.filter { $0.isOfControl == ofControl }.map(\.rawValue).joined(separator: ", ")
    }

    @OptionGroup var options: SampleOptions
    @Argument(help: "The control, or an earlier wording such as CHG-01.w1.") var control: String
    @Option(help: ArgumentHelp("About this item, by its key.", valueName: "key")) var item: String?
    @Option(help: ArgumentHelp("About this deviation, by the id that pages show.", valueName: "id")) var exception: String?
    @Option(help: "The decision.") var decision: String
    @Option(help: ArgumentHelp("Who decides.", valueName: "person")) var by: String
    @Option(help: "Why.") var reason: String
    @Option(help: ArgumentHelp("Since when the deviation was exposed.", valueName: "instant")) var exposedFrom: String?
    @Option(help: ArgumentHelp("Until when.", valueName: "instant")) var exposedUntil: String?
    @Option(help: "Why it came about.") var cause: String?
    @Option(help: "Whether the gap was used, and what query says so.") var consequence: String?
    @Option(help: ArgumentHelp("A control that meets the same risk.", valueName: "control")) var compensatingControl: String?
    @Option(help: "What management does about it.") var response: String?
    @Option(help: "What was tested again, and what came out.") var retest: String?

    func validate() throws {
        if item != nil, exception != nil { throw ValidationError("name the item by --item or by --exception, not by both") }
    }

    func run() throws {
        try reporting {
            guard let word = DecisionWord(rawValue: decision) else {
                let all = DecisionWord.allCases.map(\.rawValue)
                let near = nearest(to: decision, among: all).map { "did you mean '\($0)'?" }
                throw CommandError(.usage, "'\(decision)' is no decision", hint: near ?? all.joined(separator: ", "))
            }
            let management = try options.management(control)
            let report = try Deciding(management: management, word: word, by: by, reason: reason, remarks: try remarks()).run(item: item, exception: exception)
            options.say(management, report.text, report.json)
            return .done
        }
    }

    private func remarks() throws -> DecisionRemarks {
        var remarks = DecisionRemarks()
        for (name, text) in [("--exposed-from", exposedFrom), ("--exposed-until", exposedUntil)] {
            guard let text, Instant(text) == nil else { continue }
            throw CommandError(.usage, "\(name) takes an instant, found '\(text)'", hint: "write it like 2026-07-01T02:00:00Z")
        }
        if let from = exposedFrom.flatMap({ Instant($0) }), let until = exposedUntil.flatMap({ Instant($0) }), until < from {
            throw CommandError(.usage, "--exposed-until lies before --exposed-from: \(until) before \(from)")
        }
        remarks.exposedFrom = exposedFrom
        remarks.exposedUntil = exposedUntil
        remarks.cause = cause
        remarks.consequence = consequence
        remarks.compensating = try compensatingControl.map { text in
            guard let id = ControlID(text) else { throw CommandError(.usage, "'\(text)' is no control's id") }
            return id
        }
        remarks.response = response
        remarks.retest = retest
        return remarks
    }
}

struct Attest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest", abstract: "Enter a person's statement about something that no system records.",
        discussion: "It is shown as attested by that person. It is no evidence that a control operated, and changes no verdict.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @Option(help: "The period's id in receipts.yaml; the current one if not named.") var period: String?
    @Option(help: "The control that it bears on.") var control: String?
    @Option(help: ArgumentHelp("Who says so.", valueName: "person")) var by: String
    @Option(help: ArgumentHelp("What they say.", valueName: "text")) var says: String

    func run() throws {
        try reporting {
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let attestation = try Attesting(work: work, period: period, control: control, by: by, says: says).run()
            let about = attestation.control.map { " about \($0)" } ?? ""
            let text =
                "attested by \(attestation.by)\(about) for \(attestation.period): \(attestation.says)\nrecord \(attestation.id); no verdict changes by it"
            world.output(format.format == .json ? attestation.json.canonical : text)
            return .done
        }
    }
}
