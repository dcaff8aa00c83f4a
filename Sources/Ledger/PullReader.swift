import Evidence
import SQLite
import Seal

extension LedgerFile {
    /// Visits a pull's records: 1, 2, … and the sheet (record 0) first. Throws `damaged` where the blocks contradict themselves; says nothing of the tree.
    ///
    /// `hashing`: what the visitor will ask of each record is then worked out on a second thread. Gives the tree of the leaves, empty if nothing is hashed.
    @discardableResult
    package func forEachRecord(of entry: Int, hashing: Hashing = .nothing, _ body: (StoredRecord) throws -> Void) throws -> CompactRange {
        let rows = try database.prepare("SELECT \(ReadBlock.columns) FROM segment WHERE entry = ? ORDER BY number")
        rows.bind(1, entry)
        let reading = BlockReading(hashing)
        var tree = CompactRange(begin: 0)
        var expected = 0
        var number = 0
        let read = { (block: ReadBlock) in
            guard block.number == number, block.first == expected else {
                throw LedgerError.damaged(ArtifactID(entry: entry, record: expected), reason: "a segment is missing or not in its place")
            }
            try block.each(of: entry, body)
            if hashing != .nothing { tree.append(contentsOf: block.tree) }
            expected += block.count
            number += 1
        }
        while try rows.step() {
            let block = reading.emptyBlock()
            block.take(rows)
            try reading.submit(block, read)
        }
        try reading.finish(read)
        return tree
    }

    /// The records of one segment, without regard to the others.
    func forEachRecord(of entry: Int, segment number: Int, _ body: (StoredRecord) throws -> Void) throws {
        let rows = try database.prepare("SELECT \(ReadBlock.columns) FROM segment WHERE entry = ? AND number = ?")
        rows.bind(1, entry)
        rows.bind(2, number)
        while try rows.step() { try LedgerFile.unpacked(rows).each(of: entry, body) }
    }

    /// One record, or nil if there is none of that number.
    package func withRecord<T>(_ id: ArtifactID, _ body: (StoredRecord) throws -> T) throws -> T? {
        let rows = try database.prepare("SELECT \(ReadBlock.columns) FROM segment WHERE entry = ?1 AND first <= ?2 AND ?2 < first + count")
        rows.bind(1, id.entry)
        rows.bind(2, id.record)
        guard try rows.step() else { return nil }
        var result: T?
        try LedgerFile.unpacked(rows).each(of: id.entry, wanted: id.record) { result = try body($0) }
        return result
    }

    private static func unpacked(_ row: Statement) -> ReadBlock {
        let block = ReadBlock()
        block.take(row)
        block.unpack(.nothing)
        return block
    }

    /// The evidence sheet of a pull.
    package func sheet(of entry: Int) throws -> JSON {
        let id = ArtifactID(entry: entry, record: 0)
        let sheet = try withRecord(id) { try? JSON.parse($0.bytes) }
        guard let sheet = sheet ?? nil else { throw LedgerError.damaged(id, reason: "the evidence sheet cannot be read") }
        return sheet
    }
}
