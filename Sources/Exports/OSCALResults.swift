import Assessment
import Controls
import Crypto
import Evidence

/// OSCAL 1.2.1 assessment results: management's tests, one observation and one finding per control. docs/formats/oscal.md says what means what.
package func oscalAssessmentResults(_ edition: Edition) throws -> [UInt8] {
    // The document's id changes when its content does, so the content is written once with an id that stands for none.
    let content = try OSCALResults(edition, uuid: StableUUID.make("document")).bytes()
    let digest = Hex.encode(SHA256.hash(data: content))
    return try OSCALResults(edition, uuid: StableUUID.make("document/\(digest)")).bytes()
}

private struct OSCALResults {
    /// Names our own properties; it is an identifier, nothing is fetched from it.
    static let ns = "urn:receipts:oscal"
    private let edition: Edition
    private let uuid: String
    private let xml: XMLDocument

    init(_ edition: Edition, uuid: String) throws {
        self.edition = edition
        self.uuid = uuid
        xml = try XMLDocument()
    }

    func bytes() throws -> [UInt8] {
        try xml.element("assessment-results", [("xmlns", "http://csrc.nist.gov/ns/oscal/1.0"), ("uuid", uuid)]) {
            try metadata()
            try xml.element("import-ap", [("href", "#" + planResource)])
            try result()
            try backMatter()
        }
        return try xml.finished()
    }

    private var planResource: String { StableUUID.make("resource/plan") }
    private func evidence(_ id: ControlID) -> String { StableUUID.make("resource/population/\(id)") }
    private func observation(_ id: ControlID) -> String { StableUUID.make("observation/\(edition.assessment.period.id)/\(id)") }
    private func risk(_ id: ControlID) -> String { StableUUID.make("risk/\(edition.assessment.period.id)/\(id)") }

    private func property(_ name: String, _ value: String) throws {
        try xml.element("prop", [("name", name), ("ns", OSCALResults.ns), ("value", value)])
    }

    private func metadata() throws {
        try xml.element("metadata") {
            try xml.line(
                "title", [], "Management's tests of controls: \(edition.programme.entity), \(edition.programme.system), \(edition.assessment.period.label)")
            try xml.line("last-modified", [], edition.assessment.asOf.description)
            try xml.line("version", [], "\(edition.assessment.period.id) \(edition.revision)")
            try xml.line("oscal-version", [], "1.2.1")
            try property("tool-version", edition.toolVersion)
            try property("evidence-root", edition.seal.root.description)
            try property("ledger-origin", edition.seal.origin)
            try property("ledger-size", String(edition.seal.size))
            try property("simulated-ledger", edition.isSimulated ? "yes" : "no")
            try xml.element("party", [("uuid", StableUUID.make("party/entity")), ("type", "organization")]) {
                try xml.line("name", [], edition.programme.entity)
            }
            try xml.prose("remarks", ["Management's record, not an auditor's report. It states no opinion, and the auditor's conclusions are the auditor's."])
        }
    }

    private func result() throws {
        let period = edition.assessment.period
        try xml.element("result", [("uuid", StableUUID.make("result/\(period.id)"))]) {
            try xml.line("title", [], "\(period.title), \(period.label)")
            try xml.prose("description", ["Tests that management ran over the evidence sealed by \(edition.seal.sealedAt), as of \(edition.assessment.asOf)."])
            try xml.line("start", [], period.window.start.description)
            try xml.line("end", [], period.window.end.description)
            try property("report-type", period.title)
            try property("period", period.id.text)
            try reviewedControls()
            try log()
            for result in edition.assessment.controls { try observation(result) }
            for result in edition.assessment.controls where isOpen(result) { try risk(result) }
            for result in edition.assessment.controls { try finding(result) }
        }
    }

    private func reviewedControls() throws {
        try xml.element("reviewed-controls") {
            try xml.element("control-selection") {
                try xml.prose("description", ["Every control of the catalogue at this checkpoint. What no control covers is not covered."])
                if edition.assessment.controls.isEmpty { try xml.element("include-all") }
                for result in edition.assessment.controls { try xml.element("include-control", [("control-id", token(result.control.id))]) }
            }
        }
    }

    /// Every pull, failed and empty ones too.
    private func log() throws {
        let pulls = edition.sources.flatMap(\.pulls).sorted { $0.entry < $1.entry }
        guard !pulls.isEmpty else { return }
        try xml.element("assessment-log") {
            for pull in pulls {
                try xml.element("entry", [("uuid", StableUUID.make("pull/\(edition.seal.origin)/\(pull.entry)"))]) {
                    try xml.line("title", [], "Pull of \(pull.source): \(pull.outcome.rawValue)")
                    if !pull.problems.isEmpty { try xml.prose("description", pull.problems) }
                    try xml.line("start", [], pull.startedAt.description)
                    try property("ledger-entry", String(pull.entry))
                    try property("outcome", pull.outcome.rawValue)
                    try property("records-kept", String(pull.kept))
                    try property("rejects", String(pull.rejects))
                    try property("records-root", pull.root.description)
                }
            }
        }
    }

    private func observation(_ result: ControlResult) throws {
        let control = result.control
        try xml.element("observation", [("uuid", observation(control.id))]) {
            try xml.line("title", [], "\(control.id) \(control.title)")
            try xml.prose("description", [control.procedure])
            try property("verdict", result.verdict.rawValue)
            let counts = result.counts
            for (name, number) in [
                ("population", counts.total), ("operated", counts.operated), ("deviations", counts.deviation),
                ("insufficient-evidence", counts.insufficientEvidence), ("not-yet-due", counts.notYetDue), ("not-applicable", counts.notApplicable),
                ("coverage-holes", result.holes.count),
            ] { try property(name, String(number)) }
            try property("population-digest", result.populationDigest.description)
            if let bound = result.rateBound { try property("deviation-rate-bound-95", DeviationBound.percent(bound)) }
            try samples(control.id)
            try xml.line("method", [], "TEST")
            try xml.element("relevant-evidence", [("href", "#" + evidence(control.id))]) {
                try xml.prose("description", ["Every item of the population with its verdict and the artifacts that it rests on."])
            }
            try xml.line("collected", [], edition.seal.sealedAt.description)
        }
    }

    /// Digest of each frozen list, and whose sample each draw is.
    private func samples(_ id: ControlID) throws {
        let (management, period) = (edition.management, edition.assessment.period.id)
        for frozen in management.frozen(of: id, period) { try property("frozen-population-\(frozen.name)", frozen.listDigest) }
        for draw in management.draws(of: id, period) {
            try property("sample-\(draw.name)", "\(draw.items.count) of \(draw.frozen): \(management.standing(of: draw).label)")
        }
    }

    /// A person's decision is a property with remarks: OSCAL's own fields for it are the assessor's.
    private func decision(_ decision: Decision, _ result: ControlResult) throws {
        let about = decision.item.flatMap { result.item(withFrozenKey: $0) }
        let standing = DecisionStanding(decision, result, item: about).title
        let what = decision.exception.map { "\($0): " } ?? ""
        let attributes = [("name", "managements-decision"), ("ns", OSCALResults.ns), ("value", decision.word.rawValue)]
        try xml.element("prop", attributes) {
            let remarks = decision.remarks.values.map { "\($0.name): \($0.value)" }
            try xml.prose("remarks", ["\(what)\(decision.reason)", "By \(decision.by), \(decision.at), record \(decision.id); \(standing)."] + remarks)
        }
    }

    private func isOpen(_ result: ControlResult) -> Bool {
        switch result.verdict {
        case .designGap, .deviation, .insufficientEvidence: true
        case .noOccurrence, .notYetDue, .notApplicable, .operated: false
        }
    }

    private func risk(_ result: ControlResult) throws {
        try xml.element("risk", [("uuid", risk(result.control.id))]) {
            try xml.line("title", [], "\(result.control.id): \(result.verdict.title)")
            try xml.prose("description", result.reasons.isEmpty ? [result.verdict.title] : result.reasons)
            try xml.prose("statement", [result.control.risk])
            for decision in edition.management.decisions(of: result.control.id, edition.assessment.period.id) where decision.item != nil {
                try self.decision(decision, result)
            }
            try xml.line("status", [], "open")
            try xml.element("related-observation", [("observation-uuid", observation(result.control.id))])
        }
    }

    private func finding(_ result: ControlResult) throws {
        let control = result.control
        let (state, reason) = OSCALResults.status(result.verdict)
        try xml.element("finding", [("uuid", StableUUID.make("finding/\(edition.assessment.period.id)/\(control.id)"))]) {
            try xml.line("title", [], "\(control.id): \(result.verdict.title)")
            try xml.prose("description", result.reasons.isEmpty ? ["\(result.counts.operated) of \(result.counts.total) items operated."] : result.reasons)
            try property("verdict", result.verdict.rawValue)
            if result.verdict == .insufficientEvidence || result.verdict == .designGap { try property("not-evidenced", "yes") }
            for criterion in control.criteria { try property("criterion", criterion.text) }
            for decision in edition.management.decisions(of: control.id, edition.assessment.period.id) where decision.item == nil {
                try self.decision(decision, result)
            }
            try xml.element("target", [("type", "objective-id"), ("target-id", token(control.id) + "_obj")]) {
                try xml.element("status", [("state", state), ("reason", reason)])
            }
            try xml.element("related-observation", [("observation-uuid", observation(control.id))])
            if isOpen(result) { try xml.element("associated-risk", [("risk-uuid", risk(control.id))]) }
        }
    }

    /// OSCAL knows two states. Only items that operated, all of them, are `satisfied`; the third words of ours go into the reason and a property.
    private static func status(_ verdict: ControlVerdict) -> (state: String, reason: String) {
        switch verdict {
        case .operated: ("satisfied", "pass")
        case .deviation: ("not-satisfied", "fail")
        case .designGap, .insufficientEvidence, .noOccurrence, .notYetDue, .notApplicable: ("not-satisfied", "other")
        }
    }

    /// XML tokens start with a letter or an underscore.
    private func token(_ id: ControlID) -> String {
        guard let first = id.text.utf8.first, first >= 48, first <= 57 else { return id.text }
        return "_" + id.text
    }

    private func backMatter() throws {
        try xml.element("back-matter") {
            try xml.element("resource", [("uuid", planResource)]) {
                try xml.line("title", [], "Test procedures")
                try xml.prose(
                    "description", ["Population, attributes and the exact query of every control, as management tested it. There is no OSCAL assessment plan."])
                try xml.element("rlink", [("href", "controls.html"), ("media-type", "text/html")])
            }
            for result in edition.assessment.controls {
                let id = result.control.id
                try xml.element("resource", [("uuid", evidence(id))]) {
                    try xml.line("title", [], "Population of \(id)")
                    try xml.element("prop", [("name", "type"), ("value", "evidence")])
                    try xml.element("rlink", [("href", "data/\(id).csv"), ("media-type", "text/csv")])
                    try xml.element("rlink", [("href", "control/\(id).html"), ("media-type", "text/html")])
                }
            }
        }
    }
}
