import Evidence
import Seal

/// The entries that are about the signer's keys. A checkpoint is signed right after each, by the key that is in force before it.
extension LedgerEntry {
    /// The ledger is handed over: the key in force signs the head that ends with this entry, and nothing after it.
    package struct KeyChange: Sendable, Hashable {
        /// From when the new key signs.
        package let at: Instant
        package let key: PublicKey
        package let reason: String?
        package init(at: Instant, key: PublicKey, reason: String?) {
            self.at = at
            self.key = key
            self.reason = reason
        }

        var json: JSON { keyEntry("key", at, key, reason.map { ["reason": .string($0)] } ?? [:]) }

        init?(_ at: Instant, _ json: JSON) {
            guard let key = publicKey(json) else { return nil }
            self.init(at: at, key: key, reason: json["reason"]?.text)
        }
    }

    /// A former key is not to be believed from an instant on: it was lost, or used by somebody else.
    package struct Revocation: Sendable, Hashable {
        package let at: Instant
        package let key: PublicKey
        package let since: Instant
        package let reason: String
        package init(at: Instant, key: PublicKey, since: Instant, reason: String) {
            self.at = at
            self.key = key
            self.since = since
            self.reason = reason
        }

        var json: JSON { keyEntry("revocation", at, key, ["reason": .string(reason), "since": .string(since.description)]) }

        init?(_ at: Instant, _ json: JSON) {
            guard let key = publicKey(json), let since = json["since"]?.text.flatMap({ Instant($0) }), let reason = json["reason"]?.text else { return nil }
            self.init(at: at, key: key, since: since, reason: reason)
        }
    }

    /// Whether the bytes can be one of these or a genesis: `type` is the last key of each, and there is one spelling.
    static func mayConcernKeys(_ bytes: [UInt8]) -> Bool {
        [#""type":"key"}"#, #""type":"revocation"}"#, #""type":"genesis"}"#].contains { bytes.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }
}

private func keyEntry(_ type: String, _ at: Instant, _ key: PublicKey, _ more: [String: JSON]) -> JSON {
    .object(more.merging(["type": .string(type), "at": .string(at.description), "key": .string(key.sshLine())]) { $1 })
}

/// One spelling: without a comment.
private func publicKey(_ json: JSON) -> PublicKey? {
    guard let line = json["key"]?.text, let key = try? PublicKey(sshLine: line), key.sshLine() == line else { return nil }
    return key
}
