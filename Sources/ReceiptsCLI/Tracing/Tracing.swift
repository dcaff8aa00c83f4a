import Assessment
import Controls
import Evidence
import Ledger
import Redaction
import SQLite

/// What `trace` does: one thing followed through the records, and what the tests of the periods in which it was say of it.
struct Tracing {
    /// Over the named period, the current one if nil.
    let session: (_ period: String?) throws -> Session

    /// `names`: what the thing is called, as typed. `limit`: of each step's records so many are told.
    func run(_ what: String, _ names: [String], period: String?, limit: Int) throws -> TraceReport {
        let session = try session(period)
        let folder = session.folder
        let trace = try trace(what, folder)
        let values = try values(trace, names, folder)
        let tracer = Tracer(
            try Database(path: IndexFile.path(in: folder.ledgerFolder), access: .readOnly), kinds: folder.catalogue.kinds)
        let found = try tracer.follow(trace, values, limit: limit)
        guard let told = TraceResult.span(found) ?? (found.contains { $0.count > 0 } ? session.engine.elapsed : nil) else {
            throw nothing(trace, values, session)
        }
        try requireOwnBytes(found, session)
        let sessions = period == nil ? try self.sessions(session, told) : [session]
        let over = sessions.map(\.engine.elapsed).reduce(sessions[0].engine.elapsed) { Window(start: min($0.start, $1.start), end: max($0.end, $1.end)) }
        var result = try sessions[0].engine.judge(
            trace, values, found, over: over, yielded: Set(folder.sources.flatMap(\.yields).map(\.kind)), unnamed: tracer.unnamed)
        for other in sessions.dropFirst() { result.add(try other.engine.items(of: trace, found)) }
        return TraceReport(result, directory: try session.staffDirectory(), conflicts: try conflicts(result, session.index), limit: limit)
    }

    private func trace(_ what: String, _ folder: ProgrammeFolder) throws -> Trace {
        let traces = folder.catalogue.traces
        if let trace = traces.first(where: { $0.name == what }) { return trace }
        let near = nearest(to: what, among: traces.map(\.name)).map { "did you mean '\($0)'?" }
        let place = folder.programme.paths.controls + "/traces"
        let hint =
            traces.isEmpty ? "there is none in '\(place)': copy the shipped ones there" : "one of: " + traces.map(\.name).joined(separator: ", ")
        throw CommandError(.usage, "there is no trace '\(Tracing.short(what))'", hint: near ?? hint)
    }

    /// A person by their pseudonym, which is made here of what was typed: nothing that is looked for is a person's own name.
    private func values(_ trace: Trace, _ names: [String], _ folder: ProgrammeFolder) throws -> [String?] {
        guard (1...trace.takes.count).contains(names.count) else {
            let takes = trace.takes.enumerated().map { $0 == 0 ? "\($1.name)" : "[\($1.name)]" }.joined(separator: " ")
            throw CommandError(
                .usage, "'trace \(trace.name)' takes \(takes), found \(names.count) names",
                hint: trace.takes.map { "\($0.name): \($0.says)" }.joined(separator: "; "))
        }
        return try trace.takes.enumerated().map { i, input in
            guard i < names.count else { return nil }
            guard let person = input.person, !Pseudonym.isOne(names[i]) else { return names[i] }
            guard Files.exists(folder.pseudonymKeyPath) else {
                throw CommandError(
                    .badInput, "there is no pseudonym key here, so that a person can be looked for by their pseudonym only",
                    hint: "pages show pseudonyms, such as subj-abcdefgh234567ab")
            }
            return pseudonym(names[i], as: person == .staff ? .account : .subject, key: try folder.pseudonymKey())
        }
    }

    private func nothing(_ trace: Trace, _ values: [String?], _ session: Session) -> CommandError {
        let asked = zip(trace.takes, values).compactMap { input, value in value.map { "\(input.name) '\(Tracing.short($0))'" } }.joined(separator: ", ")
        let kinds = Set(trace.steps.map(\.kind)).sorted().filter { session.coverage.reasons[$0] == nil }.map(\.text)
        var hint =
            kinds.isEmpty
            ? "no source yields any of the kinds that this trace looks in"
            : "looked for in \(kinds.joined(separator: ", ")): that nothing is there proves nothing; 'receipts status' says what was read"
        if trace.takes.contains(where: { $0.person != nil }) {
            hint += "; a person is found by the spelling that their source has, but for small and large letters"
        }
        return CommandError(.badInput, "no record tells of \(asked)", hint: hint)
    }

    /// Enough to recognise it by.
    private static func short(_ text: String) -> String { text.count <= 200 ? text.shown : String(text.prefix(200)).shown + "…" }

    private func requireOwnBytes(_ found: [Found], _ session: Session) throws {
        var reread = try Reread(session.store, kinds: session.folder.catalogue.kinds)
        for step in found { for row in step.rows { try reread.require(row, step.step.kind) } }
    }

    /// One for each Type II period in which something of it was told, in their order; the session's own where there is none.
    private func sessions(_ own: Session, _ told: Window) throws -> [Session] {
        let periods = own.folder.programme.periods.filter { !$0.isTypeI && $0.window.start < told.end && $0.window.end > told.start }
        guard !periods.isEmpty else { return [own] }
        return try periods.sorted { ($0.window.start, $0.window.end) < ($1.window.start, $1.window.end) }.map {
            $0.id == own.period.id ? own : try session($0.id.text)
        }
    }

    /// Of contested records that are told: which others contradict them.
    private func conflicts(_ result: TraceResult, _ index: Database) throws -> [ArtifactID: [ArtifactID]] {
        var found: [ArtifactID: [ArtifactID]] = [:]
        let rows = try index.prepare("SELECT artifact FROM conflict WHERE other = ? ORDER BY artifact")
        for step in result.steps {
            for row in step.found.rows where step.contested.contains(row.artifact) {
                rows.bind(1, row.artifact.packed)
                var others: [ArtifactID] = []
                while try rows.step() { others.append(ArtifactID(packed: rows.integer(0))) }
                rows.reset()
                found[row.artifact] = others
            }
        }
        return found
    }
}
