import Controls
import Evidence
import SQLite

/// Runs a control's own examples in memory, through the same SQL as the period's test.
package struct ExampleRunner {
    let catalogue: Catalogue

    package init(_ catalogue: Catalogue) { self.catalogue = catalogue }

    /// Everything wrong with a control: its SQL, then each example that does not come out as it says.
    package func check(_ control: Control) -> [Diagnostic] {
        var problems = whollyCovered(control)
        guard let examples = control.examples else { return [.error("control \(control.id): its examples were left unread", at: control.place)] }
        for example in examples {
            do {
                problems += try run(example, of: control)
            } catch let error as Diagnostics {
                // The same broken SQL breaks every example: said once.
                return problems + error.all
            } catch {
                problems.append(.error("control \(control.id): the example '\(example.name)' cannot be run: \(error)", at: example.place))
            }
        }
        return problems
    }

    /// What is wrong with it though it runs.
    package func lint(_ control: Control) -> [Diagnostic] { AttributeRules.constants(control) }

    /// Events need a source whose silence means something; only calendar items need none.
    private func whollyCovered(_ control: Control) -> [Diagnostic] {
        let population = control.population
        guard population.complete.isEmpty else { return [] }
        guard Calendar.tables(namedIn: population.query.sql).isEmpty else { return [] }
        return [
            .error(
                "control \(control.id): nothing says when its population is complete", at: population.query.place,
                hint: "name under 'complete:' the kinds that must be covered over the whole window")
        ]
    }

    /// Findings of the control's examples that what came later took back.
    package func takenBack(_ control: Control) throws -> [String] {
        try (control.examples ?? []).flatMap { try ExampleBench.takenBack($0, of: control, kinds: catalogue.kinds, plan: catalogue.plan) }
    }

    private func run(_ example: Example, of control: Control) throws -> [Diagnostic] {
        try ExampleBench(example, of: control, kinds: catalogue.kinds, plan: catalogue.plan).problems(control)
    }
}

/// One example's rows in an index of its own, for the control it belongs to and for controls that differ from it in their SQL alone.
struct ExampleBench {
    private let example: Example
    private let kinds: [Kind]
    private let engine: Engine
    /// Which row of `given` an artifact is: `incident 2`.
    private let names: [ArtifactID: String]

    /// `then`: as far as things had come at that instant, with what is from later unseen; nil: once everything has fallen due.
    init(_ example: Example, of control: Control, kinds: [Kind], plan: Plan, then: Instant? = nil) throws {
        self.example = example
        self.kinds = kinds
        let window = example.period ?? Window(start: Instant(Day(daysSinceEpoch: 0)), end: Instant(Day(daysSinceEpoch: 36_525)))
        let database = try Database(path: ":memory:", access: .create)
        for statement in ExampleBench.named(by: control, example, kinds).flatMap({ KindColumns($0).create }) { try database.run(statement) }
        let all = [Window(start: .distantPast, end: .distantFuture)]
        var spans = Dictionary(uniqueKeysWithValues: kinds.map { ($0.name, all) })
        for (kind, covered) in example.covered ?? [:] { spans[kind] = Spans.union(covered) }
        if let then { spans = spans.mapValues { Spans.intersection($0, [Window(start: .distantPast, end: then)]) } }
        let period = Period(id: PeriodID(trusted: "example"), span: .typeII(window), zone: .utc)
        names = try ExampleBench.fill(database, example, kinds, until: then)
        engine = try Engine(
            database, catalogue: Catalogue(criteria: [], kinds: kinds, controls: [control], plan: plan),
            // A year on: in a worked case everything that falls due has fallen due.
            coverage: Coverage(spans: spans, readings: ExampleBench.readings(example)), period: period,
            asOf: then ?? window.end.advanced(by: .seconds(366 * 86_400)),
            stepLimit: Engine.ofAnExample)
    }

    /// The kinds that get a table: those that the control's SQL or the example names, and the one of the directory. A table for every kind was half of what
    /// an example cost.
    private static func named(by control: Control, _ example: Example, _ kinds: [Kind]) -> [Kind] {
        let population = control.population
        let sql = [population.query] + control.attributes.map(\.test) + [control.applies].compactMap { $0 }
        var names: Set = ["person_account"]
        for token in sql.flatMap({ SQLText.tokens($0.sql) }) {
            if let name = token.name { names.insert(name) }
        }
        for kind in population.complete + population.needs.map(\.kind) + example.given.keys { names.insert(kind.text) }
        return kinds.filter { kind in names.contains(kind.name.text) || DayCounts.tables(of: kind.name).contains(where: names.contains) }
    }

    /// Rows of an example come with entry 1, each kind from a source of its name.
    private static func readings(_ example: Example) -> [SoundReading] {
        example.shown.sorted { $0.key < $1.key }.flatMap { kind, windows in
            windows.map { SoundReading(source: SourceID(trusted: kind.text), entry: 0, at: $0.end, window: $0) }
        }
    }

    /// What does not come out as the example says.
    func problems(_ control: Control) throws -> [Diagnostic] {
        var found: [String: ItemResult] = [:]
        var problems: [Diagnostic] = []
        try engine.forEachItem(of: control) { item in
            if found.updateValue(item, forKey: item.keyText) != nil { problems.append(failure(control, "gives the item '\(item.keyText)' twice")) }
        }
        let items = found
        for (key, wanted) in example.expect.sorted(by: { $0.key < $1.key }) {
            guard let item = found.removeValue(forKey: key) else {
                problems.append(failure(control, "has no item '\(key)'; found \(found.keys.sorted())"))
                continue
            }
            for (letter, verdict) in wanted.sorted(by: { $0.key < $1.key }) {
                let actual = self.verdict(of: letter, in: item, control)
                if actual != verdict {
                    problems.append(failure(control, "gives \(letter) of '\(key)' as \(actual?.rawValue ?? "nothing"), expected \(verdict.rawValue)"))
                }
            }
        }
        for (key, wanted) in example.shows.sorted(by: { $0.key < $1.key }) {
            guard let item = items[key] else { continue }
            for (column, text) in wanted.sorted(by: { $0.key < $1.key }) { problems += shown(column, text, key, item, control) }
        }
        for extra in found.keys.sorted() { problems.append(failure(control, "gives an item '\(extra)' that it does not expect")) }
        return problems
    }

    private func shown(_ column: String, _ wanted: String?, _ key: String, _ item: ItemResult, _ control: Control) -> [Diagnostic] {
        let evidence = item.evidence.first { $0.name == column }.map { names[$0.artifact] ?? "another record" }
        let text = item.columns.first { $0.name == column }
        guard evidence != nil || text != nil || column.hasSuffix("artifact") else {
            let near = nearest(to: column, among: item.columns.map(\.name) + item.evidence.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
            return [failure(control, "asks what '\(key)' shows as '\(column)', which is no column of the population\(near)")]
        }
        let actual = evidence ?? text?.value
        if actual == wanted { return [] }
        return [failure(control, "shows \(column) of '\(key)' as \(actual ?? "nothing"), expected \(wanted ?? "nothing")")]
    }

    private func failure(_ control: Control, _ what: String) -> Diagnostic {
        .error("control \(control.id): the example '\(example.name)' \(what)", at: example.place)
    }

    /// `item` is the whole item; a letter is one attribute.
    private func verdict(of letter: String, in item: ItemResult, _ control: Control) -> ItemVerdict? {
        if letter == "item" { return item.verdict }
        guard let i = control.attributes.firstIndex(where: { $0.letter == letter }) else { return nil }
        if item.verdict == .notApplicable || item.verdict == .notYetDue { return item.verdict }
        switch item.attributes[i] {
        case true?: return .operated
        case false?: return .deviation
        case nil: return .insufficientEvidence
        }
    }

    /// When a row can first have been known: at the earliest instant that it tells of, as what is recorded late is no worse known for that.
    private static func known(_ row: ExampleRow, of kind: Kind) -> Instant? {
        let fields = ["at"] + kind.fields.filter { $0.type == .instant }.map(\.name)
        return fields.compactMap { row.values[$0] ?? nil }.compactMap { value in
            let text = String(value.split(separator: "/").first ?? "")
            return Instant(text) ?? Day(text).map { Instant($0) }
        }.min()
    }

    /// What would have been said of an item while things were under way and was not so in the end: a deviation of one that is none.
    static func takenBack(_ example: Example, of control: Control, kinds: [Kind], plan: Plan) throws -> [String] {
        var last: [String: ItemVerdict] = [:]
        try ExampleBench(example, of: control, kinds: kinds, plan: plan).engine.forEachItem(of: control) { last[$0.keyText] = $0.verdict }
        var found: [String] = []
        for then in moments(example, kinds) {
            try ExampleBench(example, of: control, kinds: kinds, plan: plan, then: then).engine.forEachItem(of: control) { item in
                guard item.verdict == .deviation, let last = last[item.keyText], last != .deviation else { return }
                found.append("\(control.id), '\(example.name)': '\(item.keyText)' deviates at \(then), and is \(last.rawValue) in the end")
            }
        }
        return found
    }

    /// Just after each row was known; of many at most eight, from the first to the last.
    private static func moments(_ example: Example, _ kinds: [Kind]) -> [Instant] {
        let known: [Instant] = example.given.flatMap { name, rows -> [Instant] in
            kinds.first { $0.name == name }.map { kind in rows.compactMap { ExampleBench.known($0, of: kind) } } ?? []
        }
        let all = Set(known.map { $0.advanced(by: .nanoseconds(1)) }).sorted()
        return all.count <= 8 ? all : (0..<8).map { all[$0 * (all.count - 1) / 7] }
    }

    private static func fill(_ database: Database, _ example: Example, _ kinds: [Kind], until then: Instant?) throws -> [ArtifactID: String] {
        var names: [ArtifactID: String] = [:]
        var next = ArtifactID(entry: 1, record: 1).packed
        for (name, rows) in example.given.sorted(by: { $0.key < $1.key }) {
            guard let kind = kinds.first(where: { $0.name == name }) else { continue }
            let insert = try database.prepare(KindColumns(kind).insert)
            for (i, row) in rows.enumerated() {
                if let then, let known = known(row, of: kind), known >= then { continue }
                names[ArtifactID(packed: next)] = "\(name) \(i + 1)"
                try ExampleRowWriter(kind: kind, row: row).bind(insert, artifact: next)
                try insert.execute()
                insert.reset()
                next += 1
            }
        }
        return names
    }
}

/// An example's row, whose values are YAML scalars as written.
private struct ExampleRowWriter {
    let kind: Kind
    let row: ExampleRow

    func bind(_ statement: Statement, artifact: Int64) throws(Diagnostics) {
        statement.bind(1, artifact)
        statement.bind(2, kind.name.text)
        statement.bindNull(3)
        try bind(instant: row.values["at"] ?? nil, statement, 4)
        var column = 6
        for field in kind.fields {
            let value = row.values[field.name] ?? nil
            switch field.type {
            case .instant:
                try bind(instant: value, statement, column)
                column += 2
                continue
            case .integer: try bindNumber(value, statement, column, Int64.init) { statement.bind(column, $0) }
            case .number: try bindNumber(value, statement, column, Double.init) { statement.bind(column, $0) }
            case .boolean:
                if let value { statement.bind(column, value == "true" ? Int64(1) : 0) } else { statement.bindNull(column) }
            case .text, .id, .digest, .account, .subject, .oneOf: statement.bind(column, value)
            }
            column += 1
        }
    }

    private func bindNumber<T>(_ value: String?, _ statement: Statement, _ column: Int, _ read: (String) -> T?, _ bind: (T) -> Void) throws(Diagnostics) {
        guard let value else { return statement.bindNull(column) }
        guard let number = read(value) else { throw Diagnostics(.error("'\(value)' is not a number", at: row.place)) }
        bind(number)
    }

    /// RFC 3339, a date for the whole UTC day, or the first and the last instant that it may have been, with `/` between them.
    private func bind(instant value: String?, _ statement: Statement, _ column: Int) throws(Diagnostics) {
        guard let value else {
            statement.bindNull(column)
            statement.bindNull(column + 1)
            return
        }
        let span: Span
        let ends = value.split(separator: "/", omittingEmptySubsequences: false).map { Instant(String($0)) }
        if ends.count == 2, let earliest = ends[0], let latest = ends[1], earliest <= latest {
            span = Span(earliest: earliest, latest: latest)
        } else if let instant = Instant(value) {
            span = Span(instant)
        } else if let day = Day(value) {
            let window = Zone.utc.window(of: day)
            span = Span(earliest: window.start, latest: Instant(nanoseconds: window.end.nanoseconds - 1))
        } else {
            throw Diagnostics(
                .error(
                    "'\(value)' is not an instant", at: row.place,
                    hint: "write 2026-01-31T10:00:00Z, 2026-01-31 for the whole day, or two instants with / between them"))
        }
        statement.bind(column, span.earliest.nanoseconds)
        statement.bind(column + 1, span.latest.nanoseconds)
    }
}
