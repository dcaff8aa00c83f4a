import Evidence
import SQLite
import Seal

/// Layout of the blocks that records are kept in.
enum Segment {
    /// A block is closed once it holds this much.
    static let target = 1 << 20
    /// No block is larger: one record of the largest size on top of an almost full block.
    static let rawLimit = target + StoredRecord.sizeLimit + 64
    static let saltSize = 32
}

/// A record as it lies in the ledger, with its bytes borrowed from the block: valid only while the visitor runs.
package struct StoredRecord {
    /// 64 MiB: a document of that size is one record.
    package static let sizeLimit = 64 << 20

    package let id: ArtifactID
    package let role: RecordRole
    /// Record number of the origin it came from; 0 where it has none.
    package let origin: Int
    /// Its ordinal in the origin, from 1; 0 where it has none.
    package let ordinal: Int
    /// Half of the HMAC of the bytes as received, hex; only of records without an id that redaction changed.
    package let receivedDigest: UnsafeRawBufferPointer
    package private(set) var bytes: UnsafeRawBufferPointer
    /// Header line and bytes: what the leaf hashes after the salt.
    package let whole: UnsafeRawBufferPointer
    /// Of an erased record its leaf hash, which is all that is left of it.
    package let salt: UnsafeRawBufferPointer

    /// Where they were worked out already.
    private var known: (leaf: Digest32, content: Int64?)?
    package var leaf: Digest32 { known?.leaf ?? (role == .erased ? Digest32(copying: salt) : TreeHash.leaf(salt: salt, record: whole)) }

    /// What the index knows the record's bytes by.
    var content: Int64 { known?.content ?? DedupeKey.content(of: bytes) }

    /// What follows the header line, as far as there is one.
    static func body(of whole: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: whole[(whole.firstIndex(of: 10).map { $0 + 1 } ?? whole.endIndex)...])
    }

    /// Nil if the header line is not one. No bytes at all: an erased record.
    init?(id: ArtifactID, whole: UnsafeRawBufferPointer, salt: UnsafeRawBufferPointer, hashes: (leaf: Digest32, content: Int64?)? = nil) {
        known = hashes
        guard let letter = whole.first else {
            self.id = id
            role = .erased
            (origin, ordinal) = (0, 0)
            (receivedDigest, bytes, self.whole) = (whole, whole, whole)
            self.salt = salt
            return
        }
        guard let role = RecordRole(rawValue: letter), role != .erased else { return nil }
        var at = 1
        guard let origin = StoredRecord.number(whole, &at), let ordinal = StoredRecord.number(whole, &at), at < whole.count else { return nil }
        var digest = UnsafeRawBufferPointer(rebasing: whole[at..<at])
        if whole[at] == 32 {
            guard at + 17 < whole.count else { return nil }
            digest = UnsafeRawBufferPointer(rebasing: whole[at + 1..<at + 17])
            at += 17
        }
        guard whole[at] == 10 else { return nil }
        self.id = id
        self.role = role
        self.origin = origin
        self.ordinal = ordinal
        self.receivedDigest = digest
        self.bytes = UnsafeRawBufferPointer(rebasing: whole[(at + 1)...])
        self.whole = whole
        self.salt = salt
    }

    /// The same record around other bytes: a conflict's or reject's own, without the line that says why.
    func holding(_ inner: UnsafeRawBufferPointer) -> StoredRecord {
        var record = self
        record.bytes = inner
        record.known = known.map { ($0.leaf, nil) }
        return record
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) -> Int? {
        guard at < bytes.count, bytes[at] == 32 else { return nil }
        at += 1
        let first = at
        var value = 0
        while at < bytes.count, bytes[at] >= 48, bytes[at] <= 57, at - first < 12 {
            value = value * 10 + Int(bytes[at] - 48)
            at += 1
        }
        return at > first ? value : nil
    }

    static func header(role: RecordRole, origin: Int, ordinal: Int, receivedDigest: [UInt8], into out: inout [UInt8]) {
        out.append(role.rawValue)
        out.append(32)
        appendDecimal(origin, to: &out)
        out.append(32)
        appendDecimal(ordinal, to: &out)
        if !receivedDigest.isEmpty {
            out.append(32)
            out.append(contentsOf: receivedDigest)
        }
        out.append(10)
    }

    private static func appendDecimal(_ value: Int, to out: inout [UInt8]) {
        if value >= 10 { appendDecimal(value / 10, to: &out) }
        out.append(48 + UInt8(value % 10))
    }
}
