import Evidence

/// Collects what the expressions of a source share while they are compiled: paths by number and constants in one buffer.
struct PlanBuilder {
    private(set) var constants: [UInt8] = []
    private(set) var paths: [Path] = []
    private var slots: [Path: Int] = [:]
    /// Paths that the expression now being compiled reads.
    private(set) var used: [Int] = []
    private(set) var usesLine = false

    mutating func constant(_ text: String) -> Range<Int> {
        let start = constants.count
        constants += text.utf8
        return start..<constants.count
    }

    mutating func term(_ term: Syntax.Term) -> Expression.Term {
        switch term {
        case .constant(let text): return .constant(constant(text))
        case .origin: return .origin
        case .ordinal: return .ordinal
        case .line:
            usesLine = true
            return .line
        case .path(let path):
            let slot = slots[path] ?? paths.count
            if slot == paths.count {
                slots[path] = slot
                paths.append(path)
            }
            used.append(slot)
            return .slot(slot)
        }
    }

    mutating func beginExpression() {
        used = []
        usesLine = false
    }
}

/// What a path's bytes are mapped as: says what redaction does with them.
struct Use: Sendable {
    let slot: Int
    let yield: Int
    let type: FieldType
    /// The field's own rules check what stands there, so patterns of personal data need not.
    let isExempt: Bool
}

/// The uses of one path together.
struct SlotRule: Sendable {
    let slot: Int
    /// `account` or `subject`, if any field of a person reads it.
    let person: FieldType?
    /// Yields whose rows vouch for it; empty if a text field reads it too.
    let exemptIn: [Int]

    static func rules(_ uses: [Use]) -> [SlotRule] {
        Set(uses.map(\.slot)).sorted().map { slot in
            let own = uses.filter { $0.slot == slot }
            let person = own.first { $0.type == .account || $0.type == .subject }?.type
            return SlotRule(slot: slot, person: person, exemptIn: own.allSatisfy(\.isExempt) ? own.map(\.yield) : [])
        }
    }
}
