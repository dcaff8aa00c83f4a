import Controls
import Evidence
import SQLite

/// Follows one thing through the records of several kinds. Reads the index and writes nothing but one temporary table.
package struct Tracer {
    /// A connection of its own: on the engine's a control may see its kinds through views.
    private let index: Database
    private let kinds: [Kind]

    package init(_ index: Database, kinds: [Kind]) {
        self.index = index
        self.kinds = kinds
    }

    /// Of a whole trace; some minutes of one core. A trace may come with an archive from anybody.
    private static let stepLimit = 20_000
    private static let longestValue = 1 << 24

    /// What is there of the thing, each step by its records in order of time. `values`: one for each that the trace takes, nil where it was left out.
    /// `limit`: of each step's records so many are told, all are counted.
    package func follow(_ trace: Trace, _ values: [String?], limit: Int) throws -> [Found] {
        try ask(trace, values)
        index.limitLength(Tracer.longestValue)
        index.limitSteps(millions: Tracer.stepLimit)
        defer { index.limitSteps(millions: nil) }
        return try trace.steps.map { step in
            do { return try follow(step, of: trace, limit: limit) } catch let error as SQLiteError {
                let what =
                    error.isInterrupt ? "takes too many steps: does it recurse without an end, or join without a condition?" : "failed: \(error.message)"
                throw failure(step, trace, what)
            }
        }
    }

    private func follow(_ step: Trace.Step, of trace: Trace, limit: Int) throws -> Found {
        let kind = kind(of: step)
        let records = try prepare(step, of: trace) { Tracer.records($0, of: kind) }
        var found = Found(step: step)
        while try records.step() { found.add(KindRow(kind, records), keeping: limit) }
        let given = try prepare(step, of: trace, Tracer.count)
        guard try given.step(), given.int(0) == found.count else {
            throw failure(
                step, trace, "gives \(given.int(0)) artifacts, of which \(found.count) are records of '\(kind.name)'",
                hint: "a step tells records of its own kind")
        }
        return found
    }

    /// How many records of the step's kind there are in that time that hold none of the fields which it is found by.
    package func unnamed(_ step: Trace.Step, in window: Window) throws -> Int {
        guard !step.knownBy.isEmpty else { return 0 }
        let nothing = step.knownBy.map { "\"\($0)\" IS NULL" }.joined(separator: " AND ")
        let count = try index.prepare("SELECT count(*) FROM main.\"\(step.kind)\" WHERE occurred_at >= ? AND occurred_at < ? AND \(nothing)")
        count.bind(1, window.start.nanoseconds)
        count.bind(2, window.end.nanoseconds)
        return try count.step() ? count.int(0) : 0
    }

    /// What is wrong with its SQL, each step's own; and as a warning, of which controls it cannot tell.
    package static func problems(_ trace: Trace, kinds: [Kind], controls: [ControlID]) throws -> [Diagnostic] {
        let index = try Database(path: ":memory:", access: .create)
        for statement in kinds.flatMap({ KindColumns($0).create }) { try index.run(statement) }
        let tracer = Tracer(index, kinds: kinds)
        try tracer.ask(trace, trace.takes.map(\.name))
        var problems = trace.tests.filter { !controls.contains($0.control) }.map { test in
            Diagnostic.warning(
                "trace \(trace.name): there is no control '\(test.control)', and its items are not told", at: test.place,
                hint: nearest(to: test.control.text, among: controls.map(\.text)).map { "did you mean '\($0)'?" })
        }
        for step in trace.steps {
            do { _ = try tracer.prepare(step, of: trace) { records($0, of: tracer.kind(of: step)) } } catch let error as Diagnostics { problems += error.all }
        }
        return problems
    }

    private func kind(of step: Trace.Step) -> Kind {
        guard let kind = kinds.first(where: { $0.name == step.kind }) else { preconditionFailure("the catalogue checked '\(step.kind)'") }
        return kind
    }

    /// The one row that every step's SQL can look up what was asked in.
    private func ask(_ trace: Trace, _ values: [String?]) throws {
        let columns = trace.takes.map { "\"\($0.name)\" TEXT" }.joined(separator: ", ")
        try index.run("DROP TABLE IF EXISTS temp.asked; CREATE TEMP TABLE asked (\(columns))")
        let insert = try index.prepare("INSERT INTO temp.asked VALUES (\(trace.takes.map { _ in "?" }.joined(separator: ", ")))")
        for (i, value) in values.enumerated() { insert.bind(i + 1, value) }
        try insert.execute()
    }

    /// All columns of the kind. `found` is named: an `artifact` that the step does not give would else be the kind's own, and find every record.
    private static func records(_ sql: String, of kind: Kind) -> String {
        "SELECT k.* FROM main.\"\(kind.name)\" k WHERE k.artifact IN (SELECT found.artifact FROM (\n\(sql)\n) AS found) ORDER BY k.occurred_at, k.artifact"
    }
    private static func count(_ sql: String) -> String {
        "SELECT count(*) FROM (SELECT DISTINCT found.artifact FROM (\n\(sql)\n) AS found WHERE found.artifact IS NOT NULL)"
    }

    /// The step's SELECT within another one, under the authorizer.
    private func prepare(_ step: Trace.Step, of trace: Trace, _ around: (String) -> String) throws -> Statement {
        let problems = ShapeRules.violations(step.query, isStatement: true) + ClockRules.violations(step.query)
        guard problems.isEmpty else { throw Diagnostics(problems) }
        var offence: String?
        index.authorize { action in
            switch action {
            case .select, .recursive: return true
            case .read(let table, _):
                if !Bench.isInternal(table.lowercased()) { return true }
                offence = "reads '\(table)', which is no kind"
            case .function(let name):
                if Bench.functions.contains(name.lowercased()) { return true }
                offence = "calls '\(name)', which a trace may not"
            case .other: offence = "does something other than SELECT"
            }
            return false
        }
        defer { index.authorize(nil) }
        do { return try index.prepare(around(step.query.sql.trimmedStatement)) } catch {
            throw failure(
                step, trace, offence ?? "is not accepted: \(error.message)",
                hint: "one SELECT over kinds and the table 'asked' (\(trace.takes.map(\.name).joined(separator: ", "))) that gives the column 'artifact'")
        }
    }

    private func failure(_ step: Trace.Step, _ trace: Trace, _ what: String, hint: String? = nil) -> Diagnostics {
        Diagnostics(.error("trace \(trace.name): the SQL of step '\(step.name)' \(what)", at: step.query.place, hint: hint))
    }
}

/// The records of one step.
package struct Found: Sendable {
    package let step: Trace.Step
    package private(set) var count = 0
    /// The first of them.
    package private(set) var rows: [KindRow] = []
    /// All of them, also those that are not told.
    package private(set) var artifacts: Set<ArtifactID> = []
    /// From the first to the last, in whole seconds, as far as it is known when; nil where it is of none.
    package private(set) var told: Window?

    /// Fields that some record says something under.
    package private(set) var said: Set<String> = []
    /// Of the step's needed fields those that some record lacks; all of them where there is no record.
    package private(set) var lacking: Set<String>

    init(step: Trace.Step) {
        self.step = step
        lacking = Set(step.needed)
    }

    mutating func add(_ row: KindRow, keeping limit: Int) {
        lacking = Set(step.needed.filter { row.lacks($0) || count > 0 && lacking.contains($0) })
        count += 1
        for field in row.fields where field.value != nil { said.insert(field.name) }
        artifacts.insert(row.artifact)
        if rows.count < limit { rows.append(row) }
        guard let at = row.at else { return }
        let own = Window(start: at.earliest.wholeSecond, end: at.latest.wholeSecond.advanced(by: .seconds(1)))
        told = told.map { Window(start: min($0.start, own.start), end: max($0.end, own.end)) } ?? own
    }
}

extension Instant {
    fileprivate var wholeSecond: Instant {
        let part = nanoseconds % 1_000_000_000
        return Instant(nanoseconds: nanoseconds - (part < 0 ? part + 1_000_000_000 : part))
    }
}
