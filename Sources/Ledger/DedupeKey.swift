import Crypto
import Evidence
import Seal

/// What makes two records the same: the source's own id, else the bytes and how often they occurred in one reading of their origin.
package enum DedupeKey {
    /// The first eight bytes of SHA-256: among ten million records a false match is one chance in 300,000, and then a conflict is reported, nothing dropped.
    package static func native(_ source: SourceText, id: UnsafeRawBufferPointer) -> Int64 {
        // Laid out on the stack: a call to the hash costs as much as a block of it.
        withUnsafeTemporaryAllocation(byteCount: source.bytes.count + 2 + id.count, alignment: 8) { whole in
            whole.copyBytes(from: source.bytes)
            whole[source.bytes.count] = 0
            whole[source.bytes.count + 1] = 1
            UnsafeMutableRawBufferPointer(rebasing: whole[(source.bytes.count + 2)...]).copyMemory(from: id)
            return first8(SHA256Stream.digest(of: UnsafeRawBufferPointer(whole)))
        }
    }

    /// Of a record's first row, which alone speaks for the record; nil if that row has no id.
    package static func native(of row: borrowing Row, _ source: SourceText) -> Int64? {
        guard let id = row.nativeID else { return nil }
        return row.arena.withUnsafeBytes { native(source, id: UnsafeRawBufferPointer(rebasing: $0[id])) }
    }

    /// `receivedDigest` stands for the bytes where redaction may have made different records equal.
    package static func content(_ source: SourceText, bytes: UnsafeRawBufferPointer, receivedDigest: UnsafeRawBufferPointer, occurrence: Int) -> Int64 {
        var hash = SHA256Stream()
        hash.update(source.bytes)
        hash.update([0, 2])
        withUnsafeBytes(of: Int64(occurrence).littleEndian) { hash.update($0) }
        hash.update(receivedDigest.isEmpty ? bytes : receivedDigest)
        return first8(hash.digest())
    }

    package static func conflict(_ source: SourceText, bytes: UnsafeRawBufferPointer) -> Int64 {
        content(source, bytes: bytes, receivedDigest: UnsafeRawBufferPointer(start: nil, count: 0), occurrence: -1)
    }

    package static func content(of bytes: UnsafeRawBufferPointer) -> Int64 {
        first8(SHA256Stream.digest(of: bytes))
    }

    /// Of a data record, by which a repeat of it is known: its first row's id, else its bytes.
    package static func first(of record: StoredRecord, _ source: SourceText, decoder: inout some RowDecoder) throws -> Int64 {
        var native: Int64?
        var isFirst = true
        _ = try decoder.rows(of: record) { _, row in
            if isFirst { native = DedupeKey.native(of: row, source) }
            isFirst = false
        }
        return native ?? content(source, bytes: record.bytes, receivedDigest: record.receivedDigest, occurrence: 0)
    }

    /// Of a reject's own bytes, without the reason. Rejects are no repeats of each other; only one that was erased is known by this.
    package static func reject(_ source: SourceText, bytes: UnsafeRawBufferPointer, receivedDigest: UnsafeRawBufferPointer) -> Int64 {
        content(source, bytes: bytes, receivedDigest: receivedDigest, occurrence: -2)
    }

    /// What a tombstone keeps of an erased record's key: half of HMAC-SHA-256 under the programme's key over `x` and the key, little-endian, in
    /// hexadecimal. It recognises the record when a source brings it again, and tells nobody else anything.
    package static func mark(_ key: Int64, under secret: SymmetricKey) -> String {
        var hmac = HMAC<SHA256>(key: secret)
        hmac.update(data: [0x78])
        withUnsafeBytes(of: key.littleEndian) { hmac.update(data: Array($0)) }
        return Hex.encode(Array(hmac.finalize()).prefix(8))
    }

    private static func first8(_ digest: Digest32) -> Int64 {
        digest.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(as: Int64.self)) }
    }
}
