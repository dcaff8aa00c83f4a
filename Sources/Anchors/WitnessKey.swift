import Evidence
import Seal

/// A witness's name and Ed25519 key for timestamped cosignatures (C2SP tlog-cosignature, signature type 0x04).
package struct WitnessKey: Hashable, Sendable {
    package let name: String
    package let key: PublicKey
    /// SHA-256(name ‖ 0x0A ‖ 0x04 ‖ key)[:4], big-endian.
    package let id: UInt32

    private static let type: UInt8 = 0x04

    package init(name: String, key: PublicKey) throws(AnchorError) {
        guard VerifierKey.isName(name), name.utf8.count <= AnchorProof.nameLimit else {
            throw .malformed(.witnessKey, "a name has no space and no '+', and 1 to \(AnchorProof.nameLimit) bytes")
        }
        self.name = name
        self.key = key
        let hash = SHA256Stream.digest(of: Array(name.utf8) + [0x0a, WitnessKey.type] + key.bytes).bytes
        id = hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads a vkey line: `name+hhhhhhhh+base64(0x04 ‖ key)`.
    package init(_ text: String) throws(AnchorError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false).map { Array($0) }
        guard parts.count == 3 else { throw .malformed(.witnessKey, "expected name+id+key") }
        guard let encoded = Base64.decode(String(decoding: parts[2], as: UTF8.self)), encoded.count == 33, encoded[0] == WitnessKey.type else {
            throw .malformed(.witnessKey, "expected the base64 of 0x04 and the 32 bytes of an Ed25519 key")
        }
        let key: PublicKey
        do { key = try PublicKey(Array(encoded.dropFirst())) } catch { throw .malformed(.witnessKey, "not an Ed25519 key") }
        try self.init(name: String(decoding: parts[0], as: UTF8.self), key: key)
        guard parts[1].elementsEqual(Hex.encode(idBytes).utf8) else { throw .malformed(.witnessKey, "the id is not that of the name and key") }
    }

    private var idBytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: id >> UInt32($0)) } }

    /// The vkey line.
    package var text: String { "\(name)+\(Hex.encode(idBytes))+\(Base64.encode([WitnessKey.type] + key.bytes))" }

    /// What an anchor's entry names its root by: SHA-256 of the vkey line.
    package var digest: Digest32 { SHA256Stream.digest(of: Array(text.utf8)) }

    /// A file of vkey lines. Empty lines and those that begin with `#` are skipped.
    package static func parse(_ file: [UInt8]) throws(AnchorError) -> [WitnessKey] {
        var keys: [WitnessKey] = []
        for line in file.split(separator: 10) where line.first != UInt8(ascii: "#") {
            let text = String(decoding: line, as: UTF8.self)
            if !text.utf8.allSatisfy({ $0 == 32 || $0 == 13 }) { keys.append(try WitnessKey(text)) }
        }
        return keys
    }
}
