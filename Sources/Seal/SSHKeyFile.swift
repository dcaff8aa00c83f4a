import Evidence

/// OpenSSH's private key file, unencrypted (OpenSSH PROTOCOL.key): what `ssh-keygen`, `ssh-add` and we read.
///
/// The file must be readable by its owner alone; whoever writes it sees to that.
package enum SSHKeyFile {
    private static let label = "OPENSSH PRIVATE KEY"
    private static let magic = Array("openssh-key-v1\0".utf8)
    private static let blockSize = 8

    /// The same text for the same key and comment. `comment` is one line.
    package static func text(of key: SigningKey, comment: String) -> String {
        var secret = SSHWriter()
        // Two equal numbers tell a reader that decryption worked. Without encryption any will do, so they are not random.
        let check = SHA256Stream.digest(of: key.publicKey.sshBlob).bytes.prefix(4)
        secret.raw(check)
        secret.raw(check)
        secret.string(PublicKey.sshType.utf8)
        secret.string(key.publicKey.bytes)
        secret.string(key.seed + key.publicKey.bytes)
        secret.string(comment.utf8)
        secret.raw(padding(after: secret.bytes.count))
        var file = SSHWriter()
        file.raw(magic)
        file.string("none".utf8)
        file.string("none".utf8)
        file.string([])
        file.number(1)
        file.string(key.publicKey.sshBlob)
        file.string(secret.bytes)
        return armored(Base64.encode(file.bytes), label: label, width: 70)
    }

    package static func read(_ text: [UInt8]) throws(SealError) -> (key: SigningKey, comment: String) {
        guard let base64 = unarmored(text, label: label), let bytes = Base64.decode(base64) else {
            throw .malformed(.privateKey, "expected base64 between 'BEGIN \(label)' and 'END \(label)' lines")
        }
        var file = SSHReader(bytes)
        guard file.raw(magic.count) == magic, let cipher = file.string(), let kdf = file.string(), let options = file.string() else {
            throw .malformed(.privateKey, "not an openssh-key-v1 file")
        }
        guard cipher.elementsEqual("none".utf8), kdf.elementsEqual("none".utf8), options.isEmpty else { throw .encryptedKey }
        guard file.number() == 1, let blob = file.string(), let secret = file.string(), file.isAtEnd else {
            throw .malformed(.privateKey, "expected one key")
        }
        return try readSecret(secret, publicKey: PublicKey(sshBlob: blob))
    }

    private static func readSecret(_ bytes: [UInt8], publicKey: PublicKey) throws(SealError) -> (key: SigningKey, comment: String) {
        var secret = SSHReader(bytes)
        guard let first = secret.number(), secret.number() == first else { throw .malformed(.privateKey, "the check numbers differ") }
        guard let type = secret.string(), type.elementsEqual(PublicKey.sshType.utf8), let stated = secret.string(),
            let pair = secret.string(),
            pair.count == 64, let comment = secret.string()
        else { throw .malformed(.privateKey, "expected an ssh-ed25519 key") }
        let rest = secret.remainder()
        guard rest == padding(after: bytes.count - rest.count) else { throw .malformed(.privateKey, "the padding is wrong") }
        let key = try SigningKey(seed: Array(pair.prefix(32)))
        guard stated == key.publicKey.bytes, pair.suffix(32).elementsEqual(stated), publicKey == key.publicKey else {
            throw .malformed(.privateKey, "the public key does not belong to the private one")
        }
        return (key, String(decoding: comment, as: UTF8.self))
    }

    /// 1, 2, 3 … up to a whole block.
    private static func padding(after count: Int) -> [UInt8] {
        (0..<(blockSize - count % blockSize) % blockSize).map { UInt8($0 + 1) }
    }
}
