import Evidence

/// What the message of an SSH signature is hashed with: the two that PROTOCOL.sshsig allows.
package enum SignatureHash: String, Sendable, CaseIterable {
    case sha256, sha512

    package func digest(of message: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: SHA256Stream.digest(of: message).bytes
        case .sha512: SHA512Stream.digest(of: message)
        }
    }
}

/// A detached signature as `ssh-keygen -Y sign` makes it (OpenSSH PROTOCOL.sshsig), Ed25519 over a digest.
package struct SSHSignature: Hashable, Sendable {
    package let key: PublicKey
    /// What the signature is for; one made for something else does not verify.
    package let namespace: String
    package let hash: SignatureHash
    private let signature: [UInt8]

    private static let magic = "SSHSIG"
    private static let label = "SSH SIGNATURE"
    /// As ssh-keygen breaks its lines.
    private static let width = 70

    /// `digest`: SHA-256 of the message: for a large file a third of the work of SHA-512, which is what `ssh-keygen` takes unless told otherwise.
    package init(digest: Digest32, namespace: String, signer: Signer) throws {
        guard !namespace.isEmpty else { throw SealError.malformed(.signature, "the namespace is empty") }
        self.key = signer.publicKey
        self.namespace = namespace
        hash = .sha256
        signature = try signer.sign(SSHSignature.message(digest.bytes, hash, namespace: namespace))
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
        guard reserved.isEmpty, let hash = SignatureHash.allCases.first(where: { hash.elementsEqual($0.rawValue.utf8) }) else {
            throw .malformed(.signature, "expected the hash 'sha256' or 'sha512'")
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
        self.hash = hash
        self.signature = signature
        guard armored.utf8.elementsEqual(text) else { throw .malformed(.signature, "not written as ssh-keygen writes it") }
    }

    /// `digest`: of the message, by `hash`. The signer must be one of `allowed`.
    package func verify(digest: [UInt8], namespace: String, allowed: [PublicKey]) throws(SealError) {
        guard self.namespace.utf8.elementsEqual(namespace.utf8) else { throw .wrongNamespace(expected: namespace, found: self.namespace) }
        guard allowed.contains(key) else { throw .unknownSigner(key.fingerprint) }
        guard key.isValid(signature: signature, for: SSHSignature.message(digest, hash, namespace: namespace)) else {
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
        blob.string(hash.rawValue.utf8)
        blob.string(inner.bytes)
        return Seal.armored(Base64.encode(blob.bytes), label: SSHSignature.label, width: SSHSignature.width)
    }

    private static func message(_ digest: [UInt8], _ hash: SignatureHash, namespace: String) -> [UInt8] {
        var writer = SSHWriter()
        writer.raw(magic.utf8)
        writer.string(namespace.utf8)
        writer.string([])
        writer.string(hash.rawValue.utf8)
        writer.string(digest)
        return writer.bytes
    }
}
