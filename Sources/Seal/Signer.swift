/// Whoever can sign for one Ed25519 key: a key file, an agent or a program stands behind it.
///
/// A signature that does not verify under `publicKey` never leaves here, whoever made it.
package struct Signer: Sendable {
    package let publicKey: PublicKey
    private let raw: @Sendable ([UInt8]) throws -> [UInt8]

    /// `raw`: 64 bytes for a message; its errors are passed on.
    package init(publicKey: PublicKey, raw: @escaping @Sendable ([UInt8]) throws -> [UInt8]) {
        self.publicKey = publicKey
        self.raw = raw
    }

    package init(_ key: SigningKey) {
        self.init(publicKey: key.publicKey) { try key.sign($0) }
    }

    /// 64 bytes, the same for the same message: Ed25519 draws nothing at random.
    package func sign(_ message: [UInt8]) throws -> [UInt8] {
        let signature = try raw(message)
        guard publicKey.isValid(signature: signature, for: message) else { throw SealError.wrongSignature(by: publicKey.fingerprint) }
        return signature
    }
}
