import Evidence
import SQLite

/// What the index keeps of a kind that is counted `by_day`: of each row when it happened and the number of what it says (`DayCounts`).
final class CountedRows {
    private let fields: CountedFields
    private let sets: NumberedSets
    private let insert: Statement
    private var said: [UInt8] = []

    /// Nil of a kind that is not counted.
    init?(_ database: Database, _ kind: Kind) throws {
        guard let fields = CountedFields(kind) else { return nil }
        self.fields = fields
        sets = try NumberedSets(database, table: "\"\(DayCounts.sets(of: kind.name))\"")
        insert = try database.prepare("INSERT INTO \"\(DayCounts.counted(of: kind.name))\" VALUES (?, ?, ?, ?)")
    }

    static func declarations(_ kind: Kind) -> [String] {
        guard kind.byDay != nil else { return [] }
        return [
            NumberedSets.declaration(of: "\"\(DayCounts.sets(of: kind.name))\""),
            "CREATE TABLE \"\(DayCounts.counted(of: kind.name))\" "
                + "(artifact INTEGER PRIMARY KEY, occurred_at INTEGER, occurred_at_latest INTEGER, said INTEGER NOT NULL) STRICT",
        ]
    }

    func add(_ row: borrowing Row, id: ArtifactID) throws {
        fields.write(row, to: &said)
        insert.bind(1, id.packed)
        insert.bind(row.occurredAt, at: 2)
        insert.bind(4, try said.withUnsafeBytes { try sets.number(of: $0) })
        try insert.execute()
    }

    /// After a rollback.
    func forget() { sets.forget() }
}

/// What of a row says how it is counted, as `Statement.values` gives it of `DayCounts.expressions`.
struct CountedFields {
    /// By their places among the kind's fields.
    private let by: [Int]
    private let sign: [Int]
    private let has: [Int]

    init?(_ kind: Kind) {
        guard let counts = kind.byDay else { return nil }
        func places(_ names: [String]) -> [Int] { names.compactMap { name in kind.fields.firstIndex { $0.name == name } } }
        by = places(counts.by)
        sign = places(counts.sign)
        has = places(counts.has)
    }

    func write(_ row: borrowing Row, to said: inout [UInt8]) {
        said.removeAll(keepingCapacity: true)
        for place in by {
            switch row.cells[place] {
            case .null, .instant: said.appendNull()
            case .integer(let value): said.append(integer: value)
            // SQLite keeps no negative zero.
            case .number(let value): said.append(number: value + 0)
            case .text(let range): row.arena.withUnsafeBytes { said.append(text: UnsafeRawBufferPointer(rebasing: $0[range])) }
            }
        }
        for place in sign {
            switch row.cells[place] {
            case .integer(let value): said.append(integer: value.signum())
            case .number(let value): said.append(integer: value > 0 ? 1 : value < 0 ? -1 : 0)
            case .null, .text, .instant: said.appendNull()
            }
        }
        for place in has {
            if case .null = row.cells[place] { said.append(integer: 0) } else { said.append(integer: 1) }
        }
    }
}

/// Holds what the index keeps for counting against what the ledger's rows give.
struct CountedCursor {
    var rows: OrderedRows
    let setsTable: String
    /// The sets as they must be, in a file of their own that SQLite deletes: where each record says something else they are as many as the records.
    let expected: Database
    private let fields: CountedFields
    private let sets: NumberedSets
    private var said: [UInt8] = []

    /// Nil of a kind that is not counted.
    init?(_ database: Database, _ kind: Kind) throws {
        guard let fields = CountedFields(kind) else { return nil }
        self.fields = fields
        setsTable = DayCounts.sets(of: kind.name)
        expected = try Database(path: "", access: .create)
        try expected.run(NumberedSets.declaration(of: "\"\(setsTable)\""))
        sets = try NumberedSets(expected, table: "\"\(setsTable)\"")
        let table = DayCounts.counted(of: kind.name)
        rows = try OrderedRows(database, table: table, "SELECT * FROM \"\(table)\" NOT INDEXED ORDER BY artifact")
    }

    mutating func expect(_ row: borrowing Row, id: ArtifactID, into result: inout LedgerVerification) throws {
        fields.write(row, to: &said)
        let number = try said.withUnsafeBytes { try sets.number(of: $0) }
        let at = row.occurredAt
        try rows.expect(id, into: &result) { found in
            guard found.holds(at, at: 1) else { return "occurred_at" }
            return found.isInteger(3) && found.integer(3) == number ? nil : "said"
        }
    }
}
