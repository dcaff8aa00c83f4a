import Controls
import Crypto
import Evidence
import SQLite

/// The current row of a control's query: verdict and columns, read only where somebody asks.
struct ItemCursor {
    let statement: Statement
    let layout: ItemLayout
    let asOf: Instant
    private(set) var ordinal = 0
    private let contested: Set<ArtifactID>
    /// What holds however doubtful records are seen; nil where there are none.
    private let agreement: Agreement?

    init(_ statement: Statement, _ layout: ItemLayout, asOf: Instant, contested: Set<ArtifactID>, agreement: Agreement?) {
        self.statement = statement
        self.layout = layout
        self.asOf = asOf
        self.contested = contested
        self.agreement = agreement
    }

    mutating func next() throws -> Bool {
        ordinal += 1
        return try statement.step()
    }

    /// The row in hand is no item of this test: the next one takes its number.
    mutating func skip() { ordinal -= 1 }

    /// TRUE, FALSE or NULL of the attribute at `i`, in the control's order.
    func attribute(_ i: Int) -> Bool? { agreed(truth(layout.attributes[i]), at: i + 1) }

    var applies: Bool? { layout.applies.map { agreed(truth($0), at: 0) } ?? true }

    /// As this way of seeing has it: `applies`, then the attributes.
    var outcomes: [Bool?] { [layout.applies.map(truth) ?? true] + layout.attributes.map(truth) }

    private func truth(_ column: Int) -> Bool? { statement.isNull(column) ? nil : statement.integer(column) != 0 }

    private func agreed(_ own: Bool?, at index: Int) -> Bool? {
        guard let agreement, let own else { return own }
        return agreement.outcome(keyDigest, at: index) == own ? own : nil
    }

    var isKeyless: Bool { layout.key.contains { statement.isNull($0) } || isUndated }
    /// Nobody knows which window it belongs to.
    var isUndated: Bool { !statement.isInteger(layout.at) }

    /// A record that it names as evidence is one of two with the same id and different content.
    var isContested: Bool { !contested.isEmpty && rests(on: contested) }

    /// Whether one of these records is among its evidence.
    func rests(on artifacts: Set<ArtifactID>) -> Bool {
        layout.evidence.contains { column in
            statement.isInteger(column.index) && statement.integer(column.index) >= 0
                && artifacts.contains(ArtifactID(packed: statement.integer(column.index)))
        }
    }

    /// A column of its key; nil where the key has none of that name.
    func key(_ name: String) -> String? {
        layout.key.first { statement.columnName($0) == name }.flatMap { statement.textIfAny($0) }
    }

    /// `applies`, then `due`, before which nothing is judged, nor before the item's own instant; then the attributes: any FALSE is a deviation, else
    /// any NULL is insufficient; of what rests on a contested record neither TRUE nor FALSE is known, but for a span of the calendar that is FALSE
    /// without it as well. So is an item that an erased record may have been part of: what is left may say something else than all of it did.
    var verdict: ItemVerdict {
        if isKeyless { return .insufficientEvidence }
        switch applies {
        case nil: return .insufficientEvidence
        case false?: return isErased ? .insufficientEvidence : .notApplicable
        case true?: break
        }
        if statement.integer(layout.at) > asOf.nanoseconds { return .notYetDue }
        if let due = layout.due, !statement.isNull(due), statement.integer(due) > asOf.nanoseconds { return .notYetDue }
        let isContested = isContested
        if isContested, agreement?.isWithoutContested != true { return .insufficientEvidence }
        var isUnknown = isContested
        for i in layout.attributes.indices {
            switch attribute(i) {
            case false?: return .deviation
            case nil: isUnknown = true
            case true?: break
            }
        }
        return isUnknown || isErased ? .insufficientEvidence : .operated
    }

    private var isErased: Bool { layout.erased.contains { statement.integer($0) != 0 } }

    func digestKey(into hash: inout SHA256) {
        for column in layout.key {
            hash.update(bufferPointer: statement.bytes(column))
            hash.update(data: column == layout.key.last ? [10] : [32])
        }
    }

    /// Of the key's columns, each with its length, so that no two keys read the same.
    var keyDigest: UInt64 {
        var hash = SHA256()
        for column in layout.key {
            let bytes = statement.bytes(column)
            withUnsafeBytes(of: bytes.count) { hash.update(bufferPointer: $0) }
            hash.update(bufferPointer: bytes)
        }
        return hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }

    var earliest: Instant? { isUndated ? nil : Instant(nanoseconds: statement.integer(layout.at)) }

    /// The first instant after the item: after its own, its due instant and every span over which it needs evidence. A span column that is NULL
    /// or no instant says nothing; an item without an instant of its own never ends.
    var end: Instant {
        guard let own = span(layout.at, layout.atLatest) else { return .distantFuture }
        var end = own.latest.advanced(by: .nanoseconds(1) + layout.lookahead)
        for column in layout.ends where !statement.isNull(column) && statement.isInteger(column) {
            end = max(end, Instant(nanoseconds: statement.integer(column)))
        }
        return end
    }

    func result(verdict: ItemVerdict) -> ItemResult {
        ItemResult(
            ordinal: ordinal, key: layout.key.map { statement.textIfAny($0) ?? "(none)" }, at: span(layout.at, layout.atLatest), verdict: verdict,
            attributes: layout.attributes.indices.map(attribute),
            columns: layout.shown.map { ($0.name, text($0)) },
            evidence: layout.evidence.compactMap { column in
                statement.isInteger(column.index) && statement.integer(column.index) >= 0
                    ? (column.name, ArtifactID(packed: statement.integer(column.index))) : nil
            })
    }

    private func span(_ earliest: Int, _ latest: Int) -> Span? {
        guard statement.isInteger(earliest), statement.isInteger(latest), statement.integer(earliest) <= statement.integer(latest) else { return nil }
        return Span(earliest: Instant(nanoseconds: statement.integer(earliest)), latest: Instant(nanoseconds: statement.integer(latest)))
    }

    private func text(_ column: ItemLayout.Column) -> String? {
        guard !statement.isNull(column.index) else { return nil }
        guard let latest = column.latest, statement.isInteger(column.index) else { return statement.text(column.index) }
        guard let span = span(column.index, latest) else { return nil }
        return span.isExact ? span.earliest.description : "\(span.earliest) to \(span.latest)"
    }
}

/// Which column of a control's query is what.
struct ItemLayout {
    struct Column {
        let name: String
        let index: Int
        /// The `…_latest` column of an instant.
        let latest: Int?
    }

    let key: [Int]
    let at: Int
    let atLatest: Int
    let attributes: [Int]
    let applies: Int?
    /// TRUE where a record that the item may need is erased.
    let erased: [Int]
    let due: Int?
    /// Instants by which an item is over: where it falls due, and where the spans that it needs evidence over end.
    let ends: [Int]
    /// How long after its own instant an item needs evidence.
    let lookahead: Duration
    let shown: [Column]
    let evidence: [Column]

    /// Throws if a column that the control names is not there, or is there twice.
    init(_ compiled: CompiledControl, _ names: [String]) throws(Diagnostics) {
        let control = compiled.control
        var positions: [String: Int] = [:]
        var problems: [Diagnostic] = []
        let place = control.population.query.place
        for (i, name) in names.enumerated() {
            // SQLite renames the second column of a name to 'name:1', and the first one would stand for it: also for a coverage that is proved.
            if let first = name.split(separator: ":").first, first != name {
                let hint = first.hasPrefix("covered_") ? "names that begin with 'covered_' are taken" : "name one of them with AS"
                problems.append(.error("control \(control.id): the population gives two columns named '\(first)'", at: place, hint: hint))
            }
            if positions.updateValue(i, forKey: name) != nil {
                problems.append(.error("control \(control.id): the population gives two columns named '\(name)'", at: place, hint: "name one of them with AS"))
            }
        }
        func position(_ name: String, _ role: String) -> Int {
            if let found = positions[name] { return found }
            let near = nearest(to: name, among: names).map { "did you mean '\($0)'?" }
            problems.append(
                .error(
                    "control \(control.id): the population has no column '\(name)', which is \(role)", at: place,
                    hint: name.hasSuffix("_latest") ? "select it with first(), last() or instant()" : near))
            return 0
        }
        key = control.population.key.map { position($0, "part of the key") }
        at = position(control.population.at, "the item's instant")
        atLatest = position(control.population.at + "_latest", "the item's instant")
        attributes = control.attributes.map { position("attribute_\($0.letter)", "an attribute") }
        applies = control.applies == nil ? nil : position("item_applies", "'applies'")
        erased = names.indices.filter { names[$0].hasPrefix(CompiledControl.erasedPrefix) }
        // What is due on a day is not overdue before the day is over.
        due = control.due.map { positions[$0 + "_latest"] ?? position($0, "'due'") } ?? (compiled.isScheduled ? positions["ends"] : nil)
        ends = Self.spanEnds(control).compactMap { positions[$0 + "_latest"] ?? positions[$0] } + (due.map { [$0] } ?? [])
        lookahead = Self.lookahead(control)
        let prefixes = ["covered_", CompiledControl.erasedPrefix, "attribute_"]
        let reserved = Set(names.filter { name in prefixes.contains { name.hasPrefix($0) } || name == "item_applies" })
        let own = names.enumerated().filter { !reserved.contains($0.element) }
        evidence = own.filter { $0.element == "artifact" || $0.element.hasSuffix("_artifact") }.map { Column(name: $0.element, index: $0.offset, latest: nil) }
        shown = own.filter { name in
            !(name.element == "artifact" || name.element.hasSuffix("_artifact"))
                && !(name.element.hasSuffix("_latest") && positions[String(name.element.dropLast(7))] != nil)
        }.map { Column(name: $0.element, index: $0.offset, latest: positions[$0.element + "_latest"]) }
        guard problems.isEmpty else { throw Diagnostics(problems) }
    }

    private static func spanEnds(_ control: Control) -> [String] {
        control.population.needs.compactMap { need in
            switch need.span {
            case .columns(_, let to): to
            case .at, .before, .after, .around: nil
            }
        }
    }

    private static func lookahead(_ control: Control) -> Duration {
        control.population.needs.map { need in
            switch need.span {
            case .after(let length), .around(let length): length
            case .at, .before, .columns: .zero
            }
        }.max() ?? .zero
    }
}
