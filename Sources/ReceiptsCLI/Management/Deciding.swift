import Assessment
import Evidence

/// `receipts decide`: a person's decision about a control or one of its items, with what it rests on. What was found stays as it was found.
struct Deciding {
    let management: ManagementWork
    let word: DecisionWord
    let by: String
    let reason: String
    let remarks: DecisionRemarks

    /// One or none of the two is named.
    func run(item key: String?, exception: String?) throws -> Report {
        try StatementText.check([("--by", by), ("--reason", reason)] + remarks.values.map { ("--" + $0.name.replacing("_", with: "-"), $0.value) })
        let item = try self.item(key: key, exception: exception)
        guard word.isOfControl == (item == nil) else {
            let words = DecisionWord.allCases.filter { $0.isOfControl == (item == nil) }.map(\.rawValue)
            throw CommandError(.usage, "'\(word.rawValue)' is no decision about \(item == nil ? "a control" : "an item")", hint: words.joined(separator: ", "))
        }
        if let item, item.verdict != .deviation, item.verdict != .insufficientEvidence {
            throw CommandError(
                .badInput, "'\(word.rawValue)' is decided about what went wrong; \(item.keyText) was found: \(item.verdict.title)",
                hint: "'receipts assess --items --control \(management.control.id)' lists deviations and items that the records cannot tell")
        }
        if let other = remarks.compensating { _ = try management.session.folder.controls(named: [other.text]) }
        let (result, control, head) = (management.result, management.control, management.session.head)
        func decision(_ id: ArtifactID) -> Decision {
            Decision(
                id: id, control: control.id, period: management.period.id, item: item?.frozenKey, exception: item.flatMap { exceptionID($0) }, word: word,
                by: by, at: management.work.world.now(), reason: reason, found: item?.verdict.rawValue ?? result.verdict.rawValue,
                proposed: item == nil ? result.proposal.word.rawValue : nil,
                basis: (item.map { Basis.of($0, control) } ?? Basis.of(result)).description, wordingDigest: control.wordingDigest.description,
                headSize: head.size, headRoot: head.root.description, remarks: remarks)
        }
        let ids = try management.enter([decision(ArtifactID(entry: 0, record: 0)).json], command: "decide \(control.id)")
        return Report(
            decision: decision(ids[0]), found: item.map { "\($0.keyText): \($0.verdict.title)" } ?? result.verdict.title,
            proposal: item == nil ? result.proposal : nil)
    }

    struct Report {
        let decision: Decision
        let found: String
        let proposal: (word: DecisionWord, why: String)?
    }

    private func exceptionID(_ item: ItemResult) -> String? { item.verdict == .deviation ? management.control.exceptionID(item) : nil }

    private func item(key: String?, exception: String?) throws -> ItemResult? {
        guard key != nil || exception != nil else { return nil }
        var found: [ItemResult] = []
        try management.session.engine.forEachItem(of: management.control.id) { item in
            if let key, item.frozenKey == key || item.keyText == key { found.append(item) }
            if let exception, item.verdict == .deviation, management.control.exceptionID(item) == exception { found.append(item) }
        }
        if found.count == 1 { return found[0] }
        let name = key ?? exception ?? ""
        throw CommandError(
            .badInput,
            found.isEmpty ? "\(management.control.id) has no \(key == nil ? "deviation" : "item") '\(name)'" : "\(found.count) items are called '\(name)'",
            hint: "'receipts assess --items --control \(management.control.id)' lists what there is")
    }
}

extension Deciding.Report {
    var text: String {
        var lines = ["found: \(found)"]
        if let proposal { lines.append("proposed: \(proposal.word.title) (\(proposal.why))") }
        lines.append("management's decision: \(decision.word.title), by \(decision.by), record \(decision.id)")
        if let exception = decision.exception { lines.append("exception: \(exception)") }
        lines.append("what was found stays as it was found; the decision lapses when the evidence under it changes")
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        var members: [String: JSON] = ["record": .string(decision.id.description)]
        if case .object(let own) = decision.json { members.merge(own) { first, _ in first } }
        return .object(members)
    }
}

/// `receipts attest`: a person's statement about what no system records.
struct Attesting {
    let work: Work
    let period: String?
    let control: String?
    let by: String
    let says: String

    func run() throws -> Attestation {
        try StatementText.check([("--by", by), ("--says", says)])
        let session = try work.session(period: period)
        let id = try control.flatMap { try session.folder.controls(named: [$0]).first }
        func attestation(_ record: ArtifactID) -> Attestation {
            Attestation(id: record, control: id, period: session.period.id, by: by, at: work.world.now(), says: says)
        }
        let ids = try CollectRun(session.folder, session.store, work.world)
            .enter([attestation(ArtifactID(entry: 0, record: 0)).json], command: id.map { "attest \($0)" } ?? "attest")
        return attestation(ids[0])
    }
}
