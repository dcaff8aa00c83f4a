import Crypto

/// An Ed25519 public key: 32 bytes that are a point, checked where they enter.
package struct PublicKey: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) throws(SealError) {
        guard bytes.count == 32 else { throw .malformed(.publicKey, "an Ed25519 key has 32 bytes, found \(bytes.count)") }
        do { _ = try Curve25519.Signing.PublicKey(rawRepresentation: bytes) } catch {
            throw .malformed(.publicKey, "not an Ed25519 key")
        }
        self.bytes = bytes
    }

    /// RFC 8032, strict: 64 bytes, S below the group order.
    package func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == 64, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return false }
        return key.isValidSignature(signature, for: message)
    }
}

/// An Ed25519 private key, made from the 32 bytes of its seed. Never printed; written only as an OpenSSH key file.
package struct SigningKey: Sendable {
    let seed: [UInt8]
    package let publicKey: PublicKey
    private let key: Curve25519.Signing.PrivateKey

    package init(seed: [UInt8]) throws(SealError) {
        do { key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed) } catch {
            throw .malformed(.privateKey, "an Ed25519 seed has 32 bytes, found \(seed.count)")
        }
        self.seed = seed
        publicKey = try PublicKey(Array(key.publicKey.rawRepresentation))
    }

    /// 64 bytes, the same for the same key and message.
    package func sign(_ message: [UInt8]) throws(SealError) -> [UInt8] {
        do { return Array(try key.signature(for: message)) } catch {
            throw .malformed(.privateKey, "the key does not sign")
        }
    }
}

extension SigningKey: CustomStringConvertible {
    package var description: String { "SigningKey" }
}
