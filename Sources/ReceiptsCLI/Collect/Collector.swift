import Connectors
import Crypto
import Evidence
import Ledger
import Mapping
import Redaction

/// Takes a connector's records one by one: map, redact, recognise duplicates, append, index.
struct Collector: RecordSink {
    private let entry: Mappings.Entry
    private let writer: PullWriter
    private let indexed: IndexedPull
    private let key: SymmetricKey
    private let spelling: RecordSpelling
    private var mapper: RecordMapper
    private var redactor: Redactor
    private(set) var tally = PullTally()
    /// In the order in which they were read.
    private(set) var files: [FileTally] = []
    private let known: [String: FileCursor]
    /// Of a state source: when the reading began.
    private let takenAt: Instant?
    /// Its content, by the key of each thing that it has shown so far.
    private var shown: [Int64: Int64] = [:]

    private var shape = RecordShape.json
    private var redactionShape = RedactionShape.json
    private var originName: [UInt8] = []
    private var pendingOrigin: Origin?
    private var originRecord = 0
    /// Repeats of records without an id that an earlier pull already had, by key: the second of two equal lines is a record of its own.
    private var repeats: [Int64: Int] = [:]
    private var erased: ErasedBefore

    private var batch = RowBatch()
    private var replacing: [(range: Range<Int>, type: FieldType)] = []
    private var exempt: [Range<Int>] = []
    private var stored: [UInt8] = []

    init(_ entry: Mappings.Entry, writer: PullWriter, indexed: IndexedPull, key: [UInt8], known: [String: FileCursor], takenAt: Instant? = nil) throws {
        self.entry = entry
        self.writer = writer
        self.indexed = indexed
        self.known = known
        self.key = SymmetricKey(data: key)
        erased = try ErasedBefore(indexed.index, source: entry.source.id, key: self.key)
        spelling = RecordSpelling(entry.source)
        mapper = RecordMapper(entry.mapper)
        mapper.takenAt = takenAt
        self.takenAt = takenAt
        if takenAt != nil { indexed.beginState() }
        redactor = Redactor(key: key, mode: entry.source.personalData)
    }

    var redactions: [String: Int] { redactor.counts }
    var rejected: Int { tally.rejected }

    mutating func origin(_ origin: Origin) throws {
        let before = origin.start == 0 ? known[origin.name]?.records ?? 0 : 0
        // Of what could not be read nobody knows whether it is repeated.
        let unread = before > 0 ? try indexed.index.rejects(of: indexed.source.id, from: origin.name) : 0
        files.append(FileTally(name: origin.name, known: max(0, before - unread)))
        // Written with its first record: a file that brings nothing new leaves no trace but its cursor.
        pendingOrigin = origin
        originName = Array(origin.name.utf8)
        repeats.removeAll(keepingCapacity: true)
        erased.begin()
        shape = MappingDecoder.shape(entry, header: origin.header)
        redactionShape = shape.redaction
    }

    private mutating func writeOrigin() throws {
        guard let origin = pendingOrigin else { return }
        pendingOrigin = nil
        var members: [String: JSON] = [
            "name": .string(origin.name), "header": .string(String(decoding: origin.header, as: UTF8.self)), "start": .int(origin.start),
        ]
        if let takenAt { members["taken_at"] = .instant(takenAt) }
        let id = try JSON.object(members).canonicalBytes.withUnsafeBytes { try writer.append(.origin, origin: 0, ordinal: 0, bytes: $0) }
        originRecord = id.record
        try indexed.origin(id, name: origin.name, start: origin.start)
    }

    mutating func record(_ bytes: UnsafeRawBufferPointer, ordinal: Int, shape form: RecordForm) throws {
        tally.read += 1
        guard case .json = shape else { return try take(bytes, received: bytes, ordinal: ordinal) }
        try spelling.spelled(bytes) { try take($0, received: $1, ordinal: ordinal) }
    }

    /// `received` is stored where nothing had to be redacted in `bytes`, which says the same.
    private mutating func take(_ bytes: UnsafeRawBufferPointer, received: UnsafeRawBufferPointer, ordinal: Int) throws {
        let outcome = mapper.map(bytes, shape: shape, ordinal: ordinal, originName: originName, into: &batch)
        guard case .rows = outcome else {
            mapper.peopleOfReject(bytes, shape, isMapped: true, into: &replacing)
            if case .reject(let reason) = outcome { try keepReject(bytes, ordinal: ordinal, reason: reason.text) }
            return
        }
        mapper.sensitiveRanges(replacing: &replacing, exempt: &exempt)
        guard redactor.redact(bytes, replacing: replacing, exempt: exempt, shape: redactionShape, into: &stored) else {
            return try keep(received, receivedDigest: [], ordinal: ordinal)
        }
        // What the rows say must follow from what is stored, so the stored bytes are mapped again.
        let redacted = swapOutStored()
        defer { stored = redacted }
        guard redacted.count < StoredReject.sizeLimit else { return try keepReject(bytes, ordinal: ordinal, reason: "too large once people are replaced") }
        try redacted.withUnsafeBytes { redacted in
            guard case .rows = mapper.map(redacted, shape: shape, ordinal: ordinal, originName: originName, into: &batch) else {
                return try keepReject(bytes, ordinal: ordinal, reason: "after redaction the record no longer maps")
            }
            let hasID = batch.count > 0 && batch.rows[0].nativeID != nil
            try keep(redacted, receivedDigest: hasID ? [] : receivedDigest(received), ordinal: ordinal)
        }
    }

    private mutating func swapOutStored() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &stored)
        return taken
    }

    private func receivedDigest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hmac = HMAC<SHA256>(key: key)
        hmac.update(data: [0x72])
        hmac.update(data: bytes)
        return Array(Hex.encode(Array(hmac.finalize()).prefix(8)).utf8)
    }

    /// Appends a record that maps, unless the ledger has it.
    private mutating func keep(_ bytes: UnsafeRawBufferPointer, receivedDigest: [UInt8], ordinal: Int) throws {
        let content = DedupeKey.content(of: bytes)
        if takenAt != nil { return try keepState(bytes, content, ordinal: ordinal) }
        if erased.isEmpty, let key = nativeKey { return try keep(bytes, receivedDigest, content, under: key, ordinal: ordinal) }
        guard let key = try newKey(bytes, receivedDigest, content, ordinal: ordinal) else { return }
        try writeOrigin()
        let id = try writer.append(.data, origin: originRecord, ordinal: ordinal, bytes: bytes, receivedDigest: receivedDigest)
        try indexed.index.noteSeen(key, id, content: content)
        try insertRows(id)
    }

    /// Of a record with an id, where nothing was erased that it could be: whether it is new is asked by entering its key, once down the tree and not twice.
    private mutating func keep(_ bytes: UnsafeRawBufferPointer, _ receivedDigest: [UInt8], _ content: Int64, under key: Int64, ordinal: Int) throws {
        // Its origin comes before it, if this is the first of it.
        let id = ArtifactID(entry: writer.entryNumber, record: writer.nextID.record + (pendingOrigin == nil ? 0 : 1))
        guard try indexed.index.noteSeen(key, id, content: content) else { return try keepRepeated(bytes, key, content, ordinal: ordinal) }
        try writeOrigin()
        let given = try writer.append(.data, origin: originRecord, ordinal: ordinal, bytes: bytes, receivedDigest: receivedDigest)
        precondition(given == id, "a record's number is known before it is written")
        try insertRows(id)
    }

    private mutating func keepRepeated(_ bytes: UnsafeRawBufferPointer, _ key: Int64, _ content: Int64, ordinal: Int) throws {
        guard let seen = try indexed.index.seen(key), seen.content != content else { return noteDuplicate() }
        try keepConflict(bytes, with: seen.artifact, at: batch.rows[0].occurredAt, ordinal: ordinal)
    }

    /// Of the first row's id, which alone speaks for the record.
    private var nativeKey: Int64? {
        guard batch.count > 0, let range = batch.rows[0].nativeID else { return nil }
        return batch.rows[0].arena.withUnsafeBytes { DedupeKey.native(indexed.source, id: UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    private mutating func insertRows(_ id: ArtifactID) throws {
        for i in 0..<batch.count {
            try indexed.index.insert(table: entry.tables[batch.rows[i].yield], row: batch.rows[i], id: id, source: indexed.source)
            if i == 0 {
                tally.note(event: batch.rows[i].occurredAt)
                files.noteLast { $0.note(new: batch.rows[i].occurredAt) }
            }
        }
        tally.kept += 1
        tally.rows += batch.count
    }

    /// A snapshot is kept whole, also what it repeats of the one before. Two things under one id make it no snapshot: a page was shifted, or the id is none.
    private mutating func keepState(_ bytes: UnsafeRawBufferPointer, _ content: Int64, ordinal: Int) throws {
        if let key = nativeKey {
            if let before = shown[key] {
                if before == content { return noteDuplicate() }
                // Whoever stands in it has been replaced.
                replacing.removeAll(keepingCapacity: true)
                return try keepReject(bytes, ordinal: ordinal, reason: "its id stands in this snapshot twice, with different content")
            }
            if try wasErased(key, identifies: true, ordinal: ordinal) { return }
            shown[key] = content
        }
        try writeOrigin()
        let id = try writer.append(.data, origin: originRecord, ordinal: ordinal, bytes: bytes)
        var digest = MemberDigest()
        for i in 0..<batch.count { digest.add(table: entry.tables[batch.rows[i].yield], batch.rows[i]) }
        indexed.hold(digest, id)
        try insertRows(id)
    }

    /// The key under which the record is new; nil if it is a duplicate or was kept as a conflict.
    private mutating func newKey(
        _ bytes: UnsafeRawBufferPointer, _ receivedDigest: [UInt8], _ content: Int64, ordinal: Int
    ) throws -> Int64? {
        guard let key = nativeKey else { return try newContentKey(bytes, receivedDigest, ordinal: ordinal) }
        guard try indexed.index.seen(key) != nil else { return try wasErased(key, identifies: true, ordinal: ordinal) ? nil : key }
        try keepRepeated(bytes, key, content, ordinal: ordinal)
        return nil
    }

    private mutating func newContentKey(_ bytes: UnsafeRawBufferPointer, _ receivedDigest: [UInt8], ordinal: Int) throws -> Int64? {
        try receivedDigest.withUnsafeBytes { digest in
            let base = DedupeKey.content(indexed.source, bytes: bytes, receivedDigest: digest, occurrence: 0)
            var occurrence = repeats[base] ?? 0
            var key = occurrence == 0 ? base : DedupeKey.content(indexed.source, bytes: bytes, receivedDigest: digest, occurrence: occurrence)
            // A repeat within this very reading is a second event; one that an earlier pull had is the same event read again.
            while let seen = try indexed.index.seen(key) {
                guard seen.artifact.entry == writer.entryNumber, originIsThis(seen.artifact) else {
                    repeats[base] = occurrence + 1
                    noteDuplicate()
                    return nil
                }
                occurrence += 1
                key = DedupeKey.content(indexed.source, bytes: bytes, receivedDigest: digest, occurrence: occurrence)
            }
            if try wasErased(base, identifies: false, ordinal: ordinal) {
                if occurrence > 0 { repeats[base] = occurrence }
                return nil
            }
            if occurrence > 0 { repeats[base] = occurrence + 1 }
            return key
        }
    }

    /// Counts a record that was erased before. Where its tombstone knows no day, what is left of it is a reject without bytes: the source has something
    /// here that the ledger does not, and reading the whole file again does not mend that.
    private mutating func wasErased(_ key: Int64, identifies: Bool, ordinal: Int) throws -> Bool {
        switch erased.ask(key, identifies: identifies) {
        case .isNew: return false
        case .wasErased: tally.erased += 1
        case .wasErasedWhenUnknown:
            try storeReject(UnsafeRawBufferPointer(start: nil, count: 0), [], ordinal: ordinal, reason: "erased before, not stored")
        }
        return true
    }

    private mutating func noteDuplicate() {
        tally.duplicates += 1
        files.noteLast { $0.repeated += 1 }
    }

    /// Records of the origin in hand come after its own record.
    private func originIsThis(_ artifact: ArtifactID) -> Bool { pendingOrigin == nil && artifact.record > originRecord }

    private mutating func keepConflict(_ bytes: UnsafeRawBufferPointer, with other: ArtifactID, at: Span?, ordinal: Int) throws {
        // The same contradiction read again is no news.
        if try indexed.index.seen(DedupeKey.conflict(indexed.source, bytes: bytes)) != nil { return noteDuplicate() }
        if try wasErased(DedupeKey.conflict(indexed.source, bytes: bytes), identifies: true, ordinal: ordinal) { return }
        try writeOrigin()
        let body = StoredReject.encode(reason: other.description, bytes: bytes)
        let id = try body.withUnsafeBytes { try writer.append(.conflict, origin: originRecord, ordinal: ordinal, bytes: $0) }
        try indexed.conflict(id, with: other, at: at, bytes: bytes)
        tally.conflicts += 1
        files.noteLast { $0.repeated += 1 }
    }

    mutating func reject(_ bytes: UnsafeRawBufferPointer, ordinal: Int, reason: String) throws {
        tally.read += 1
        mapper.peopleOfReject(bytes, shape, isMapped: false, into: &replacing)
        try keepReject(bytes, ordinal: ordinal, reason: reason)
    }

    /// Nothing that cannot be read is dropped: it is kept with its reason, redacted by patterns and where `replacing` says that people stand.
    private mutating func keepReject(_ bytes: UnsafeRawBufferPointer, ordinal: Int, reason: String) throws {
        let isChanged = redactor.redact(bytes, replacing: replacing, exempt: [], shape: redactionShape, into: &stored)
        var redacted = swapOutStored()
        defer { stored = redacted }
        StoredReject.shorten(&redacted)
        let digest = isChanged ? receivedDigest(bytes) : []
        try redacted.withUnsafeBytes { redacted in
            if try wasErased(reject: redacted, digest, ordinal: ordinal) { return }
            try storeReject(redacted, digest, ordinal: ordinal, reason: reason)
        }
    }

    /// By what was received, which does not change with what is replaced in it; a tombstone made before that was known has it by what was stored.
    private mutating func wasErased(reject bytes: UnsafeRawBufferPointer, _ digest: [UInt8], ordinal: Int) throws -> Bool {
        for digest in digest.isEmpty ? [[]] : [digest, []] {
            let key = digest.withUnsafeBytes { DedupeKey.reject(indexed.source, bytes: bytes, receivedDigest: $0) }
            if try wasErased(key, identifies: false, ordinal: ordinal) { return true }
        }
        return false
    }

    private mutating func storeReject(_ bytes: UnsafeRawBufferPointer, _ digest: [UInt8], ordinal: Int, reason: String) throws {
        try writeOrigin()
        let body = StoredReject.encode(reason: reason, bytes: bytes)
        let id = try body.withUnsafeBytes {
            try writer.append(.reject, origin: originRecord, ordinal: ordinal, bytes: $0, receivedDigest: digest)
        }
        try indexed.reject(id, origin: originRecord, ordinal: ordinal, reason: reason)
        tally.note(reject: RejectExample(origin: String(decoding: originName, as: UTF8.self), ordinal: ordinal, reason: reason))
    }
}
