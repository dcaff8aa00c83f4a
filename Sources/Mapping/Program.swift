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
        case lower
        case upper
        case trim
        case hash
        case join(separator: Range<Int>, [Term])
        case isIn([Range<Int>])
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
struct Column: Sendable {
    let name: String
    let kind: String
    let expression: Expression
    let type: FieldType
    let isRequired: Bool
    /// The words of `one_of`, in the constants.
    let words: [Range<Int>]
}

struct YieldPlan: Sendable {
    let when: [Column]
    let id: Column?
    let at: Column
    /// In the order of the kind's fields; nil is always NULL.
    let fields: [Column?]
}
