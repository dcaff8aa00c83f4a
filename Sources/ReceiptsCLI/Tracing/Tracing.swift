import Assessment
import Controls
import Evidence
import Ledger
import Redaction
import SQLite

/// What `trace` does: one thing followed through the records, and judged by the period in which it was.
struct Tracing {
    /// Over the named period, the current one if nil.
    let session: (_ period: String?) throws -> Session

    /// `names`: what the thing is called, as typed. `limit`: of each step's records so many are told.
    func run(_ what: String, _ names: [String], period: String?, limit: Int) throws -> TraceReport {
        let session = try session(period)
        let trace = try trace(what, session.folder)
        let values = try values(trace, names, session.folder)
        let index = try Database(path: IndexFile.path(in: session.folder.ledgerFolder), access: .readOnly)
        let found = try Tracer(index, kinds: session.folder.catalogue.kinds).follow(trace, values, limit: limit)
        guard found.contains(where: { $0.count > 0 }) else { throw nothing(trace, values, session) }
        let own = period == nil ? try other(than: session, for: TraceResult.told(found)) : nil
        let judging = try own.map { try self.session($0) } ?? session
        return TraceReport(try judging.engine.judge(trace, values, found), directory: try judging.staffDirectory(), limit: limit)
    }

    private func trace(_ what: String, _ folder: ProgrammeFolder) throws -> Trace {
        let traces = folder.catalogue.traces
        if let trace = traces.first(where: { $0.name == what }) { return trace }
        let near = nearest(to: what, among: traces.map(\.name)).map { "did you mean '\($0)'?" }
        let place = folder.programme.paths.controls + "/traces"
        let hint =
            traces.isEmpty ? "there is none in '\(place)': copy the shipped ones there" : "one of: " + traces.map(\.name).joined(separator: ", ")
        throw CommandError(.usage, "there is no trace '\(what)'", hint: near ?? hint)
    }

    /// A customer by their pseudonym, which is made here of what was typed: nothing that is looked for is a person's own name.
    private func values(_ trace: Trace, _ names: [String], _ folder: ProgrammeFolder) throws -> [String?] {
        guard (1...trace.takes.count).contains(names.count) else {
            let takes = trace.takes.enumerated().map { $0 == 0 ? "\($1.name)" : "[\($1.name)]" }.joined(separator: " ")
            throw CommandError(
                .usage, "'trace \(trace.name)' takes \(takes), found \(names.count) names",
                hint: trace.takes.map { "\($0.name): \($0.says)" }.joined(separator: "; "))
        }
        return try trace.takes.enumerated().map { i, input in
            guard i < names.count else { return nil }
            guard input.isSubject, !Pseudonym.isOne(names[i]) else { return names[i] }
            guard Files.exists(folder.pseudonymKeyPath) else {
                throw CommandError(
                    .badInput, "there is no pseudonym key here, so that a person can be looked for by their pseudonym only",
                    hint: "pages show pseudonyms, such as subj-abcdefgh234567ab")
            }
            return pseudonym(names[i], as: .subject, key: try folder.pseudonymKey())
        }
    }

    private func nothing(_ trace: Trace, _ values: [String?], _ session: Session) -> CommandError {
        let asked = zip(trace.takes, values).compactMap { input, value in value.map { "\(input.name) '\($0.shown)'" } }.joined(separator: ", ")
        let kinds = Set(trace.steps.map(\.kind)).sorted().filter { session.coverage.reasons[$0] == nil }.map(\.text)
        let hint =
            kinds.isEmpty
            ? "no source yields any of the kinds that this trace looks in"
            : "looked for in \(kinds.joined(separator: ", ")): that nothing is there proves nothing; 'receipts status' says what was read"
        return CommandError(.badInput, "no record tells of \(asked)", hint: hint)
    }

    /// The period that the thing was first told of in, where it is not the session's.
    private func other(than session: Session, for told: Window?) throws -> String? {
        guard let start = told?.start, !session.period.window.contains(start) else { return nil }
        return session.folder.programme.periods.first { !$0.isTypeI && $0.window.contains(start) }?.id.text
    }
}
