import Crypto
import CryptoExtras
import Evidence
import SwiftASN1

/// The hashes that signatures and imprints here are made with.
enum HashFunction: Hashable {
    case sha256, sha384, sha512

    init?(_ oid: ASN1ObjectIdentifier) {
        switch oid {
        case [2, 16, 840, 1, 101, 3, 4, 2, 1]: self = .sha256
        case [2, 16, 840, 1, 101, 3, 4, 2, 2]: self = .sha384
        case [2, 16, 840, 1, 101, 3, 4, 2, 3]: self = .sha512
        default: return nil
        }
    }

    /// An AlgorithmIdentifier; its parameters are absent or NULL.
    static func read(_ cursor: inout DERCursor, _ form: AnchorError.Form) throws(AnchorError) -> HashFunction {
        var algorithm = try cursor.nested()
        let oid = try algorithm.objectIdentifier()
        _ = try algorithm.null()
        try algorithm.end()
        guard let hash = HashFunction(oid) else { throw .unsupported("the hash \(oid)") }
        return hash
    }

    func digest(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha384: Array(SHA384.hash(data: bytes))
        case .sha512: Array(SHA512.hash(data: bytes))
        }
    }
}

/// A public key of a certificate: RSA of at least 2,048 bits, P-256 or P-384.
enum CertificateKey {
    case rsa(_RSA.Signing.PublicKey)
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)

    /// `info`: the DER of a SubjectPublicKeyInfo.
    init(_ info: [UInt8]) throws(AnchorError) {
        if let key = try? P256.Signing.PublicKey(derRepresentation: info) {
            self = .p256(key)
        } else if let key = try? P384.Signing.PublicKey(derRepresentation: info) {
            self = .p384(key)
        } else if let key = try? _RSA.Signing.PublicKey(derRepresentation: info) {
            self = .rsa(key)
        } else {
            throw .unsupported("a key that is neither RSA of 2,048 bits or more nor P-256 nor P-384")
        }
    }

    func isValid(_ signature: [UInt8], of message: [UInt8], _ scheme: SignatureScheme) -> Bool {
        switch scheme.hash {
        case .sha256: isValid(signature, SHA256.hash(data: message), scheme)
        case .sha384: isValid(signature, SHA384.hash(data: message), scheme)
        case .sha512: isValid(signature, SHA512.hash(data: message), scheme)
        }
    }

    private func isValid<D: Crypto.Digest>(_ signature: [UInt8], _ digest: D, _ scheme: SignatureScheme) -> Bool {
        switch self {
        case .rsa(let key):
            scheme.isRSA && key.isValidSignature(_RSA.Signing.RSASignature(rawRepresentation: signature), for: digest, padding: .insecurePKCS1v1_5)
        case .p256(let key):
            !scheme.isRSA && ((try? P256.Signing.ECDSASignature(derRepresentation: signature)).map { key.isValidSignature($0, for: digest) } ?? false)
        case .p384(let key):
            !scheme.isRSA && ((try? P384.Signing.ECDSASignature(derRepresentation: signature)).map { key.isValidSignature($0, for: digest) } ?? false)
        }
    }
}

/// RSA (PKCS #1 v1.5) or ECDSA, with a hash.
struct SignatureScheme: Hashable {
    let isRSA: Bool
    let hash: HashFunction

    /// An AlgorithmIdentifier. In a SignerInfo the hash may be named apart (`digest`), as RFC 3370 does for RSA; then the two must agree.
    static func read(_ cursor: inout DERCursor, digest: HashFunction? = nil) throws(AnchorError) -> SignatureScheme {
        var algorithm = try cursor.nested()
        let oid = try algorithm.objectIdentifier()
        let hasNull = try algorithm.null()
        try algorithm.end()
        let scheme: SignatureScheme? =
            switch oid {
            case .AlgorithmIdentifier.sha256WithRSAEncryption: SignatureScheme(isRSA: true, hash: .sha256)
            case .AlgorithmIdentifier.sha384WithRSAEncryption: SignatureScheme(isRSA: true, hash: .sha384)
            case .AlgorithmIdentifier.sha512WithRSAEncryption: SignatureScheme(isRSA: true, hash: .sha512)
            case .AlgorithmIdentifier.rsaEncryption: digest.map { SignatureScheme(isRSA: true, hash: $0) }
            case [1, 2, 840, 10045, 4, 3, 2] where !hasNull: SignatureScheme(isRSA: false, hash: .sha256)
            case [1, 2, 840, 10045, 4, 3, 3] where !hasNull: SignatureScheme(isRSA: false, hash: .sha384)
            case [1, 2, 840, 10045, 4, 3, 4] where !hasNull: SignatureScheme(isRSA: false, hash: .sha512)
            default: nil
            }
        guard let scheme, digest == nil || digest == scheme.hash else { throw .unsupported("the signature algorithm \(oid)") }
        return scheme
    }
}
