import Evidence

/// A stretch of bytes during the mapping of one record.
struct Slice {
    enum Space: UInt8 { case record, work, constants }
    let space: Space
    let range: Range<Int>
}

/// A compiled expression.
struct Expression: Sendable {
    let terms: [Term]
    let calls: [Call]

    enum Term: Sendable {
        /// Where the path's value was found, by number.
        case slot(Int)
        /// A text in the constants.
        case constant(Range<Int>)
        case line
        case origin
        case ordinal
    }
    enum Call: Sendable {
        case time(TimeRule)
        case later(Term)
        case lower
        case upper
        case trim
        case hash
        case join(separator: Range<Int>, [Term])
        /// The piece of that number, from 1 (0: the last), of a text cut at each separator.
        case part(separator: Range<Int>, Int)
        case isIn([Range<Int>])
        case equals(Term)
        case matches([UInt8])
        case exists
        case missing
        case not
        case outcome([ClosedRange<Double>])
        case map([(from: Range<Int>, to: Range<Int>)], otherwise: Range<Int>?)
        case number
        case integer
        case boolean
        case count
        case add(Term)
        case scale(Double, whole: Int64?)
    }
    /// What an expression can yield, as far as that is known before a record is seen.
    enum Result: String { case any = "a value as it stands", text, integer, number, boolean, instant }
}

enum TimeRule: Sendable {
    case rfc3339
    /// No zone in the text: the source's.
    case local
    case date
    /// Nanoseconds in the unit, since 1970.
    case unix(Int64)
    case format(TimeFormat)
}

/// A `when`, `id`, `at` or field, compiled, with the words for a reject.
///
/// A class, as plans are: handing a struct of arrays around counts every reference in it, for every field of every record.
final class Column: Sendable {
    /// The field's type without its words.
    enum Shape { case text, integer, number, boolean, instant, digest, oneOf }

    let name: String
    let kind: String
    let expression: Expression
    /// Of an expression that is one path and nothing else: its slot; else -1.
    let slot: Int
    let shape: Shape
    let isRequired: Bool
    /// The words of `one_of`, in the constants and to be read.
    let words: [Range<Int>]
    let shownWords: [String]

    init(name: String, kind: String, expression: Expression, type: FieldType, isRequired: Bool, words: [Range<Int>]) {
        self.name = name
        self.kind = kind
        self.expression = expression
        self.isRequired = isRequired
        self.words = words
        if expression.calls.isEmpty, expression.terms.count == 1, case .slot(let only) = expression.terms[0] { slot = only } else { slot = -1 }
        if case .oneOf(let list) = type { shownWords = list } else { shownWords = [] }
        switch type {
        case .text, .id, .account, .subject: shape = .text
        case .integer: shape = .integer
        case .number: shape = .number
        case .boolean: shape = .boolean
        case .instant: shape = .instant
        case .digest: shape = .digest
        case .oneOf: shape = .oneOf
        }
    }
}

final class YieldPlan: Sendable {
    let when: [Column]
    let id: Column?
    /// Nil: the snapshot's instant.
    let at: Column?
    /// In the order of the kind's fields; nil is always NULL.
    let fields: [Column?]
    let steps: [Step]

    /// What most fields come to, in a few bytes: to take a column in hand for each counts references.
    struct Step {
        static let unmapped = -2
        /// Of a column that is one path and nothing else; else -1, or -2 where nothing is mapped.
        let slot: Int
        let shape: Column.Shape
        let isRequired: Bool
    }

    init(when: [Column], id: Column?, at: Column?, fields: [Column?]) {
        self.when = when
        self.id = id
        self.at = at
        self.fields = fields
        steps = fields.map { Step(slot: $0?.slot ?? Step.unmapped, shape: $0?.shape ?? .text, isRequired: $0?.isRequired ?? false) }
    }
}
