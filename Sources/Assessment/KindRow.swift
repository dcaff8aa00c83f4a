import Evidence
import SQLite

/// A row of a kind's table, all of its columns selected in their order, as text for people.
package struct KindRow: Sendable {
    package let artifact: ArtifactID
    package let source: String
    /// Nil where nobody knows when.
    package let at: Span?
    /// In the kind's order; nil where the record does not say.
    package let fields: [(name: String, value: String?)]

    /// The row that `statement` stands on.
    package init(_ kind: Kind, _ statement: Statement) {
        artifact = ArtifactID(packed: statement.integer(0))
        source = statement.text(1)
        at = KindRow.span(statement, 3)
        var column = 5
        fields = kind.fields.map { field in
            defer { column += field.columns.count }
            switch field.type {
            case .instant: return (field.name, KindRow.span(statement, column).map { $0.isExact ? "\($0.earliest)" : "\($0.earliest) to \($0.latest)" })
            case .boolean: return (field.name, statement.isNull(column) ? nil : statement.integer(column) != 0 ? "true" : "false")
            case .text, .id, .integer, .number, .digest, .account, .subject, .oneOf: return (field.name, statement.textIfAny(column))
            }
        }
    }

    /// It says nothing under that name, or that it has it not.
    package func lacks(_ name: String) -> Bool { fields.contains { $0.name == name && ($0.value ?? "false") == "false" } }

    package func says(theSameAs other: KindRow) -> Bool {
        at == other.at && source == other.source && fields.elementsEqual(other.fields) { $0 == $1 }
    }

    private static func span(_ row: Statement, _ column: Int) -> Span? {
        guard !row.isNull(column), !row.isNull(column + 1), row.integer(column) <= row.integer(column + 1) else { return nil }
        return Span(earliest: Instant(nanoseconds: row.integer(column)), latest: Instant(nanoseconds: row.integer(column + 1)))
    }
}
