import Evidence
import SQLite
import Seal

extension LedgerFile {
    /// Visits a pull's records: 1, 2, … and the sheet (record 0) first. Throws `damaged` where the blocks contradict themselves; says nothing of the tree.
    package func forEachRecord(of entry: Int, _ body: (StoredRecord) throws -> Void) throws {
        let rows = try database.prepare(
            "SELECT number, first, count, raw, data, lengths, salts FROM segment WHERE entry = ? ORDER BY number")
        rows.bind(1, entry)
        let decompressor = Decompressor()
        var expected = 0
        var number = 0
        while try rows.step() {
            guard rows.int(0) == number, rows.int(1) == expected else {
                throw LedgerError.damaged(ArtifactID(entry: entry, record: expected), reason: "a segment is missing or not in its place")
            }
            try visit(rows, entry: entry, decompressor, wanted: nil, body)
            expected += rows.int(2)
            number += 1
        }
    }

    /// The records of one segment, without regard to the others.
    func forEachRecord(of entry: Int, segment number: Int, _ body: (StoredRecord) throws -> Void) throws {
        let rows = try database.prepare("SELECT number, first, count, raw, data, lengths, salts FROM segment WHERE entry = ? AND number = ?")
        rows.bind(1, entry)
        rows.bind(2, number)
        while try rows.step() { try visit(rows, entry: entry, Decompressor(), wanted: nil, body) }
    }

    /// One record, or nil if there is none of that number.
    package func withRecord<T>(_ id: ArtifactID, _ body: (StoredRecord) throws -> T) throws -> T? {
        let rows = try database.prepare(
            "SELECT number, first, count, raw, data, lengths, salts FROM segment WHERE entry = ?1 AND first <= ?2 AND ?2 < first + count")
        rows.bind(1, id.entry)
        rows.bind(2, id.record)
        guard try rows.step() else { return nil }
        var result: T?
        try visit(rows, entry: id.entry, Decompressor(), wanted: id.record) { result = try body($0) }
        return result
    }

    private func visit(
        _ rows: Statement, entry: Int, _ decompressor: Decompressor, wanted: Int?, _ body: (StoredRecord) throws -> Void
    ) throws {
        let first = rows.int(1)
        let count = rows.int(2)
        let raw = rows.int(3)
        let at = ArtifactID(entry: entry, record: min(max(first, 0), 1 << 31))
        // By division: a stored number may be as large as it likes.
        guard count > 0, first >= 0, first < 1 << 32 - rows.bytes(5).count, rows.bytes(5).count % 4 == 0, rows.bytes(5).count / 4 == count,
            rows.bytes(6).count % Segment.saltSize == 0, rows.bytes(6).count / Segment.saltSize == count
        else {
            throw LedgerError.damaged(at, reason: "lengths or salts do not match the number of records")
        }
        guard decompressor.decompress(rows.bytes(4), size: raw) else { throw LedgerError.damaged(at, reason: "a segment cannot be decompressed") }
        let lengths = rows.bytes(5)
        let salts = rows.bytes(6)
        try decompressor.bytes.withUnsafeBytes { bytes in
            var offset = 0
            for i in 0..<count {
                let length = Int(UInt32(littleEndian: lengths.loadUnaligned(fromByteOffset: i * 4, as: UInt32.self)))
                let id = ArtifactID(entry: entry, record: first + i)
                guard offset + length <= raw else { throw LedgerError.damaged(id, reason: "a record reaches beyond its segment") }
                if wanted == nil || wanted == first + i {
                    let whole = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
                    let salt = UnsafeRawBufferPointer(rebasing: salts[i * Segment.saltSize..<(i + 1) * Segment.saltSize])
                    guard let record = StoredRecord(id: id, whole: whole, salt: salt) else {
                        throw LedgerError.damaged(id, reason: "a record's header line is not one")
                    }
                    try body(record)
                }
                offset += length
            }
            guard offset == raw else { throw LedgerError.damaged(at, reason: "bytes of a segment belong to no record") }
        }
    }

    /// The evidence sheet of a pull.
    package func sheet(of entry: Int) throws -> JSON {
        let id = ArtifactID(entry: entry, record: 0)
        let sheet = try withRecord(id) { try? JSON.parse($0.bytes) }
        guard let sheet = sheet ?? nil else { throw LedgerError.damaged(id, reason: "the evidence sheet cannot be read") }
        return sheet
    }
}
