import Evidence
import SQLite

/// The rows of one kind's table, in ledger order.
struct TableCursor {
    let name: String
    private let columns: [String]
    private let statement: Statement
    private let fields: [Field]
    private var isAtRow: Bool

    init(_ database: Database, _ columns: KindColumns) throws {
        name = columns.kind.name.text
        self.columns = columns.all
        fields = columns.kind.fields
        statement = try database.prepare(columns.selectAll)
        isAtRow = try statement.step()
    }

    /// The next row that nothing was held against; its number as it stands there, since it may be none of an artifact.
    mutating func extra() throws -> String? {
        guard isAtRow else { return nil }
        let place = place
        isAtRow = try statement.step()
        return place
    }

    private var place: String {
        let packed = statement.integer(0)
        return packed < 0 ? "artifact \(packed)" : ArtifactID(packed: packed).description
    }

    mutating func expect(_ row: borrowing Row, id: ArtifactID, source: SourceText, into result: inout LedgerVerification) throws {
        while isAtRow, statement.integer(0) < id.packed {
            result.found(LedgerFinding(.index, "\(name) of \(place)", "a row that no record gives"))
            isAtRow = try statement.step()
        }
        guard isAtRow, statement.integer(0) == id.packed else {
            result.found(LedgerFinding(.index, "\(name) of \(id)", "the row is missing"))
            return
        }
        compare(row, id, source, into: &result)
        isAtRow = try statement.step()
    }

    private func compare(_ row: borrowing Row, _ id: ArtifactID, _ source: SourceText, into result: inout LedgerVerification) {
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
        if let differing {
            result.found(LedgerFinding(.index, "\(name).\(columns[differing]) of \(id)", "differs from what the record gives"))
        }
    }

    private func isEqual(_ column: Int, _ range: Range<Int>?, _ arena: UnsafeRawBufferPointer) -> Bool {
        guard let range else { return statement.isNull(column) }
        let bytes = statement.bytes(column)
        return !statement.isNull(column) && bytes.count == range.count && bytes.elementsEqual(arena[range])
    }

    private func isEqual(_ column: Int, _ span: Span?) -> Bool {
        guard let span else { return statement.isNull(column) && statement.isNull(column + 1) }
        return statement.isInteger(column) && statement.integer(column) == span.earliest.nanoseconds
            && statement.isInteger(column + 1) && statement.integer(column + 1) == span.latest.nanoseconds
    }

    private func isEqual(_ column: Int, _ cell: Cell, _ arena: UnsafeRawBufferPointer) -> Bool {
        switch cell {
        case .null, .instant: statement.isNull(column)
        case .integer(let value): statement.isInteger(column) && statement.integer(column) == value
        case .number(let value): !statement.isNull(column) && statement.double(column) == value
        case .text(let range): isEqual(column, Optional(range), arena)
        }
    }
}
