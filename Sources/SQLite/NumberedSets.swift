import Glibc

/// The different sets of values that came, each once in a table, numbered from 1 in the order in which they first came.
///
/// A set is bytes as `Statement.values` writes them. The newest ones are known without asking the table, up to a bound; of those the numbers are forgotten and
/// asked for again, so what it holds does not grow with the table.
package final class NumberedSets {
    private let database: Database
    private let find: Statement
    private let insert: Statement
    /// Of the sets at hand: their bytes one behind the other, then by index where each lies, its hash and its number.
    private var bytes: [UInt8] = []
    private var known: [(place: Range<Int>, hash: Int, number: Int64)] = []
    /// Open addressing: an index in `known`, or -1.
    private var slots = [Int32](repeating: -1, count: 1 << 8)

    private static let limit = (sets: 1 << 16, bytes: 16 << 20)

    /// `table`: quoted, with the schema that it is in.
    package init(_ database: Database, table: String) throws(SQLiteError) {
        find = try database.prepare("SELECT number FROM \(table) WHERE said = ?")
        insert = try database.prepare("INSERT INTO \(table) (said) VALUES (?)")
        self.database = database
    }

    package static func declaration(of table: String) -> String { "CREATE TABLE \(table) (number INTEGER PRIMARY KEY, said BLOB NOT NULL UNIQUE) STRICT" }

    /// After a rollback: the table may have forgotten some.
    package func forget() {
        guard !known.isEmpty else { return }
        known.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        for slot in slots.indices { slots[slot] = -1 }
    }

    package func number(of set: UnsafeRawBufferPointer) throws(SQLiteError) -> Int64 {
        var hasher = Hasher()
        hasher.combine(bytes: set)
        let hash = hasher.finalize()
        if let index = slots[slot(of: set, hash)].asIndex { return known[index].number }
        let number = try number(inTable: set)
        if known.count >= NumberedSets.limit.sets || bytes.count >= NumberedSets.limit.bytes { forget() }
        if known.count * 2 >= slots.count { grow() }
        slots[slot(of: set, hash)] = Int32(known.count)
        known.append((bytes.count..<bytes.count + set.count, hash, number))
        bytes.append(contentsOf: set)
        return number
    }

    private func number(inTable set: UnsafeRawBufferPointer) throws(SQLiteError) -> Int64 {
        find.bind(1, blob: set)
        defer { find.reset() }
        if try find.step() { return find.integer(0) }
        insert.bind(1, blob: set)
        defer { insert.reset() }
        // Without a number of its own a row is given the one after the highest.
        try insert.execute()
        return database.lastNumber
    }

    /// Where the set is, or where it would be put.
    private func slot(of set: UnsafeRawBufferPointer, _ hash: Int) -> Int {
        var slot = hash & (slots.count - 1)
        while let index = slots[slot].asIndex {
            if known[index].hash == hash, isSame(known[index].place, set) { return slot }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private func isSame(_ place: Range<Int>, _ set: UnsafeRawBufferPointer) -> Bool {
        guard place.count == set.count, let other = set.baseAddress else { return place.count == set.count }
        return bytes.withUnsafeBytes { $0.baseAddress.map { memcmp($0 + place.lowerBound, other, set.count) == 0 } ?? false }
    }

    private func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 4)
        for index in known.indices {
            var slot = known[index].hash & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
    }
}

extension Int32 {
    fileprivate var asIndex: Int? { self < 0 ? nil : Int(self) }
}
