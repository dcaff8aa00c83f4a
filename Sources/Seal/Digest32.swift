import Evidence

/// A SHA-256 digest as four words: no heap, so that a million of them are one array.
package struct Digest32: Hashable, Sendable {
    // In memory order, so the value's own bytes are the digest's bytes on any machine.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// The first 32 bytes of `bytes`.
    package init(copying bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= 32, "a SHA-256 digest has 32 bytes")
        words = (
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    /// Nil unless there are exactly 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self = bytes.withUnsafeBytes { Digest32(copying: $0) }
    }

    package init(_ digest: Digest) { self = digest.bytes.withUnsafeBytes { Digest32(copying: $0) } }

    /// Nil unless `text` is 44 characters of padded base64.
    package init?(base64 text: some StringProtocol) {
        guard let bytes = Base64.decode(text) else { return nil }
        self.init(bytes)
    }

    package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        Swift.withUnsafeBytes(of: words, body)
    }
    package func append(to bytes: inout [UInt8]) { withUnsafeBytes { bytes.append(contentsOf: $0) } }
    package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
    package var digest: Digest { Digest(bytes) }
    package var base64: String { withUnsafeBytes { Base64.encode($0) } }

    package static func == (a: Digest32, b: Digest32) -> Bool { a.words == b.words }
    package func hash(into hasher: inout Hasher) { withUnsafeBytes { hasher.combine(bytes: $0) } }
}

extension Digest32: CustomStringConvertible {
    /// 64 hexadecimal digits.
    package var description: String { Hex.encode(bytes) }
}
