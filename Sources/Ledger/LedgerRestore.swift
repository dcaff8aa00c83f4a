import Evidence
import SQLite
import Seal

extension LedgerFile {
    /// Makes a ledger of the entries and records that an archive holds, as `docs/formats/archive.md` lays them out. For reading only: it has
    /// no signer, and nothing is checked here that `LedgerVerifier` checks.
    ///
    /// `entries`: the lines of `entries.jsonl`, in order. `records`: the bytes of `e<n>.records`. `checkpoints`: signed heads and their sizes.
    package static func restore(
        in folder: String, entries: [[UInt8]], checkpoints: [(size: Int, note: [UInt8])], records: (Int) throws -> [UInt8]
    ) throws -> LedgerFile {
        guard let first = entries.first, case .genesis(let genesis)? = LedgerEntry(first) else {
            throw LedgerError.damaged(nil, reason: "the first entry is not a genesis entry")
        }
        let ledger = try create(in: folder, genesis: genesis)
        let insert = try ledger.database.prepare("INSERT INTO entry (seq, bytes) VALUES (?, ?)")
        try ledger.database.transaction {
            for (seq, bytes) in entries.enumerated().dropFirst() {
                guard let entry = LedgerEntry(bytes) else { throw LedgerError.damaged(nil, reason: "entry \(seq) cannot be read") }
                insert.bind(1, seq)
                insert.bind(2, blob: bytes)
                try insert.execute()
                guard let count = entry.recordCount else { continue }
                try PackedRecords(entry: seq, count: count, try records(seq)).write(to: ledger.database)
            }
        }
        for (size, note) in checkpoints { try ledger.storeCheckpoint(size: size, note: note) }
        return ledger
    }
}

extension LedgerFile {
    /// The numbers of the records whose bytes an archive's `e<n>.records` still holds.
    package static func archivedRecords(in bytes: [UInt8]) throws -> Set<Int> {
        let pull = PackedRecords(entry: 0, count: 0, bytes)
        var held: Set<Int> = []
        var at = 0
        var number = 0
        while at < bytes.count {
            if try !pull.record(&at, number).whole.isEmpty { held.insert(number) }
            number += 1
        }
        return held
    }
}

/// The records of one entry in the form that an archive holds them in (`docs/formats/archive.md`), to be cut into segments.
struct PackedRecords {
    private let entry: Int
    private let count: Int
    private let bytes: [UInt8]

    init(entry: Int, count: Int, _ bytes: [UInt8]) {
        self.entry = entry
        self.count = count
        self.bytes = bytes
    }

    static func append(salt: [UInt8], whole: [UInt8], to bytes: inout [UInt8]) {
        bytes += Array("\(Hex.encode(salt)) \(whole.count)\n".utf8) + whole + [10]
    }

    func write(to database: Database) throws {
        let insert = try database.prepare(
            "INSERT INTO segment (entry, number, first, count, raw, data, lengths, salts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        let compressor = Compressor()
        var at = 0
        var next = 0
        var number = 0
        while at < bytes.count {
            var block: [UInt8] = []
            var lengths: [UInt8] = []
            var salts: [UInt8] = []
            let first = next
            // The sheet, record 0, lies in a segment of its own, as it was sealed.
            repeat {
                let record = try record(&at, next)
                salts += record.salt
                withUnsafeBytes(of: UInt32(record.whole.count).littleEndian) { lengths.append(contentsOf: $0) }
                block += record.whole
                next += 1
            } while first > 0 && at < bytes.count && block.count < Segment.target
            insert.bind(1, entry)
            insert.bind(2, number)
            insert.bind(3, first)
            insert.bind(4, lengths.count / 4)
            insert.bind(5, block.count)
            insert.bind(6, blob: try compressor.compress(block))
            insert.bind(7, blob: lengths)
            insert.bind(8, blob: salts)
            try insert.execute()
            number += 1
        }
        guard next == count else { throw LedgerError.damaged(nil, reason: "entry \(entry) speaks of \(count) records, \(next) are there") }
    }

    /// `<salt, 64 hexadecimal digits> <length>\n<bytes>\n`; of an erased record its leaf hash, 0 and nothing.
    func record(_ at: inout Int, _ number: Int) throws -> (salt: [UInt8], whole: ArraySlice<UInt8>) {
        let damaged = LedgerError.damaged(ArtifactID(entry: entry, record: number), reason: "the archive's copy of the record is cut wrongly")
        guard let line = bytes[at...].firstIndex(of: 10), line - at > 65, bytes[at + 64] == 32,
            let salt = Hex.decode(String(decoding: bytes[at..<at + 64], as: UTF8.self)),
            let length = Int(String(decoding: bytes[(at + 65)..<line], as: UTF8.self)), length >= 0, length < bytes.count - line - 1,
            bytes[line + 1 + length] == 10
        else { throw damaged }
        at = line + 2 + length
        return (salt, bytes[(line + 1)..<(line + 1 + length)])
    }
}
