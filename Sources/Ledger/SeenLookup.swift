import Evidence
import SQLite

/// A set of rows of `seen` in eight bytes: two sets that differ have the same sum once in 2^64, whoever chose them, for nobody knows the secret.
struct SetDigest: Equatable {
    private let secret: UInt64
    private var sum: UInt64 = 0
    private var count = 0

    init() { secret = .random(in: .min ... .max) }
    init(like other: SetDigest) { secret = other.secret }

    mutating func add(_ key: Int64, _ artifact: Int64, _ content: Int64) {
        // SipHash under a key of this process, and under our own.
        var hasher = Hasher()
        hasher.combine(secret)
        hasher.combine(key)
        hasher.combine(artifact)
        hasher.combine(content)
        sum &+= UInt64(bitPattern: Int64(hasher.finalize()))
        count += 1
    }
}

/// Asks `seen` for each record, to name those that it does not know: only where the sums of a verification differ, for each question costs a microsecond.
struct SeenLookup {
    private let index: IndexFile
    /// Keys that the ledger gives.
    private var count = 0

    init(_ index: IndexFile) { self.index = index }

    /// Every record of the entries below `indexed`, once more.
    mutating func examine(_ ledger: LedgerFile, below indexed: Int, decoder: inout some RowDecoder, into result: inout LedgerVerification) throws {
        try ledger.forEachEntry { seq, bytes in
            guard seq < indexed, case .pull(let pull)? = LedgerEntry(bytes) else { return }
            try decoder.begin(source: pull.source)
            let source = SourceText(pull.source)
            var isOfState = false
            try ledger.forEachRecord(of: seq) { record in
                switch record.role {
                case .sheet: isOfState = (try? JSON.parse(record.bytes)).map(IndexedPull.isOfState) ?? false
                case .origin: if let json = try? JSON.parse(record.bytes) { try decoder.origin(json) }
                case .data where isOfState: break
                case .data, .conflict: if let flaw = try flaw(of: record, source, decoder: &decoder) { result.found(flaw) }
                case .reject, .erased, .anchor: break
                }
            }
        }
        let found = Int(try index.database.integer("SELECT count(*) FROM seen") ?? 0)
        if found != count { result.found(LedgerFinding(.index, "seen", "\(found) keys, the ledger gives \(count)")) }
    }

    private mutating func flaw(of record: StoredRecord, _ source: SourceText, decoder: inout some RowDecoder) throws -> LedgerFinding? {
        if record.role == .conflict {
            count += 1
            let key = DedupeKey.conflict(source, bytes: StoredReject(record.bytes).bytes)
            if let seen = try index.packedSeen(key), seen == (record.id.packed, 0) { return nil }
            return LedgerFinding(.index, "seen of \(record.id)", "does not know the conflict")
        }
        return try isSeen(record, source, decoder: &decoder) ? nil : LedgerFinding(.index, "seen of \(record.id)", "does not know the record")
    }

    private mutating func isSeen(_ record: StoredRecord, _ source: SourceText, decoder: inout some RowDecoder) throws -> Bool {
        var native: Int64?
        var id: String?
        var isFirst = true
        _ = try decoder.rows(of: record) { _, row in
            if isFirst {
                native = DedupeKey.native(of: row, source)
                id = row.nativeID.map(row.text)
            }
            isFirst = false
        }
        guard let native else {
            count += 1
            guard let place = try SeenLookup.place(of: record, source, in: index) else { return false }
            return try index.packedSeen(place)?.content == record.content
        }
        guard let seen = try index.packedSeen(native) else { return false }
        if seen.artifact < record.id.packed { return try id.map { try isOfEarlier(seen.artifact, $0, source) } ?? false }
        count += 1
        return seen == (record.id.packed, record.content)
    }

    /// The key that a record without an id of its own has: by its bytes and how many equal ones come before it.
    static func place(of record: StoredRecord, _ source: SourceText, in index: IndexFile) throws -> Int64? {
        var occurrence = 0
        while true {
            let key = DedupeKey.content(source, bytes: record.bytes, receivedDigest: record.receivedDigest, occurrence: occurrence)
            guard let seen = try index.packedSeen(key), seen.artifact <= record.id.packed else { return nil }
            if seen.artifact == record.id.packed { return key }
            occurrence += 1
        }
    }

    /// An earlier record came to the same id, under a mapping that has changed since.
    private func isOfEarlier(_ artifact: Int64, _ id: String, _ source: SourceText) throws -> Bool {
        for kind in index.kinds {
            let row = try index.database.prepare("SELECT 1 FROM \"\(kind.name)\" WHERE artifact = ? AND source = ? AND native_id = ?")
            row.bind(1, artifact)
            row.bind(2, source.id.text)
            row.bind(3, id)
            if try row.step() { return true }
        }
        return false
    }
}
