import Assessment
import Controls
import Evidence
import Foundation
import SQLite

/// A catalogue of three kinds and one control, and an empty index for it: what a test of the engine needs and no more.
struct Bed {
    var control = TinyControl()
    var covered: [String: [Window]] = [:]
    /// A kind that `covered` does not name is covered throughout.
    var isCoveredElsewhere = true
    var zone = Zone.utc
    var window = Bed.january
    /// Nil: a year after the window.
    var asOf: Instant?
    var typeI = false
    var stepLimit = Engine.tenMinutes
    var readings: [SoundReading] = []
    var contested: Set<ArtifactID> = []
    var rows: [String] = []

    static let january: Window = window("2026-01-01", "2026-02-01")
    static func window(_ from: String, _ to: String) -> Window { Window(start: instant(from), end: instant(to)) }
    static func instant(_ text: String) -> Instant {
        guard let instant = Instant(text) ?? Day(text).map({ Instant($0) }) else { preconditionFailure("not a time: \(text)") }
        return instant
    }

    /// A row of `kind`; a time is RFC 3339, a date for the whole day, or `from/to`; instants fill two columns.
    mutating func add(_ kind: String, at: String?, _ values: [String: String?] = [:]) {
        var columns = ["artifact", "source"]
        var texts = [String((1 << 32) + rows.count + 1), "'test'"]
        func put(_ name: String, _ value: String?) {
            columns += [name, name + "_latest"]
            let span = value.map(Bed.span)
            texts += [span.map { String($0.earliest.nanoseconds) } ?? "NULL", span.map { String($0.latest.nanoseconds) } ?? "NULL"]
        }
        put("occurred_at", at)
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            if ["a", "b", "from_at", "to_at"].contains(name) {
                put(name, value)
            } else {
                columns.append(name)
                texts.append(value.map { ["n", "m"].contains(name) ? $0 : "'\($0)'" } ?? "NULL")
            }
        }
        rows.append("INSERT INTO \(kind) (\(columns.joined(separator: ", "))) VALUES (\(texts.joined(separator: ", ")))")
    }

    static func span(_ text: String) -> Span {
        let ends = text.split(separator: "/").map(String.init)
        if ends.count == 2 { return Span(earliest: instant(ends[0]), latest: instant(ends[1])) }
        if let day = Day(text) {
            return Span(earliest: Instant(day), latest: Instant(nanoseconds: Instant(day.adding(days: 1)).nanoseconds - 1))
        }
        return Span(instant(text))
    }

    private func index(_ catalogue: Catalogue) throws -> Database {
        let database = try Database(path: ":memory:", access: .create)
        for statement in catalogue.kinds.flatMap({ KindColumns($0).create }) { try database.run(statement) }
        for row in rows { try database.run(row) }
        return database
    }

    private func engine() throws -> Engine {
        let catalogue = try loadCatalogue(files: control.files)
        let database = try index(catalogue)
        var spans: [KindName: [Window]] = [:]
        for kind in catalogue.kinds {
            if let covered = covered[kind.name.text] {
                spans[kind.name] = covered
            } else if isCoveredElsewhere {
                spans[kind.name] = [Window(start: .distantPast, end: .distantFuture)]
            }
        }
        let span: PeriodSpan = typeI ? .typeI(asOf: window.end) : .typeII(window)
        let period = Period(id: PeriodID(trusted: "test"), span: span, zone: zone)
        return try Engine(
            database, catalogue: catalogue, coverage: Coverage(spans: spans, readings: readings, contested: contested), period: period,
            asOf: asOf ?? window.end.advanced(by: .seconds(366 * 86_400)), stepLimit: stepLimit)
    }

    /// The trace of `control.trace` followed and judged.
    func trace(_ values: String?..., limit: Int = 10) throws -> TraceResult {
        let catalogue = try loadCatalogue(files: control.files)
        guard let trace = catalogue.traces.first else { preconditionFailure("the catalogue has no trace") }
        let tracer = Tracer(try index(catalogue), kinds: catalogue.kinds)
        let found = try tracer.follow(trace, values, limit: limit)
        let engine = try engine()
        return try engine.judge(trace, values, found, over: engine.elapsed, yielded: Set(catalogue.kinds.map(\.name)), unnamed: tracer.unnamed)
    }

    func assess() throws -> ControlResult {
        guard let result = try engine().assess().controls.first else { preconditionFailure("the catalogue has one control") }
        return result
    }

    func items() throws -> [ItemResult] {
        var items: [ItemResult] = []
        try engine().forEachItem(of: ControlID(trusted: "SEC-99")) { items.append($0) }
        return items
    }

    /// What is wrong with the control, as a person reads it.
    func problems() -> [Diagnostic] {
        do {
            _ = try assess()
            return []
        } catch let error as Diagnostics {
            return error.all
        } catch {
            return [.error("NOT A DIAGNOSTIC: \(error)")]
        }
    }
}

/// The control of a bed, as YAML text.
struct TinyControl {
    var key = "id"
    var at = "happened_at"
    var complete = "fact"
    var needs = "{fact: at, note: at, person_account: at}"
    var effectiveFrom = "2026-01-01"
    var applies: String?
    var due: String?
    var population = """
        SELECT id, instant(occurred_at) AS happened_at, x, n, m, who, other, outcome,
               instant(a) AS a, instant(b) AS b, artifact
        FROM fact
        """
    var attributes = ["outcome = 'success'"]
    /// What `controls/traces/thing.yaml` says.
    var trace: String?

    var text: String {
        func indented(_ text: String, _ width: Int) -> String {
            text.split(separator: "\n", omittingEmptySubsequences: false).map { String(repeating: " ", count: width) + $0 }.joined(separator: "\n")
        }
        let questions = zip("abcdefgh", attributes).map { "  \($0):\n    says: question \($0)\n    sql: |-\n\(indented($1, 6))\n" }.joined()
        return """
            id: SEC-99
            title: A rule
            category: security
            criteria: [CC6.1]
            owner: platform
            frequency: per fact
            milestone: 30
            effective_from: \(effectiveFrom)
            risk: something goes wrong
            procedure: Looked at every fact.
            tolerable: 5%
            population:
              item: fact
              key: [\(key)]
              at: \(at)
              complete: [\(complete)]
              needs: \(needs)
              sql: |

            """ + indented(population, 4) + "\n" + (applies.map { "applies: |-\n\(indented($0, 2))\n" } ?? "") + (due.map { "due: \($0)\n" } ?? "")
                + "attributes:\n" + questions + """
                    examples:
                      - {name: one, given: {fact: [{at: 2026-01-05, id: k1}]}, expect: {k1: {a: operated}}}
                      - {name: two, given: {fact: [{at: 2026-01-05, id: k1}]}, expect: {k1: {a: deviation}}}
                      - {name: three, given: {fact: [{at: 2026-01-05, id: k1}]}, expect: {k1: {a: insufficient_evidence}}}
                    """
    }

    private static let fact = """
        kind: fact
        title: Fact
        description: One thing that happened.
        fields:
          id: {type: id, says: its name}
          x: {type: id, says: anything}
          a: {type: instant, says: when}
          b: {type: instant, says: when else}
          n: {type: integer, says: how many}
          m: {type: integer, says: how many else}
          who: {type: account, says: who}
          other: {type: account, says: who else}
          outcome: {type: one_of, values: [success, failure], says: what came of it}
        indexes:
          - [occurred_at, x]
        by_day:
          by: [x]
          has: [n]
        """
    private static func kind(_ name: String, _ fields: String) -> String {
        "kind: \(name)\ntitle: \(name)\ndescription: One of them.\nfields:\n\(fields)"
    }

    var files: [CatalogueFile] {
        var files = [
            "controls/criteria.yaml": "criteria:\n  CC6.1: Access is guarded\n",
            "controls/plan.yaml": "period_days: 90\nmilestones:\n  - {day: 30, goal: begin}\n",
            "controls/kinds/fact.yaml": TinyControl.fact,
            "controls/kinds/note.yaml": TinyControl.kind("note", "  id: {type: id, says: its name}\n"),
            "controls/kinds/secret.yaml": TinyControl.kind("secret", "  id: {type: id, says: its name}\n"),
            "controls/kinds/person_account.yaml": TinyControl.kind(
                "person_account",
                """
                  person: {type: id, says: who}
                  account: {type: account, says: as whom}
                  from_at: {type: instant, says: since}
                  to_at: {type: instant, says: until}
                  role: {type: id, says: as what}
                  human: {type: boolean, says: no bot}
                """),
            "controls/security/SEC-99.yaml": text,
        ]
        if let trace { files["controls/traces/thing.yaml"] = trace }
        return files.map { CatalogueFile(path: $0.key, bytes: Array($0.value.utf8)) }
    }
}
