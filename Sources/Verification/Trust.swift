import Archive
import Evidence
import Ledger
import Seal

/// What the reader brings: whom to believe, and whom not any more. Nothing of what is verified gets in here.
package struct Trust: Sendable {
    /// Nil to accept the key that a signature names, and say so.
    package let allowed: [AllowedSigner]?
    package let revoked: RevocationList?

    package init(allowed: [AllowedSigner]? = nil, revoked: RevocationList? = nil) {
        self.allowed = allowed
        self.revoked = revoked
    }

    /// From files that ssh-keygen reads as well. Throws `ArchiveError` where one cannot be read, `SealError` where it is not one.
    package init(allowedSigners: String?, revokedKeys: String?) throws {
        self.init(
            allowed: try allowedSigners.map { try AllowedSigner.parse(SmallFile.read($0)) },
            revoked: try revokedKeys.map { try RevocationList(SmallFile.read($0)) })
    }

    /// A good signature judged: `status` is that of a verification which accepts any key. `at`: the instant to hold against the key's time, by the word of
    /// what it signs; nil where that is silent.
    func judge(_ status: SignatureStatus, namespace: String, at: Instant?, chain: KeyChain?) -> SignatureStatus {
        guard case .selfSigned(let key) = status else { return status }
        if let revoked, revoked.contains(key) { return .refused("it is by \(key.fingerprint), which is revoked") }
        if let chain, chain.findings.isEmpty, chain.history.current.key != key {
            return .refused("it is by \(key.fingerprint), and the key in force is \(chain.history.current.key.fingerprint)")
        }
        guard let allowed else { return status }
        let lines = allowed.filter { $0.allows(namespace: namespace) }
        let own = lines.filter { $0.key == key }
        if !own.isEmpty {
            guard own.contains(where: { line in at.map { line.isValid(at: $0) } ?? (line.validAfter == nil && line.validBefore == nil) }) else {
                return .refused("\(key.fingerprint) is not allowed to sign at \(at.map { "\($0)" } ?? "a time that is not said"), only in its own time")
            }
            return .valid(key)
        }
        let sound = chain.flatMap { $0.findings.isEmpty ? $0 : nil }
        if let trusted = sound?.history.trusted(before: key, where: { isTrusted($0, lines) }) { return .vouched(key, by: trusted) }
        return .refused(SealError.unknownSigner(key.fingerprint).description)
    }

    private func isTrusted(_ key: PublicKey, _ lines: [AllowedSigner]) -> Bool {
        lines.contains { $0.key == key } && !(revoked?.contains(key) ?? false)
    }

    /// Keys of the log in the reader's list, of which the log itself says nothing: since when, and what was seen before, nobody tells.
    package func revoked(of history: KeyHistory) -> [LedgerFinding] {
        history.tenures.filter { revoked?.contains($0.key) ?? false && $0.revocation == nil }.map {
            LedgerFinding(.revoked, $0.key.fingerprint, "is in the list of revoked keys: what it signed is not trusted")
        }
    }

    /// What of a ledger's keys the reader does not believe. The windows of `allowed` are not looked at: a ledger's heads tell their own times.
    package func findings(on history: KeyHistory) -> [LedgerFinding] {
        let revoked = revoked(of: history)
        guard let allowed, history.trusted(before: history.current.key, where: { isTrusted($0, allowed) }) == nil else { return revoked }
        return revoked + [LedgerFinding(.revoked, history.current.key.fingerprint, "the key in force is not allowed, nor led to by a key that is")]
    }
}

/// The newest instant of what a revision's signatures are over, by its own word: `revision.json`.
enum ClaimedTime {
    static func read(_ revision: [UInt8]?) -> Instant? {
        guard let revision, let facts = try? JSON.parse(revision) else { return nil }
        return (facts["signed_at"] ?? facts["sealed_at"])?.text.flatMap { Instant($0) }
    }
}
