import Evidence
import SQLite

/// A table's rows by the artifact that each is of, its first column, one at a time: held against what the ledger gives, in its order.
struct OrderedRows {
    let name: String
    let statement: Statement
    private var isAtRow: Bool

    init(_ database: Database, table: String, _ sql: String) throws {
        name = table
        statement = try database.prepare(sql)
        isAtRow = try statement.step()
    }

    private var place: String {
        let packed = statement.integer(0)
        return packed < 0 ? "artifact \(packed)" : ArtifactID(packed: packed).description
    }

    /// What is left of them.
    mutating func nameExtra(into result: inout LedgerVerification) throws { while isAtRow { try pass(into: &result) } }

    /// By its number as it stands there, since it may be none of an artifact.
    private mutating func pass(into result: inout LedgerVerification) throws {
        result.found(LedgerFinding(.index, "\(name) of \(place)", "a row that no record gives"))
        isAtRow = try statement.step()
    }

    /// Goes to the row of the artifact, names those in between, and asks it for the column in which it differs, if one does.
    mutating func expect(_ id: ArtifactID, into result: inout LedgerVerification, _ differing: (Statement) throws -> String?) throws {
        while isAtRow, statement.integer(0) < id.packed { try pass(into: &result) }
        guard isAtRow, statement.integer(0) == id.packed else {
            result.found(LedgerFinding(.index, "\(name) of \(id)", "the row is missing"))
            return
        }
        if let column = try differing(statement) {
            result.found(LedgerFinding(.index, "\(name).\(column) of \(id)", "differs from what the record gives"))
        }
        isAtRow = try statement.step()
    }
}

/// The rows of one kind's table.
struct TableCursor {
    var rows: OrderedRows
    private let columns: [String]
    private let fields: [Field]

    init(_ database: Database, _ columns: KindColumns) throws {
        rows = try OrderedRows(database, table: columns.kind.name.text, columns.selectAll)
        self.columns = columns.all
        fields = columns.kind.fields
    }

    mutating func expect(_ row: borrowing Row, id: ArtifactID, source: SourceText, into result: inout LedgerVerification) throws {
        let (fields, columns) = (fields, columns)
        try rows.expect(id, into: &result) { ShownRow($0, fields).differing(row, source).map { columns[$0] } }
    }
}

/// The row that a statement is at, as a kind's table has it.
private struct ShownRow {
    let statement: Statement
    let fields: [Field]

    init(_ statement: Statement, _ fields: [Field]) {
        self.statement = statement
        self.fields = fields
    }

    /// The last column that is not what the record gives.
    func differing(_ row: borrowing Row, _ source: SourceText) -> Int? {
        var differing: Int?
        row.arena.withUnsafeBytes { arena in
            if !statement.bytes(1).elementsEqual(source.bytes) { differing = 1 }
            if !isEqual(2, row.nativeID, arena) { differing = 2 }
            if !isEqual(3, row.occurredAt) { differing = 3 }
            var column = 5
            for i in fields.indices {
                if fields[i].type == .instant {
                    var span: Span?
                    if case .instant(let value) = row.cells[i] { span = value }
                    if !isEqual(column, span) { differing = column }
                    column += 2
                } else {
                    if !isEqual(column, row.cells[i], arena) { differing = column }
                    column += 1
                }
            }
        }
        return differing
    }

    private func isEqual(_ column: Int, _ range: Range<Int>?, _ arena: UnsafeRawBufferPointer) -> Bool {
        guard let range else { return statement.isNull(column) }
        let bytes = statement.bytes(column)
        return !statement.isNull(column) && bytes.count == range.count && bytes.elementsEqual(arena[range])
    }

    private func isEqual(_ column: Int, _ span: Span?) -> Bool { statement.holds(span, at: column) }

    private func isEqual(_ column: Int, _ cell: Cell, _ arena: UnsafeRawBufferPointer) -> Bool {
        switch cell {
        case .null, .instant: statement.isNull(column)
        case .integer(let value): statement.isInteger(column) && statement.integer(column) == value
        case .number(let value): !statement.isNull(column) && statement.double(column) == value
        case .text(let range): isEqual(column, Optional(range), arena)
        }
    }
}

extension Statement {
    /// Fills the two parameters from `index` on.
    func bind(_ span: Span?, at index: Int) {
        if let span {
            bind(index, span.earliest.nanoseconds)
            bind(index + 1, span.latest.nanoseconds)
        } else {
            bindNull(index)
            bindNull(index + 1)
        }
    }

    /// Whether the two columns from `column` on are those of the span.
    func holds(_ span: Span?, at column: Int) -> Bool {
        guard let span else { return isNull(column) && isNull(column + 1) }
        return isInteger(column) && integer(column) == span.earliest.nanoseconds && isInteger(column + 1) && integer(column + 1) == span.latest.nanoseconds
    }
}
