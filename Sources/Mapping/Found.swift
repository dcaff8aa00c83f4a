/// What stands at a path of the record in hand.
struct Found {
    enum Kind: UInt8 { case absent, text, number, yes, no, object, array }
    enum Escape: UInt8 { case none, json, doubledQuotes }

    var kind = Kind.absent
    var escape = Escape.none
    var start = 0
    var end = 0
    var count = 0

    var isScalar: Bool { kind == .text || kind == .number || kind == .yes || kind == .no }

    static let absent = Found()
    static func text(_ range: Range<Int>, escape: Escape = .none) -> Found {
        range.isEmpty ? absent : Found(kind: .text, escape: escape, start: range.lowerBound, end: range.upperBound)
    }

    init(kind: Kind = .absent, escape: Escape = .none, start: Int = 0, end: Int = 0, count: Int = 0) {
        self.kind = kind
        self.escape = escape
        self.start = start
        self.end = end
        self.count = count
    }

    /// null and '' are absent: missing is NULL, never ''.
    init(_ node: JSONNode) {
        start = Int(node.start)
        end = Int(node.end)
        count = Int(node.count)
        switch node.kind {
        case .object: kind = .object
        case .array: kind = .array
        case .string:
            kind = start == end ? .absent : .text
            escape = node.isEscaped ? .json : .none
        case .number: kind = .number
        case .yes: kind = .yes
        case .no: kind = .no
        case .null: kind = .absent
        }
    }
}
