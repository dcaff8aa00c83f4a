import Evidence

extension RecordMapper {
    /// The column's value as its type; text goes to the row's arena.
    mutating func cell(_ column: Column, _ row: inout Row) throws(RejectReason) -> Cell {
        let cell: Cell
        let value = try evaluate(column)
        do throws(ValueProblem) {
            cell = try typed(value, column, &row)
        } catch {
            throw .value(field: column.name, kind: column.kind, problem: error.text)
        }
        if column.isRequired, cell == .null { throw .missing(field: column.name, kind: column.kind) }
        return cell
    }

    private mutating func typed(_ value: Value, _ column: Column, _ row: inout Row) throws(ValueProblem) -> Cell {
        if case .missing = value { return .null }
        switch column.shape {
        case .integer: return try integer(value).map { .integer($0) } ?? .null
        case .number:
            guard let number = try number(value) else { return .null }
            // SQLite would keep what is no number as nothing.
            guard number.isFinite else { throw ValueProblem("not a finite number") }
            return .number(number)
        case .boolean: return try boolean(value).map { .integer($0 ? 1 : 0) } ?? .null
        case .instant: return try instant(value, .rfc3339).map { .instant(widened($0)) } ?? .null
        case .text: return try kept(value, &row)
        case .digest:
            guard let slice = try text(value) else { return .null }
            guard withBytes(slice, TypeRules.isDigest) else { throw ValueProblem("not a hexadecimal digest") }
            return kept(slice, &row)
        case .oneOf:
            guard let slice = try text(value) else { return .null }
            let isWord = withBytes(slice) { bytes in
                mapper.constants.withUnsafeBytes { constants in
                    column.words.contains { sameBytes(UnsafeRawBufferPointer(rebasing: constants[$0]), bytes) }
                }
            }
            guard isWord else { throw ValueProblem("not one of \(column.shownWords.joined(separator: ", "))") }
            return kept(slice, &row)
        }
    }

    private mutating func kept(_ value: Value, _ row: inout Row) throws(ValueProblem) -> Cell {
        guard let slice = try text(value) else { return .null }
        return kept(slice, &row)
    }

    private func kept(_ slice: Slice, _ row: inout Row) -> Cell {
        let start = row.arena.count
        withBytes(slice) { row.arena.append(contentsOf: $0) }
        return start == row.arena.count ? .null : .text(start..<row.arena.count)
    }
}
