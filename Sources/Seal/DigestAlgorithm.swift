import Crypto

/// The algorithms that other people's manifests are made with. MD5 and SHA-1 find accidents only.
package enum DigestAlgorithm: String, CaseIterable, Sendable {
    case md5, sha1, sha224, sha256, sha384, sha512

    package var isWeak: Bool {
        switch self {
        case .md5, .sha1: true
        case .sha224, .sha256, .sha384, .sha512: false
        }
    }
}

/// A digest of bytes that arrive in pieces, by an algorithm that is known only at run time.
package struct AnyDigestStream {
    private enum State {
        case md5(Insecure.MD5), sha1(Insecure.SHA1), sha224(SHA224), sha256(SHA256), sha384(SHA384), sha512(SHA512)
    }
    private var state: State

    package init(_ algorithm: DigestAlgorithm) {
        state =
            switch algorithm {
            case .md5: .md5(Insecure.MD5())
            case .sha1: .sha1(Insecure.SHA1())
            case .sha224: .sha224(SHA224())
            case .sha256: .sha256(SHA256())
            case .sha384: .sha384(SHA384())
            case .sha512: .sha512(SHA512())
            }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .md5(let hash): state = .md5(AnyDigestStream.updated(hash, bytes))
        case .sha1(let hash): state = .sha1(AnyDigestStream.updated(hash, bytes))
        case .sha224(var hash):
            hash.update(bytes)
            state = .sha224(hash)
        case .sha256(let hash): state = .sha256(AnyDigestStream.updated(hash, bytes))
        case .sha384(let hash): state = .sha384(AnyDigestStream.updated(hash, bytes))
        case .sha512(let hash): state = .sha512(AnyDigestStream.updated(hash, bytes))
        }
    }

    private static func updated<H: HashFunction>(_ hash: H, _ bytes: UnsafeRawBufferPointer) -> H {
        var hash = hash
        hash.update(bufferPointer: bytes)
        return hash
    }

    package func digest() -> [UInt8] {
        switch state {
        case .md5(let hash): Array(hash.finalize())
        case .sha1(let hash): Array(hash.finalize())
        case .sha224(let hash): hash.digest()
        case .sha256(let hash): Array(hash.finalize())
        case .sha384(let hash): Array(hash.finalize())
        case .sha512(let hash): Array(hash.finalize())
        }
    }
}
