import Evidence

/// A name and the public key that may sign notes under it (C2SP signed-note, type 0x01).
package struct VerifierKey: Hashable, Sendable {
    package let name: String
    package let key: PublicKey
    /// SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key)[:4], big-endian.
    package let id: UInt32

    package init(name: String, key: PublicKey) throws(SealError) {
        guard VerifierKey.isName(name) else { throw .malformed(.verifierKey, "a key name has no space and no '+' and is not empty") }
        self.name = name
        self.key = key
        let hash = SHA256Stream.digest(of: Array(name.utf8) + [0x0a, 0x01] + key.bytes).bytes
        id = hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads `name+hhhhhhhh+base64(0x01 ‖ key)`.
    package init(_ text: String) throws(SealError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false).map { Array($0) }
        guard parts.count == 3 else { throw .malformed(.verifierKey, "expected name+id+key") }
        guard let encoded = Base64.decode(String(decoding: parts[2], as: UTF8.self)), encoded.count == 33, encoded[0] == 0x01 else {
            throw .malformed(.verifierKey, "expected the base64 of 0x01 and 32 bytes of an Ed25519 key")
        }
        try self.init(name: String(decoding: parts[0], as: UTF8.self), key: PublicKey(Array(encoded.dropFirst())))
        guard parts[1].elementsEqual(idText.utf8) else { throw .malformed(.verifierKey, "the id is not that of the name and key") }
    }

    /// The line to publish.
    package var text: String { "\(name)+\(idText)+\(Base64.encode([0x01] + key.bytes))" }

    /// Eight hexadecimal digits.
    package var idText: String { Hex.encode(idBytes) }
    var idBytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: id >> UInt32($0)) } }

    package static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.unicodeScalars.allSatisfy { $0 != "+" && $0.value >= 0x20 && !$0.properties.isWhitespace }
    }
}
