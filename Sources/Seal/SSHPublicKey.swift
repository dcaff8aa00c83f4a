import Evidence

/// OpenSSH's spellings of a public key.
extension PublicKey {
    static let sshType = "ssh-ed25519"

    /// `string "ssh-ed25519"`, `string key`: what OpenSSH calls the key blob.
    var sshBlob: [UInt8] {
        var writer = SSHWriter()
        writer.string(PublicKey.sshType.utf8)
        writer.string(bytes)
        return writer.bytes
    }

    init(sshBlob: [UInt8]) throws(SealError) {
        var reader = SSHReader(sshBlob)
        guard let type = reader.string(), type.elementsEqual(PublicKey.sshType.utf8) else {
            throw .malformed(.publicKey, "expected an ssh-ed25519 key")
        }
        guard let bytes = reader.string(), reader.isAtEnd else { throw .malformed(.publicKey, "the key blob is cut short or too long") }
        try self.init(bytes)
    }

    /// One line without its end: `ssh-ed25519 AAAA… comment`.
    package func sshLine(comment: String = "") -> String {
        "\(PublicKey.sshType) \(Base64.encode(sshBlob))" + (comment.isEmpty ? "" : " \(comment)")
    }

    /// Reads such a line, and drops the comment.
    package init(sshLine: String) throws(SealError) {
        let words = sshLine.utf8.split(separator: 32).map { Array($0) }
        guard words.count >= 2, words[0].elementsEqual(PublicKey.sshType.utf8) else {
            throw .malformed(.publicKey, "expected 'ssh-ed25519' and a key")
        }
        guard let blob = Base64.decode(String(decoding: words[1], as: UTF8.self)) else {
            throw .malformed(.publicKey, "the key is not base64")
        }
        try self.init(sshBlob: blob)
    }

    /// `SHA256:…`, as ssh-keygen -l prints it.
    package var fingerprint: String {
        let text = SHA256Stream.digest(of: sshBlob).base64
        return "SHA256:" + String(decoding: text.utf8.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    }
}
