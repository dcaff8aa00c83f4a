import Evidence

/// The compiled mapping of one source: what of a record becomes which row.
///
/// Made once, shared by threads; each thread maps through its own `RecordMapper`.
package struct Mapper: Sendable {
    let yields: [YieldPlan]
    let constants: [UInt8]
    let trie: PathTrie
    /// By slot: the name of the column or text field; nil where the path reaches into a structure.
    let columnNames: [String?]
    let slotCount: Int
    /// By slot, what redaction must do with its bytes.
    let slotRules: [SlotRule]
    /// The same, flat: each slot at which a person stands; each slot whose value a yield's rows vouch for, with that yield. Ordered by slot.
    let persons: [(slot: Int, type: FieldType)]
    let exemptions: [(slot: Int, yield: Int)]
    /// Where accounts and subjects stand.
    let people: [PersonPlace]
    /// Whoever stands in a record as JSON can be replaced without its being read again: no row and no condition comes from anything of a person but that
    /// there is one, and the pseudonym.
    package let readsPeoplePlainly: Bool
    let pattern: TextPattern?
    /// By field of the text pattern: the slot that it feeds, or -1.
    let patternSlots: [Int]
    let delimiter: UInt8
    let zone: Zone
    let clockError: Int64

    /// Every mistake of the source's `yields`, each at its expression's place.
    package init(source: SourceDefinition, kinds: [Kind]) throws(Diagnostics) {
        var compiler = MappingCompiler(source: source, kinds: kinds)
        compiler.compile()
        guard compiler.diagnostics.isEmpty else {
            throw Diagnostics(compiler.diagnostics.sorted { ($0.place ?? source.place) < ($1.place ?? source.place) })
        }
        yields = compiler.yields
        constants = compiler.plan.constants
        slotCount = compiler.plan.paths.count
        trie = PathTrie(paths: compiler.plan.paths)
        let names = compiler.plan.paths.map(\.columnName)
        columnNames = names
        let rules = SlotRule.rules(compiler.uses)
        let paths = compiler.plan.paths
        slotRules = rules
        persons = rules.compactMap { rule in rule.person.map { (rule.slot, $0) } }
        exemptions = rules.flatMap { rule in rule.person == nil ? rule.exemptIn.map { (rule.slot, $0) } : [] }
        people = rules.compactMap { rule in rule.person.flatMap { PersonPlace(slot: rule.slot, path: paths[rule.slot], type: $0) } }
        let isLookedInto = rules.contains { $0.person != nil && compiler.lookedInto.contains($0.slot) }
        readsPeoplePlainly = !isLookedInto && !compiler.isFlat && !compiler.readsLine && !trie.hasElements && !trie.hasAliases
        pattern = compiler.pattern
        patternSlots = compiler.pattern?.names.map { name in names.firstIndex(of: name) ?? -1 } ?? []
        delimiter = compiler.delimiter
        zone = source.zone
        clockError = source.clockError.inNanoseconds
    }

    /// Reads an origin's header line once: which column feeds which path.
    package func header(_ line: [UInt8]) -> CSVHeader { CSVHeader(line, mapper: self) }
}

/// How a record's bytes are to be read.
package enum RecordShape: Sendable {
    case json
    /// With the header of the record's origin.
    case csv(header: CSVHeader)
    case text
}

/// Rows that are reused from record to record: only the first `count` are of the last one.
package struct RowBatch: Sendable {
    package var rows: [Row] = []
    package var count = 0
    /// Which alone speaks for the record: of its id and its time.
    package var first: Row? { count > 0 ? rows[0] : nil }
    package init() {}
}
