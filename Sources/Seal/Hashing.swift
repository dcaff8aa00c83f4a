import Crypto

/// SHA-256 of bytes that arrive in pieces.
package struct SHA256Stream {
    private var hasher = SHA256()
    package init() {}
    package mutating func update(_ bytes: UnsafeRawBufferPointer) { hasher.update(bufferPointer: bytes) }
    package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }
    package func digest() -> Digest32 { hasher.finalize().withUnsafeBytes { Digest32(copying: $0) } }

    package static func digest(of bytes: UnsafeRawBufferPointer) -> Digest32 {
        var stream = SHA256Stream()
        stream.update(bytes)
        return stream.digest()
    }
    package static func digest(of bytes: [UInt8]) -> Digest32 { bytes.withUnsafeBytes { digest(of: $0) } }
}

/// SHA-512 of bytes that arrive in pieces.
package struct SHA512Stream {
    private var hasher = SHA512()
    package init() {}
    package mutating func update(_ bytes: UnsafeRawBufferPointer) { hasher.update(bufferPointer: bytes) }
    package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }
    /// 64 bytes.
    package func digest() -> [UInt8] { hasher.finalize().withUnsafeBytes { Array($0) } }

    package static func digest(of bytes: [UInt8]) -> [UInt8] {
        var stream = SHA512Stream()
        stream.update(bytes)
        return stream.digest()
    }
}
