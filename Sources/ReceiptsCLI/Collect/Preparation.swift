import Crypto
import Evidence
import Ledger
import Mapping
import Redaction

/// What becomes of a source's records before anybody knows whether they are new: mapped, redacted, hashed. It asks nothing of the ledger, so that it can
/// be done beside it.
final class Preparation {
    private var preparer: Preparer

    /// `takenAt`: of a state source, when the reading began.
    init(_ entry: Mappings.Entry, key: [UInt8], takenAt: Instant?) { preparer = Preparer(entry, key: key, takenAt: takenAt) }

    /// Replacements so far, by rule.
    var redactions: [String: Int] { preparer.redactor.counts.merging(preparer.rejects.redactions, uniquingKeysWith: +) }

    func prepare(_ batch: RecordBatch) { preparer.prepare(batch) }
}

/// A value, whose parts can be changed while others are read.
private struct Preparer {
    private let entry: Mappings.Entry
    private let keys: RecordKeys
    private let spelling: RecordSpelling
    private var mapper: RecordMapper
    fileprivate private(set) var redactor: Redactor
    fileprivate private(set) var rejects: RejectRedaction

    private var shape = RecordShape.json
    private var originName: [UInt8] = []
    private var replacing: [(range: Range<Int>, type: FieldType)] = []
    private var exempt: [Range<Int>] = []
    private var redacted: [UInt8] = []
    private var moves: [Move] = []

    init(_ entry: Mappings.Entry, key: [UInt8], takenAt: Instant?) {
        self.entry = entry
        keys = RecordKeys(source: SourceText(entry.source.id), key: SymmetricKey(data: key))
        spelling = RecordSpelling(entry.source)
        mapper = RecordMapper(entry.mapper)
        mapper.takenAt = takenAt
        redactor = Redactor(key: key, mode: entry.source.personalData)
        rejects = RejectRedaction(key: key, mode: entry.source.personalData)
    }

    mutating func prepare(_ batch: RecordBatch) {
        while batch.rows.count < batch.items.count { batch.rows.append(RowBatch()) }
        for i in batch.items.indices {
            switch batch.items[i].event {
            case .origin(let origin):
                originName = Array(origin.name.utf8)
                shape = MappingDecoder.shape(entry, header: origin.header)
            case .record(let range): batch.items[i].outcome = record(range, in: batch, i)
            case .reject(let range, let reason):
                batch.items[i].outcome = batch.withBytes(.asRead(range)) { bytes in
                    mapper.peopleOfReject(bytes, shape, isMapped: false, into: &replacing)
                    return reject(bytes, reason)
                }
            }
        }
    }

    private mutating func record(_ range: Range<Int>, in batch: RecordBatch, _ i: Int) -> RecordBatch.Outcome {
        batch.withBytes(.asRead(range)) { bytes in
            guard case .json = shape else { return outcome(of: bytes, Received(bytes: bytes, range: range), in: batch, i) }
            return spelling.spelled(bytes) { read, stored in
                outcome(of: read, Received(bytes: stored, range: stored.baseAddress == bytes.baseAddress ? range : nil), in: batch, i)
            }
        }
    }

    /// `received` is stored where nothing had to be redacted in `bytes`, which says the same.
    private mutating func outcome(of bytes: UnsafeRawBufferPointer, _ received: Received, in batch: RecordBatch, _ i: Int) -> RecordBatch.Outcome {
        let ordinal = batch.items[i].ordinal
        if entry.mapper.readsPeoplePlainly, mapper.read(bytes, shape: shape, ordinal: ordinal, originName: originName) {
            let isChanged = redact(bytes)
            if let outcome = outcomeOfRead(received, isChanged, in: batch, i) { return outcome }
            redactor.takeBack()
        }
        if case .reject(let reason) = mapper.map(bytes, shape: shape, ordinal: ordinal, originName: originName, into: &batch.rows[i]) {
            mapper.peopleOfReject(bytes, shape, isMapped: true, into: &replacing)
            return reject(bytes, reason.text)
        }
        guard redact(bytes) else { return asReceived(received, in: batch, i) }
        guard redacted.count < StoredReject.sizeLimit else { return reject(bytes, "too large once people are replaced") }
        return mappedAgain(received, in: batch, i) ?? reject(bytes, "after redaction the record no longer maps")
    }

    private mutating func redact(_ bytes: UnsafeRawBufferPointer) -> Bool {
        mapper.sensitiveRanges(replacing: &replacing, exempt: &exempt)
        return redactor.redact(bytes, replacing: replacing, exempt: exempt, shape: shape.redaction, into: &redacted)
    }

    /// Of a record that was read, without reading it once more where people alone were replaced in it. Nil if it is a reject, whose reason `map` says.
    private mutating func outcomeOfRead(_ received: Received, _ isChanged: Bool, in batch: RecordBatch, _ i: Int) -> RecordBatch.Outcome? {
        guard isChanged else { return mapper.makeRows(into: &batch.rows[i]) ? asReceived(received, in: batch, i) : nil }
        guard redacted.count < StoredReject.sizeLimit else { return nil }
        guard let pseudonyms = redactor.pseudonyms else {
            return mapper.makeRows(into: &batch.rows[i]) ? mappedAgain(received, in: batch, i) : nil
        }
        moves.removeAll(keepingCapacity: true)
        for replaced in pseudonyms { moves.append(Move(from: replaced.from, to: replaced.to, end: replaced.end)) }
        let stored = redacted.withUnsafeBytes(batch.store)
        let hasRows = batch.withBytes(stored) { changed in
            mapper.follow(moves, to: changed)
            return mapper.makeRows(into: &batch.rows[i])
        }
        return hasRows ? .kept(keys.kept(stored, received.bytes, in: batch, i)) : nil
    }

    private func asReceived(_ received: Received, in batch: RecordBatch, _ i: Int) -> RecordBatch.Outcome {
        .kept(keys.kept(received.range.map { .asRead($0) } ?? batch.store(received.bytes), nil, in: batch, i))
    }

    /// What the rows say must follow from what is stored, so the stored bytes are mapped; nil if that gives none.
    private mutating func mappedAgain(_ received: Received, in batch: RecordBatch, _ i: Int) -> RecordBatch.Outcome? {
        let stored = redacted.withUnsafeBytes(batch.store)
        let outcome = batch.withBytes(stored) { changed in
            mapper.map(changed, shape: shape, ordinal: batch.items[i].ordinal, originName: originName, into: &batch.rows[i])
        }
        guard case .rows = outcome else { return nil }
        return .kept(keys.kept(stored, received.bytes, in: batch, i))
    }

    private mutating func reject(_ bytes: UnsafeRawBufferPointer, _ reason: String) -> RecordBatch.Outcome {
        .rejected(rejects.redacted(bytes, replacing, shape.redaction), reason: reason)
    }
}

/// A record as it came, with what its source opens in it.
private struct Received {
    let bytes: UnsafeRawBufferPointer
    /// In the batch's bytes; nil where something was opened.
    let range: Range<Int>?
}

/// What records of a source are known by.
private struct RecordKeys {
    let source: SourceText
    let key: SymmetricKey

    /// `received`: what came, where what is stored is not that.
    func kept(_ stored: StoredBytes, _ received: UnsafeRawBufferPointer?, in batch: RecordBatch, _ i: Int) -> KeptRecord {
        let native = batch.rows[i].first.flatMap { DedupeKey.native(of: $0, source) }
        // Where no id tells records apart that redaction may have made equal.
        let digest = native == nil ? received.map { ReceivedDigest.of($0, under: key) } ?? [] : []
        return batch.withBytes(stored) { bytes in
            let recordKey: RecordKey =
                if let native { .native(native) } else {
                    .content(digest.withUnsafeBytes { DedupeKey.content(source, bytes: bytes, receivedDigest: $0, occurrence: 0) })
                }
            return KeptRecord(bytes: stored, receivedDigest: digest, content: DedupeKey.content(of: bytes), key: recordKey)
        }
    }
}

/// What is kept of bytes that are no record: redacted by patterns and where people stand, and not longer than a record may be. Nothing that cannot be read
/// is dropped but NUL, which between the letters of a wide encoding would hide every pattern.
struct RejectRedaction {
    private let key: SymmetricKey
    private var redactor: Redactor
    private var stored: [UInt8] = []

    init(key: [UInt8], mode: PersonalData) {
        self.key = SymmetricKey(data: key)
        redactor = Redactor(key: key, mode: mode)
    }

    var redactions: [String: Int] { redactor.counts }

    mutating func redacted(
        _ bytes: UnsafeRawBufferPointer, _ replacing: [(range: Range<Int>, type: FieldType)], _ shape: RedactionShape
    ) -> RejectedRecord {
        let isWide = replacing.isEmpty && bytes.contains(0)
        let text = isWide ? bytes.filter { $0 != 0 } : []
        let isChanged =
            text.withUnsafeBytes {
                redactor.redact(isWide ? $0 : bytes, replacing: replacing, exempt: [], shape: shape, into: &stored)
            } || isWide
        StoredReject.shorten(&stored)
        // A copy as long as it must be: the buffer stays here, and not where a large one filled it.
        let reject = RejectedRecord(bytes: stored.withUnsafeBytes { Array($0) }, receivedDigest: isChanged ? ReceivedDigest.of(bytes, under: key) : [])
        if stored.capacity > 1 << 20 { stored = [] }
        return reject
    }
}

/// Stands for bytes as they were received, where redaction may have made different ones equal: half of HMAC-SHA-256 over `r` and the bytes, in hexadecimal.
enum ReceivedDigest {
    static func of(_ bytes: UnsafeRawBufferPointer, under key: SymmetricKey) -> [UInt8] {
        var hmac = HMAC<SHA256>(key: key)
        hmac.update(data: [0x72])
        hmac.update(data: bytes)
        return Array(Hex.encode(Array(hmac.finalize()).prefix(8)).utf8)
    }
}
