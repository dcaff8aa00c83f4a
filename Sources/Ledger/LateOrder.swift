import Evidence
import SQLite

/// The indexes of kinds whose order is not that in which records come, such as that of their ids. Each new row goes to a page of its own there, which costs
/// more than all else about it once they do not fit into memory. Where many rows come, an index is dropped and made anew from the sorted rows.
///
/// All within the caller's transaction: a crash leaves the indexes as they were.
final class LateOrder {
    private let database: Database
    private let kinds: [Kind]
    /// By table: rows of this transaction, and at how many the table's size is asked, once it is known to be too large for now.
    private var fresh: [Int]
    private var askedAt: [Int]
    /// By table: its indexes are to be made anew.
    private var isDropped: [Bool]

    init(_ database: Database, _ kinds: [Kind]) {
        self.database = database
        self.kinds = kinds
        fresh = Array(repeating: 0, count: kinds.count)
        askedAt = fresh
        isDropped = Array(repeating: false, count: kinds.count)
    }

    func note(_ table: Int) { fresh[table] += 1 }

    /// Drops what is cheaper to make anew. Of tables with more than `few` rows of this transaction, if these are a quarter of all.
    func gather(few: Int) throws(SQLiteError) {
        for table in kinds.indices where fresh[table] > few && fresh[table] >= askedAt[table] && !isDropped[table] {
            let late = KindColumns(kinds[table]).lateIndexes
            guard !late.isEmpty else { continue }
            let all = Int(try database.integer("SELECT count(*) FROM \"\(kinds[table].name)\"") ?? 0)
            guard fresh[table] >= all / 4 else {
                askedAt[table] = all / 4
                continue
            }
            for index in late { try database.run("DROP INDEX \"\(index.name)\"") }
            isDropped[table] = true
        }
    }

    /// Makes the indexes anew; before the commit.
    func settle() throws(SQLiteError) {
        for table in kinds.indices where isDropped[table] {
            for index in KindColumns(kinds[table]).lateIndexes { try database.run(index.create) }
        }
        forget()
    }

    /// After a rollback: they are as they were.
    func forget() {
        for table in kinds.indices {
            fresh[table] = 0
            askedAt[table] = 0
            isDropped[table] = false
        }
    }
}
