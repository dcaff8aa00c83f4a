/// Why a record did not become rows. Never carries a value of the record: the reason is shown where the record may not be.
package enum RejectReason: Error, Hashable, Sendable {
    /// Not JSON, or JSON that readers disagree on; the byte is counted from 0.
    case malformed(String, at: Int)
    case notUTF8(at: Int)
    case tooLarge
    case columns(expected: Int, found: Int)
    /// Two columns of this name, and a mapping that reads one of them.
    case ambiguousColumn(String)
    /// The literal of the text pattern that the line lacks.
    case pattern(missing: String)
    case missing(field: String, kind: String)
    case value(field: String, kind: String, problem: String)

    package var text: String {
        switch self {
        case .malformed(let what, let at): "\(what) at byte \(at)"
        case .notUTF8(let at): "not UTF-8 at byte \(at)"
        case .tooLarge: "larger than a record may be"
        case .columns(let expected, let found): "expected \(expected) columns, found \(found)"
        case .ambiguousColumn(let name): "the column '\(name)' occurs twice"
        case .pattern(let literal): "the line lacks '\(literal)' of the pattern"
        case .missing(let field, let kind): "'\(field)' of \(kind) is missing"
        case .value(let field, let kind, let problem): "'\(field)' of \(kind): \(problem)"
        }
    }
}

/// What became of one record.
package enum MapOutcome: Hashable, Sendable {
    /// So many rows were added; none where no `when` held.
    case rows(Int)
    case reject(RejectReason)
}
