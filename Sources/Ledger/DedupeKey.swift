import Crypto
import Evidence

/// What makes two records the same: the source's own id, else the bytes and how often they occurred in one reading of their origin.
package enum DedupeKey {
    /// The first eight bytes of SHA-256: among ten million records a false match is one chance in 300,000, and then a conflict is reported, nothing dropped.
    package static func native(_ source: SourceText, id: UnsafeRawBufferPointer) -> Int64 {
        var hash = SHA256()
        hash.update(data: source.bytes)
        hash.update(data: [0, 1])
        hash.update(bufferPointer: id)
        return first8(hash.finalize())
    }

    /// Of a record's first row, which alone speaks for the record; nil if that row has no id.
    static func native(of row: borrowing Row, _ source: SourceText) -> Int64? {
        guard let id = row.nativeID else { return nil }
        return row.arena.withUnsafeBytes { native(source, id: UnsafeRawBufferPointer(rebasing: $0[id])) }
    }

    /// `receivedDigest` stands for the bytes where redaction may have made different records equal.
    package static func content(_ source: SourceText, bytes: UnsafeRawBufferPointer, receivedDigest: UnsafeRawBufferPointer, occurrence: Int) -> Int64 {
        var hash = SHA256()
        hash.update(data: source.bytes)
        hash.update(data: [0, 2])
        withUnsafeBytes(of: Int64(occurrence).littleEndian) { hash.update(bufferPointer: $0) }
        hash.update(bufferPointer: receivedDigest.isEmpty ? bytes : receivedDigest)
        return first8(hash.finalize())
    }

    package static func conflict(_ source: SourceText, bytes: UnsafeRawBufferPointer) -> Int64 {
        content(source, bytes: bytes, receivedDigest: UnsafeRawBufferPointer(start: nil, count: 0), occurrence: -1)
    }

    package static func content(of bytes: UnsafeRawBufferPointer) -> Int64 {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return first8(hash.finalize())
    }

    private static func first8(_ digest: SHA256.Digest) -> Int64 {
        digest.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(as: Int64.self)) }
    }
}
