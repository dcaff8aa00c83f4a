import Connectors
import Crypto
import Evidence
import Ledger
import Mapping
import Redaction

/// Enters prepared records one by one: recognises duplicates, appends to the ledger, adds rows to the index.
struct RecordKeeper {
    private let entry: Mappings.Entry
    private let writer: PullWriter
    private let indexed: IndexedPull
    private(set) var tally = PullTally()
    /// In the order in which they were read.
    private(set) var files: [FileTally] = []
    private let known: [String: FileCursor]
    /// Of a state source: when the reading began.
    private let takenAt: Instant?
    /// Its content, by the key of each thing that it has shown so far.
    private var shown: [Int64: Int64] = [:]
    private var rejects: RejectRedaction

    private var originName = ""
    private var shape = RedactionShape.json
    private var pendingOrigin: Origin?
    /// The file grew, and this is what was added to it.
    private var isAddition = false
    private var originRecord = 0
    /// Repeats of records without an id that an earlier pull already had, by key: the second of two equal lines is a record of its own.
    private var repeats: [Int64: Int] = [:]
    private var erased: ErasedBefore

    init(_ entry: Mappings.Entry, writer: PullWriter, indexed: IndexedPull, key: [UInt8], known: [String: FileCursor], takenAt: Instant?) throws {
        self.entry = entry
        self.writer = writer
        self.indexed = indexed
        self.known = known
        self.takenAt = takenAt
        erased = try ErasedBefore(indexed.index, source: entry.source.id, key: SymmetricKey(data: key))
        rejects = RejectRedaction(key: key, mode: entry.source.personalData)
        if takenAt != nil { indexed.beginState() }
    }

    var redactions: [String: Int] { rejects.redactions }

    mutating func keep(_ batch: RecordBatch, _ i: Int) throws {
        let item = batch.items[i]
        switch (item.event, item.outcome) {
        case (.origin(let origin), _): return try begin(origin)
        case (_, .kept(let record)):
            tally.read += 1
            let made = Made(record: record, rows: batch.rows[i], ordinal: item.ordinal)
            try batch.withBytes(record.bytes) { try keep($0, made) }
        case (_, .rejected(let reject, let reason)):
            tally.read += 1
            try keepReject(reject, ordinal: item.ordinal, reason: reason)
        case (_, .pending): preconditionFailure("a batch is prepared before it is kept")
        }
    }

    /// A prepared record with its rows.
    private struct Made {
        let record: KeptRecord
        let rows: RowBatch
        let ordinal: Int
    }

    private mutating func begin(_ origin: Origin) throws {
        let before = origin.start == 0 ? known[origin.name]?.records ?? 0 : 0
        // Of what could not be read nobody knows whether it is repeated.
        let unread = before > 0 ? try indexed.index.rejects(of: indexed.source.id, from: origin.name) : 0
        files.append(FileTally(name: origin.name, known: max(0, before - unread)))
        // Written with its first record: a file that brings nothing new leaves no trace but its cursor.
        pendingOrigin = origin
        isAddition = origin.start > 0
        originName = origin.name
        let recordShape = MappingDecoder.shape(entry, header: origin.header)
        shape = recordShape.redaction
        repeats.removeAll(keepingCapacity: true)
        erased.begin()
        if case .csv(let header) = recordShape, header.namesNothing, !isAddition {
            tally.read += 1
            let line = origin.header.withUnsafeBytes { rejects.redacted($0, [], shape) }
            try keepReject(line, ordinal: 0, reason: "its first line names no column that is mapped: it is no header, or another table's")
        }
    }

    private mutating func writeOrigin() throws {
        guard let origin = pendingOrigin else { return }
        pendingOrigin = nil
        // A first line that is no header may tell of people.
        let header = origin.header.isEmpty ? [] : origin.header.withUnsafeBytes { rejects.redacted($0, [], .csv) }.bytes
        var members: [String: JSON] = [
            "name": .string(origin.name), "header": .string(String(decoding: header, as: UTF8.self)), "start": .int(origin.start),
        ]
        if let takenAt { members["taken_at"] = .instant(takenAt) }
        let id = try JSON.object(members).canonicalBytes.withUnsafeBytes { try writer.append(.origin, origin: 0, ordinal: 0, bytes: $0) }
        originRecord = id.record
        try indexed.origin(id, name: origin.name, start: origin.start)
    }

    /// Appends a record that maps, unless the ledger has it.
    private mutating func keep(_ bytes: UnsafeRawBufferPointer, _ made: Made) throws {
        if takenAt != nil { return try keepState(bytes, made) }
        if erased.isEmpty, case .native(let key) = made.record.key { return try keep(bytes, made, under: key) }
        guard let key = try newKey(bytes, made) else { return }
        try writeOrigin()
        let id = try append(bytes, made)
        try indexed.index.noteSeen(key, id, content: made.record.content)
        try insertRows(made.rows, id)
    }

    private func append(_ bytes: UnsafeRawBufferPointer, _ made: Made) throws -> ArtifactID {
        try writer.append(.data, origin: originRecord, ordinal: made.ordinal, bytes: bytes, receivedDigest: made.record.receivedDigest)
    }

    /// Of a record with an id, where nothing was erased that it could be: whether it is new is asked by entering its key, once down the tree and not twice.
    private mutating func keep(_ bytes: UnsafeRawBufferPointer, _ made: Made, under key: Int64) throws {
        // Its origin comes before it, if this is the first of it.
        let id = ArtifactID(entry: writer.entryNumber, record: writer.nextID.record + (pendingOrigin == nil ? 0 : 1))
        guard try indexed.index.noteSeen(key, id, content: made.record.content) else { return try keepRepeated(bytes, made, key) }
        try writeOrigin()
        let given = try append(bytes, made)
        precondition(given == id, "a record's number is known before it is written")
        try insertRows(made.rows, id)
    }

    private mutating func keepRepeated(_ bytes: UnsafeRawBufferPointer, _ made: Made, _ key: Int64) throws {
        guard let seen = try indexed.index.seen(key), seen.content != made.record.content else { return noteDuplicate() }
        try keepConflict(bytes, made, with: seen.artifact)
    }

    private mutating func insertRows(_ rows: RowBatch, _ id: ArtifactID) throws {
        for i in 0..<rows.count {
            try indexed.index.insert(table: entry.tables[rows.rows[i].yield], row: rows.rows[i], id: id, source: indexed.source)
            if i == 0 {
                tally.note(event: rows.rows[i].occurredAt)
                files.noteLast { $0.note(new: rows.rows[i].occurredAt) }
            }
        }
        tally.kept += 1
        tally.rows += rows.count
    }

    /// A snapshot is kept whole, also what it repeats of the one before. Two things under one id make it no snapshot: a page was shifted, or the id is none.
    private mutating func keepState(_ bytes: UnsafeRawBufferPointer, _ made: Made) throws {
        if case .native(let key) = made.record.key {
            if let before = shown[key] {
                if before == made.record.content { return noteDuplicate() }
                // Whoever stands in it has been replaced.
                let reject = rejects.redacted(bytes, [], shape)
                return try keepReject(reject, ordinal: made.ordinal, reason: "its id stands in this snapshot twice, with different content")
            }
            if try wasErased(key, identifies: true, ordinal: made.ordinal) { return }
            shown[key] = made.record.content
        }
        try writeOrigin()
        let id = try writer.append(.data, origin: originRecord, ordinal: made.ordinal, bytes: bytes)
        var digest = MemberDigest()
        for row in made.rows.rows.prefix(made.rows.count) { digest.add(table: entry.tables[row.yield], row) }
        indexed.hold(digest, id)
        try insertRows(made.rows, id)
    }

    /// The key under which the record is new; nil if it is a duplicate or was kept as a conflict.
    private mutating func newKey(_ bytes: UnsafeRawBufferPointer, _ made: Made) throws -> Int64? {
        switch made.record.key {
        case .content(let base): return try newContentKey(bytes, made, base)
        case .native(let key):
            guard try indexed.index.seen(key) != nil else { return try wasErased(key, identifies: true, ordinal: made.ordinal) ? nil : key }
            try keepRepeated(bytes, made, key)
            return nil
        }
    }

    private mutating func newContentKey(_ bytes: UnsafeRawBufferPointer, _ made: Made, _ base: Int64) throws -> Int64? {
        func key(_ occurrence: Int) -> Int64 {
            if occurrence == 0 { return base }
            return made.record.receivedDigest.withUnsafeBytes { digest in
                DedupeKey.content(indexed.source, bytes: bytes, receivedDigest: digest, occurrence: occurrence)
            }
        }
        var occurrence = repeats[base] ?? 0
        while let seen = try indexed.index.seen(key(occurrence)) {
            guard isOtherEvent(seen.artifact) else {
                repeats[base] = occurrence + 1
                noteDuplicate()
                return nil
            }
            occurrence += 1
        }
        if try wasErased(base, identifies: false, ordinal: made.ordinal) {
            if occurrence > 0 { repeats[base] = occurrence }
            return nil
        }
        if occurrence > 0 { repeats[base] = occurrence + 1 }
        return key(occurrence)
    }

    /// Counts a record that was erased before. Where its tombstone knows no day, what is left of it is a reject without bytes: the source has something
    /// here that the ledger does not, and reading the whole file again does not mend that.
    private mutating func wasErased(_ key: Int64, identifies: Bool, ordinal: Int) throws -> Bool {
        switch erased.ask(key, identifies: identifies) {
        case .isNew: return false
        case .wasErased: tally.erased += 1
        case .wasErasedWhenUnknown:
            try storeReject(RejectedRecord(bytes: [], receivedDigest: []), ordinal: ordinal, reason: "erased before, not stored")
        }
        return true
    }

    private mutating func noteDuplicate() {
        tally.duplicates += 1
        files.noteLast { $0.repeated += 1 }
    }

    /// Whether an equal record cannot be the one in hand. A repeat within this very reading is a second event, and so is what was added to a file, whatever it or
    /// the file that it was renamed from held before; one that an earlier pull had, or another file, is the same event read again.
    private func isOtherEvent(_ seen: ArtifactID) -> Bool {
        // Records of the origin in hand come after its own record.
        isAddition || seen.entry == writer.entryNumber && pendingOrigin == nil && seen.record > originRecord
    }

    private mutating func keepConflict(_ bytes: UnsafeRawBufferPointer, _ made: Made, with other: ArtifactID) throws {
        // The same contradiction read again is no news.
        if try indexed.index.seen(DedupeKey.conflict(indexed.source, bytes: bytes)) != nil { return noteDuplicate() }
        if try wasErased(DedupeKey.conflict(indexed.source, bytes: bytes), identifies: true, ordinal: made.ordinal) { return }
        try writeOrigin()
        let body = StoredReject.encode(reason: other.description, bytes: bytes)
        let id = try body.withUnsafeBytes { try writer.append(.conflict, origin: originRecord, ordinal: made.ordinal, bytes: $0) }
        try indexed.conflict(id, with: other, at: made.rows.rows[0].occurredAt, bytes: bytes)
        tally.conflicts += 1
        files.noteLast { $0.repeated += 1 }
    }

    private mutating func keepReject(_ reject: RejectedRecord, ordinal: Int, reason: String) throws {
        if try wasErased(reject, ordinal: ordinal) { return }
        try storeReject(reject, ordinal: ordinal, reason: reason)
    }

    /// By what was received, which does not change with what is replaced in it; a tombstone made before that was known has it by what was stored.
    private mutating func wasErased(_ reject: RejectedRecord, ordinal: Int) throws -> Bool {
        for digest in reject.receivedDigest.isEmpty ? [[]] : [reject.receivedDigest, []] {
            let key = reject.bytes.withUnsafeBytes { bytes in
                digest.withUnsafeBytes { DedupeKey.reject(indexed.source, bytes: bytes, receivedDigest: $0) }
            }
            if try wasErased(key, identifies: false, ordinal: ordinal) { return true }
        }
        return false
    }

    private mutating func storeReject(_ reject: RejectedRecord, ordinal: Int, reason: String) throws {
        try writeOrigin()
        let body = reject.bytes.withUnsafeBytes { StoredReject.encode(reason: reason, bytes: $0) }
        let id = try body.withUnsafeBytes {
            try writer.append(.reject, origin: originRecord, ordinal: ordinal, bytes: $0, receivedDigest: reject.receivedDigest)
        }
        try indexed.reject(id, origin: originRecord, ordinal: ordinal, reason: reason)
        tally.note(reject: RejectExample(origin: originName, ordinal: ordinal, reason: reason))
    }
}
