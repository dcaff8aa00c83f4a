import Evidence
import SQLite

/// One SELECT of a source, prepared so that it can do nothing but read tables, with rows as canonical JSON.
struct SQLiteQuery {
    private let statement: Statement
    private let names: [String]

    /// `shown`: the database, in what is said of it.
    init(_ sql: String, _ database: Database, called shown: String, _ window: AskedWindow) throws(ReadProblem) {
        var offence: String?
        database.authorize { action in
            switch action {
            case .select, .read, .recursive: return true
            case .function(let name):
                if SQLiteQuery.functions.contains(name.lowercased()) { return true }
                offence = "it calls '\(name)', which a source may not"
                return false
            case .other:
                offence = "it does something other than SELECT"
                return false
            }
        }
        do throws(SQLiteError) {
            statement = try database.prepare(sql)
        } catch {
            if error.isLeftUnfinished { throw ForeignDatabase.unfinished(shown) }
            throw ReadProblem("the query is not accepted: \(offence ?? error.message)")
        }
        names = statement.columnNames
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw ReadProblem("the query has two columns called '\(name)': name one of them otherwise, with AS")
        }
        for (index, parameter) in statement.parameters.enumerated() {
            switch parameter {
            case ":start": statement.bind(index + 1, window.start.description)
            case ":end": statement.bind(index + 1, window.end.description)
            default: throw ReadProblem("the query has a parameter '\(parameter ?? "?")'; those that are bound are ':start' and ':end'")
            }
        }
    }

    /// The next row; nil at the end. The error's words are SQLite's.
    func next() throws(SQLiteError) -> Row? {
        guard try statement.step() else { return nil }
        var members: [String: JSON] = [:]
        var problem: String?
        for (index, name) in names.enumerated() {
            switch statement.storage(index) {
            case .null: members[name] = .null
            case .integer: members[name] = .integer(statement.integer(index))
            case .real:
                let value = statement.double(index)
                members[name] = value.isFinite ? .number(value) : .null
                if !value.isFinite { problem = "column '\(name)' holds an infinite number" }
            case .blob: members[name] = .string(Base64.encode(statement.blob(index)))
            case .text:
                let bytes = statement.bytes(index)
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    problem = "column '\(name)' holds text that is not UTF-8"
                    members[name] = .string(Base64.encode(Array(bytes)))
                    continue
                }
                members[name] = .string(text)
            }
        }
        return Row(bytes: JSON.object(members).canonicalBytes, problem: problem)
    }

    struct Row {
        let bytes: [UInt8]
        let problem: String?
    }

    /// Without side effects. `date` and its like may ask for the time: a source's window comes as a parameter, and what is asked is on the sheet.
    private static let functions: Set<String> = [
        "min", "max", "count", "sum", "total", "avg", "abs", "round", "length", "lower", "upper", "trim", "ltrim", "rtrim", "substr", "substring", "instr",
        "replace", "coalesce", "ifnull", "nullif", "iif", "group_concat", "row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value",
        "nth_value", "like", "glob", "printf", "format", "json", "json_extract", "json_each", "json_tree", "json_type", "json_valid", "json_array_length",
        "json_object", "json_array", "json_group_array", "json_group_object", "->", "->>", "strftime", "date", "time", "datetime", "julianday", "unixepoch",
        "unicode", "char", "hex", "quote", "typeof", "sign",
    ]
}
