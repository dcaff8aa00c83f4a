import Evidence

/// A detached signature as `ssh-keygen -Y sign` makes it (OpenSSH PROTOCOL.sshsig), Ed25519 over a SHA-512 digest.
package struct SSHSignature: Hashable, Sendable {
    package let key: PublicKey
    /// What the signature is for; one made for something else does not verify.
    package let namespace: String
    private let signature: [UInt8]

    private static let magic = "SSHSIG"
    private static let label = "SSH SIGNATURE"
    private static let hash = "sha512"
    /// As ssh-keygen breaks its lines.
    private static let width = 70

    /// `digest`: SHA-512 of the message, 64 bytes.
    package init(digest: [UInt8], namespace: String, signer: Signer) throws {
        guard !namespace.isEmpty else { throw SealError.malformed(.signature, "the namespace is empty") }
        self.key = signer.publicKey
        self.namespace = namespace
        signature = try signer.sign(SSHSignature.message(digest: digest, namespace: namespace))
    }

    /// Reads the armoured text, strictly: the one spelling that ssh-keygen writes.
    package init(armored text: [UInt8]) throws(SealError) {
        guard let base64 = unarmored(text, label: SSHSignature.label), let blob = Base64.decode(base64) else {
            throw .malformed(.signature, "expected base64 between 'BEGIN \(SSHSignature.label)' and 'END \(SSHSignature.label)' lines")
        }
        var reader = SSHReader(blob)
        guard let magic = reader.raw(6), magic.elementsEqual(SSHSignature.magic.utf8), reader.number() == 1 else {
            throw .malformed(.signature, "not version 1 of SSHSIG")
        }
        guard let key = reader.string(), let namespace = reader.string(), let reserved = reader.string(), let hash = reader.string(),
            let encoded = reader.string(), reader.isAtEnd
        else { throw .malformed(.signature, "cut short or too long") }
        guard reserved.isEmpty, hash.elementsEqual(SSHSignature.hash.utf8) else {
            throw .malformed(.signature, "expected the hash 'sha512'")
        }
        guard let name = String(validating: namespace, as: UTF8.self), !name.isEmpty else {
            throw .malformed(.signature, "the namespace is not text")
        }
        var inner = SSHReader(encoded)
        guard let type = inner.string(), type.elementsEqual(PublicKey.sshType.utf8), let signature = inner.string(), inner.isAtEnd,
            signature.count == 64
        else { throw .malformed(.signature, "expected an ssh-ed25519 signature of 64 bytes") }
        self.key = try PublicKey(sshBlob: key)
        self.namespace = name
        self.signature = signature
        guard armored.utf8.elementsEqual(text) else { throw .malformed(.signature, "not written as ssh-keygen writes it") }
    }

    /// `digest`: SHA-512 of the message, 64 bytes. The signer must be one of `allowed`.
    package func verify(digest: [UInt8], namespace: String, allowed: [PublicKey]) throws(SealError) {
        guard self.namespace.utf8.elementsEqual(namespace.utf8) else { throw .wrongNamespace(expected: namespace, found: self.namespace) }
        guard allowed.contains(key) else { throw .unknownSigner(key.fingerprint) }
        guard key.isValid(signature: signature, for: SSHSignature.message(digest: digest, namespace: namespace)) else {
            throw .wrongSignature(by: key.fingerprint)
        }
    }

    package var armored: String {
        var inner = SSHWriter()
        inner.string(PublicKey.sshType.utf8)
        inner.string(signature)
        var blob = SSHWriter()
        blob.raw(SSHSignature.magic.utf8)
        blob.number(1)
        blob.string(key.sshBlob)
        blob.string(namespace.utf8)
        blob.string([])
        blob.string(SSHSignature.hash.utf8)
        blob.string(inner.bytes)
        return Seal.armored(Base64.encode(blob.bytes), label: SSHSignature.label, width: SSHSignature.width)
    }

    private static func message(digest: [UInt8], namespace: String) -> [UInt8] {
        precondition(digest.count == 64, "a SHA-512 digest has 64 bytes")
        var writer = SSHWriter()
        writer.raw(magic.utf8)
        writer.string(namespace.utf8)
        writer.string([])
        writer.string(hash.utf8)
        writer.string(digest)
        return writer.bytes
    }
}
