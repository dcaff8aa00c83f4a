import Foundation
import SQLite

/// One statement that tampers with one table.
struct Change: CustomStringConvertible {
    let file: String
    let table: String
    let operation: String
    let sql: String
    /// Words one of which a finding must name.
    let places: [String]

    var description: String { "\(file), \(table): \(operation)" }
    func isNamed(in finding: String) -> Bool {
        // Of the index only that it is wrong: its rows of one entry are in many tables, and which of them is odd cannot be told.
        file == "index.sqlite" ? finding.hasPrefix("index ") : places.contains { finding.contains($0) }
    }

    static func all(of file: String, _ database: Database) throws -> [Change] {
        var changes: [Change] = []
        for table in try names(database, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") {
            changes += try Table(file: file, name: table, database).changes
        }
        return changes
    }

    static func names(_ database: Database, _ sql: String) throws -> [String] {
        let rows = try database.prepare(sql)
        var names: [String] = []
        while try rows.step() { names.append(rows.text(0)) }
        return names
    }

    private struct Table {
        let file: String
        let name: String
        let columns: [(name: String, type: String)]
        /// First, middle and last row, with the words that may name them.
        let rows: [(rowid: Int64, places: [String])]
        let last: Int64

        init(file: String, name: String, _ database: Database) throws {
            self.file = file
            self.name = name
            let info = try database.prepare("SELECT name, type FROM pragma_table_info('\(name)')")
            var columns: [(String, String)] = []
            while try info.step() { columns.append((info.text(0), info.text(1))) }
            self.columns = columns
            let all = try database.prepare("SELECT rowid, * FROM \"\(name)\" ORDER BY rowid")
            var rows: [(Int64, [String])] = []
            while try all.step() {
                let number = all.int(1)
                let places: [String]
                switch name {
                // Where two entries change places, the first checkpoint over them says so.
                case "entry": places = number == 0 ? ["refused: "] : ["entry \(number)", "e\(number)-", "checkpoint of size"]
                case "segment": places = ["of entry \(number)", " e\(number)-"]
                case "checkpoint": places = ["of size \(number)"]
                default: places = [name]
                }
                rows.append((all.integer(0), places))
            }
            last = rows.last?.0 ?? 0
            self.rows = rows.count <= 4 || file == "ledger.sqlite" ? rows : [rows[0], rows[rows.count / 2], rows[rows.count - 1]]
        }

        var changes: [Change] {
            rows.flatMap { row in columns.flatMap { edits(of: $0, in: row) } + [delete(row)] + insert(row) } + swaps
        }

        private func change(_ operation: String, _ sql: String, _ places: [String]) -> Change {
            Change(file: file, table: name, operation: operation, sql: sql, places: places)
        }

        private func edits(of column: (name: String, type: String), in row: (rowid: Int64, places: [String])) -> [Change] {
            let values: [String] =
                switch column.type {
                case "INTEGER": ["coalesce(c, 0) + 1", "coalesce(c, 1) - 1", "-1", "9223372036854775807"]
                case "REAL": ["coalesce(c, 0) + 1", "-1.5", "9e999"]
                case "TEXT": ["coalesce(c, '') || 'x'", "substr(c, 2)", "'e1-r1'"]
                case "BLOB": ["CAST(substr(c, 1, length(c) - 1) AS BLOB)", "CAST(substr(c, 2) AS BLOB)", "CAST(c || x'00' AS BLOB)", "x''"]
                default: ["a new type of column needs edits of its own"]
                }
            return (values + ["NULL"]).map { value in
                let sql = value.replacingOccurrences(of: "c,", with: "\"\(column.name)\",").replacingOccurrences(of: "(c)", with: "(\"\(column.name)\")")
                    .replacingOccurrences(of: "c ||", with: "\"\(column.name)\" ||")
                return change(
                    "set \(column.name) of row \(row.rowid) to \(value)", "UPDATE \"\(name)\" SET \"\(column.name)\" = \(sql) WHERE rowid = \(row.rowid)",
                    row.places + (name == "entry" ? ["entry"] : []))
            }
        }

        private func delete(_ row: (rowid: Int64, places: [String])) -> Change {
            let places = name == "entry" ? row.places + ["signer head", "of size"] : row.places
            return change(row.rowid == last ? "delete the last row" : "delete row \(row.rowid)", "DELETE FROM \"\(name)\" WHERE rowid = \(row.rowid)", places)
        }

        /// The same row once more, under another key.
        private func insert(_ row: (rowid: Int64, places: [String])) -> [Change] {
            let names = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
            return [(-1, "insert"), (1, "append"), (1000, "insert")].map { step, verb in
                let key = columns[0].type == "TEXT" ? "\"\(columns[0].name)\" || 'x'" : "(SELECT max(\"\(columns[0].name)\") FROM \"\(name)\") + \(step)"
                let values = ([key] + columns.dropFirst().map { "\"\($0.name)\"" }).joined(separator: ", ")
                return change(
                    "\(verb) row \(row.rowid) again at \(step)",
                    "INSERT INTO \"\(name)\" (\(names)) SELECT \(values) FROM \"\(name)\" WHERE rowid = \(row.rowid)",
                    ["entry", "size", "segment", "checkpoint"])
            }
        }

        /// Each two neighbours, in all but their keys.
        private var swaps: [Change] {
            zip(rows, rows.dropFirst()).flatMap { a, b in
                columns.dropFirst().map { column in
                    change(
                        "swap \(column.name) of rows \(a.rowid) and \(b.rowid)",
                        """
                        UPDATE "\(name)" SET "\(column.name)" = CASE rowid
                            WHEN \(a.rowid) THEN (SELECT "\(column.name)" FROM "\(name)" WHERE rowid = \(b.rowid))
                            ELSE (SELECT "\(column.name)" FROM "\(name)" WHERE rowid = \(a.rowid)) END
                        WHERE rowid IN (\(a.rowid), \(b.rowid))
                        """, a.places + b.places)
                }
            }
        }
    }
}
