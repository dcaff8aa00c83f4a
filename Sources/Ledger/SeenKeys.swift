import Evidence
import SQLite

/// The index's `seen`: by which key each record is known.
///
/// Keys are digests, so that each lands on a page of its own. A few are entered one by one; of many (`gather`) the newest are held here and entered in
/// the order of the table, many to a page.
final class SeenKeys {
    private let database: Database
    private let probe: Statement
    private let note: Statement
    /// Of many keys: those that are not in the table yet.
    private var held: HeldKeys
    /// Of many keys: says of most new ones that neither the table nor `held` has them.
    private var filter: KeyFilter?

    /// `limit`: how many keys are held, a power of two; 24 bytes each and eight for their place.
    init(_ database: Database, holding limit: Int) throws(SQLiteError) {
        self.database = database
        held = HeldKeys(limit: limit)
        probe = try database.prepare("SELECT artifact, content FROM seen WHERE key = ?")
        note = try database.prepare("INSERT OR IGNORE INTO seen (key, artifact, content) VALUES (?, ?, ?)")
    }

    /// As it stands in the index, which may have been edited. Nil also where that is no number, which no statement could enter and a damaged file may hold.
    func find(_ key: Int64) throws(SQLiteError) -> (artifact: Int64, content: Int64)? {
        if let filter, !filter.mayHold(key) { return nil }
        if let held = held.find(key) { return held }
        probe.bind(1, key)
        defer { probe.reset() }
        return try probe.step() && probe.isInteger(0) && probe.isInteger(1) ? (probe.integer(0), probe.integer(1)) : nil
    }

    private func isInTable(_ key: Int64) throws(SQLiteError) -> Bool {
        probe.bind(1, key)
        defer { probe.reset() }
        return try probe.step()
    }

    /// False if a record has the key, which keeps it.
    func enter(_ key: Int64, artifact: Int64, content: Int64) throws(SQLiteError) -> Bool {
        guard filter != nil else {
            try insert((key, artifact, content))
            return database.changes > 0
        }
        if let filter, filter.mayHold(key) {
            if held.find(key) != nil { return false }
            if try isInTable(key) { return false }
        }
        filter?.add(key)
        held.add((key, artifact, content))
        if held.isFull { try settle() }
        return true
    }

    private func insert(_ entry: HeldKeys.Entry) throws(SQLiteError) {
        note.bind(1, entry.key)
        note.bind(2, entry.artifact)
        note.bind(3, entry.content)
        try note.execute()
    }

    /// From here to the end of the transaction many keys are expected.
    func gather() throws(SQLiteError) {
        if filter == nil { filter = try KeyFilter(of: database, more: held.limit) }
    }

    /// Enters what is held; before a commit, and before anything else reads the table.
    func settle() throws(SQLiteError) {
        for entry in held.sorted() { try insert(entry) }
        held.removeAll()
        // Grown out of: most new keys would be asked of the table after all.
        if let filter, filter.isCrowded { self.filter = try KeyFilter(of: database, more: filter.count) }
    }

    /// After a commit or a rollback: the next transaction is small until it shows otherwise.
    func forget() {
        held = HeldKeys(limit: held.limit)
        filter = nil
    }
}

/// New keys by hash, up to a number.
private struct HeldKeys {
    typealias Entry = (key: Int64, artifact: Int64, content: Int64)
    let limit: Int
    /// Whoever chooses the ids of records chooses their keys; where these lie here nobody knows.
    private let secret = UInt64.random(in: .min ... .max) | 1
    private var entries: [Entry] = []
    /// Open addressing: an index in `entries`, or -1.
    private var slots: [Int32] = []

    init(limit: Int) {
        precondition(limit > 0 && limit & (limit - 1) == 0, "a place is found by the bits of a power of two")
        self.limit = limit
    }

    var isFull: Bool { entries.count >= limit }

    func find(_ key: Int64) -> (artifact: Int64, content: Int64)? {
        guard !entries.isEmpty else { return nil }
        let index = Int(slots[slot(of: key)])
        return index < 0 ? nil : (entries[index].artifact, entries[index].content)
    }

    mutating func add(_ entry: Entry) {
        if slots.isEmpty { slots = [Int32](repeating: -1, count: limit * 2) }
        slots[slot(of: entry.key)] = Int32(entries.count)
        entries.append(entry)
    }

    private func slot(of key: Int64) -> Int {
        var slot = Int((UInt64(bitPattern: key) &* secret) >> 32) & (slots.count - 1)
        while slots[slot] >= 0, entries[Int(slots[slot])].key != key { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    func sorted() -> [Entry] { entries.sorted { $0.key < $1.key } }

    mutating func removeAll() {
        guard !entries.isEmpty else { return }
        entries.removeAll(keepingCapacity: true)
        for slot in slots.indices { slots[slot] = -1 }
    }
}

/// A Bloom filter of the keys of `seen`: four bits of one word each. The keys are digests, so that their bits can be used as they are.
private struct KeyFilter {
    private var words: [UInt64]
    private(set) var count = 0
    /// 16 MiB. With more than eight million keys it answers less and less, and the table is asked more and more.
    private static let mostWords = 1 << 21
    private static let keysPerWord = 4

    /// Of the table's keys, with room for as many again and `more`.
    init(of database: Database, more: Int) throws(SQLiteError) {
        let known = Int(try database.integer("SELECT count(*) FROM seen") ?? 0)
        var size = 1 << 10
        while size < KeyFilter.mostWords, size * KeyFilter.keysPerWord < 2 * known + more { size *= 2 }
        words = [UInt64](repeating: 0, count: size)
        let keys = try database.prepare("SELECT key FROM seen")
        while try keys.step() { add(keys.integer(0)) }
    }

    var isCrowded: Bool { words.count < KeyFilter.mostWords && count > words.count * KeyFilter.keysPerWord }

    func mayHold(_ key: Int64) -> Bool {
        let (word, bits) = place(of: key)
        return words[word] & bits == bits
    }

    mutating func add(_ key: Int64) {
        let (word, bits) = place(of: key)
        words[word] |= bits
        count += 1
    }

    private func place(of key: Int64) -> (word: Int, bits: UInt64) {
        let key = UInt64(bitPattern: key)
        var bits: UInt64 = 0
        for shift: UInt64 in [0, 6, 12, 18] { bits |= 1 << ((key >> shift) & 63) }
        return (Int((key >> 24) & UInt64(words.count - 1)), bits)
    }
}
