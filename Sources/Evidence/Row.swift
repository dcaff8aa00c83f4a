/// One typed value on its way from stored bytes to a column. Text lies in the row's arena, so that no String is made in the loop.
package enum Cell: Hashable, Sendable {
    case null
    case integer(Int64)
    case number(Double)
    case text(Range<Int>)
    /// Fills two columns, `<name>` and `<name>_latest`.
    case instant(Span)
}

/// One row of one kind, reused from record to record.
package struct Row: Sendable {
    /// Which of the source's `yields` made it.
    package var yield = 0
    /// When it happened, by the source's clock.
    package var occurredAt: Span?
    /// The source's own id of the record, in the arena; nil where it has none.
    package var nativeID: Range<Int>?
    /// In the order of the kind's fields.
    package var cells: [Cell] = []
    package var arena: [UInt8] = []

    package init() {}
    package func text(_ range: Range<Int>) -> String { String(decoding: arena[range], as: UTF8.self) }
}
