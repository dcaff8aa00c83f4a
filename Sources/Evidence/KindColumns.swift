/// The table of a kind, the same in the index, in a control's examples and on another engine.
package struct KindColumns {
    package let kind: Kind
    package init(_ kind: Kind) { self.kind = kind }

    /// Column names after the five that every kind has.
    package var names: [String] { kind.fields.flatMap(\.columns) }
    package var all: [String] { ["artifact", "source", "native_id", "occurred_at", "occurred_at_latest"] + names }

    /// The table and its indexes.
    package var create: [String] { [createTable] + kind.indexes.map { index($0).create } }

    /// Those whose order is not that of time, in which records come.
    package var lateIndexes: [(name: String, create: String)] { kind.indexes.filter { $0.first != "occurred_at" }.map(index) }

    private func index(_ columns: [String]) -> (name: String, create: String) {
        let name = "\(kind.name)_by_\(columns.first ?? "")"
        let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
        return (name, "CREATE INDEX \"\(name)\" ON \"\(kind.name)\" (\(list))")
    }

    private var createTable: String {
        let fields = kind.fields.flatMap { field -> [String] in
            switch field.type {
            case .instant: ["\"\(field.name)\" INTEGER", "\"\(field.name)_latest\" INTEGER"]
            case .integer, .boolean: ["\"\(field.name)\" INTEGER"]
            case .number: ["\"\(field.name)\" REAL"]
            case .text, .id, .digest, .account, .subject, .oneOf: ["\"\(field.name)\" TEXT"]
            }
        }
        let common = ["artifact INTEGER PRIMARY KEY", "source TEXT NOT NULL", "native_id TEXT", "occurred_at INTEGER", "occurred_at_latest INTEGER"]
        return "CREATE TABLE \"\(kind.name)\" (\((common + fields).joined(separator: ", "))) STRICT"
    }
    package var insert: String {
        let marks = Array(repeating: "?", count: all.count).joined(separator: ", ")
        return "INSERT INTO \"\(kind.name)\" VALUES (\(marks))"
    }
    package var selectAll: String { "SELECT * FROM \"\(kind.name)\" NOT INDEXED ORDER BY artifact" }
}
