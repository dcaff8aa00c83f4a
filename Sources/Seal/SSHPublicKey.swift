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

/// Who may sign what: one line of the file that `ssh-keygen -Y verify -f` reads.
package struct AllowedSigner: Hashable, Sendable {
    /// The name to give `ssh-keygen -I`.
    package let principal: String
    package let namespaces: [String]
    package let key: PublicKey

    package init(principal: String, namespaces: [String], key: PublicKey) {
        precondition(
            AllowedSigner.isWord(principal) && namespaces.allSatisfy(AllowedSigner.isWord), "a word has no space, comma, quote or pattern")
        self.principal = principal
        self.namespaces = namespaces
        self.key = key
    }

    package var line: String {
        let option = namespaces.isEmpty ? "" : "namespaces=\"\(namespaces.joined(separator: ","))\" "
        return "\(principal) \(option)\(key.sshLine())"
    }

    /// Reads the lines this program writes: a principal, perhaps `namespaces="a,b"`, a key. Empty lines and `#` lines are skipped.
    package static func parse(_ text: [UInt8]) throws(SealError) -> [AllowedSigner] {
        guard let lines = lines(of: text) else { throw .malformed(.allowedSigners, "the last line is not ended") }
        var signers: [AllowedSigner] = []
        for line in lines where !line.isEmpty && line[0] != UInt8(ascii: "#") { signers.append(try AllowedSigner(line)) }
        return signers
    }

    private init(_ line: [UInt8]) throws(SealError) {
        var words = line.split(separator: 32).map { String(decoding: $0, as: UTF8.self) }[...]
        guard let principal = words.popFirst(), AllowedSigner.isWord(principal) else {
            throw .malformed(.allowedSigners, "expected one plain principal")
        }
        var namespaces: [String] = []
        if let option = words.first, option.hasPrefix("namespaces=\""), option.hasSuffix("\""), option.utf8.count > 13 {
            namespaces = option.dropFirst(12).dropLast().split(separator: ",").map(String.init)
            words.removeFirst()
        }
        guard namespaces.allSatisfy(AllowedSigner.isWord) else { throw .malformed(.allowedSigners, "a namespace is one plain word") }
        self.principal = principal
        self.namespaces = namespaces
        key = try PublicKey(sshLine: words.joined(separator: " "))
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"\",*?!#".utf8.contains($0) }
    }
}
