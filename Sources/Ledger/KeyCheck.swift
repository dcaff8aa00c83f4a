import Evidence
import Seal

/// Somebody else's word for when a head was there.
package struct AnchoredHead: Sendable, Hashable {
    package let size: Int
    package let at: Instant
    package init(size: Int, at: Instant) {
        self.size = size
        self.at = at
    }
}

/// What a ledger's keys and checkpoints have to do with each other: changes vouched for by the key before, and what a revoked key signed.
package struct KeyCheck {
    let keys: KeyHistory
    /// Stored heads whose signature is by the key in force and whose root is that of the entries, by size.
    let heads: [Int: Digest32]
    let entries: Int
    let anchored: [AnchoredHead]

    var findings: [LedgerFinding] {
        let flawed = keys.flaws.map { LedgerFinding(.key, "entry \($0.entry)", $0.reason) }
        return flawed + unvouched + KeyCheck.untrusted(keys, sizes: Set(heads.keys), anchored)
    }

    /// The last entry may be: a crash came before its signature, and the command that wrote it makes up for that.
    private var unvouched: [LedgerFinding] {
        keys.changes.filter { heads[$0 + 1] == nil && $0 + 1 != entries }.map { entry in
            let before = keys.tenure(signing: entry + 1).key.fingerprint
            guard let next = keys.tenures.first(where: { $0.entry == entry }) else {
                return LedgerFinding(.key, "entry \(entry)", "is not signed by \(before), the key in force")
            }
            return LedgerFinding(
                .key, "entry \(entry)", "hands over to \(next.key.fingerprint), and \(before), the key before, did not sign it: no later signature counts")
        }
    }

    /// What revoked keys signed. `sizes`: of the heads that are at hand. `anchored`: in whose times the reader believes.
    ///
    /// A head that somebody else saw before the key was lost stands, and so does what it extends. Any other one may be the finder's work.
    package static func untrusted(_ keys: KeyHistory, sizes: Set<Int>, _ anchored: [AnchoredHead]) -> [LedgerFinding] {
        keys.tenures.flatMap { untrusted($0, keys, sizes, anchored) }
    }

    private static func untrusted(_ tenure: KeyHistory.Tenure, _ keys: KeyHistory, _ all: Set<Int>, _ anchored: [AnchoredHead]) -> [LedgerFinding] {
        guard let revocation = tenure.revocation else { return [] }
        let seen = anchored.filter { $0.at < revocation.since }.map(\.size).max() ?? 0
        let sizes = all.filter { tenure.signs(size: $0) && $0 > seen }.sorted()
        guard let first = sizes.first, let last = sizes.last else { return [] }
        let which = sizes.count == 1 ? "its head of size \(first) is" : "its \(sizes.count) heads of sizes \(first) to \(last) are"
        let name = tenure.key.fingerprint
        var findings = [
            LedgerFinding(
                .revoked, name,
                "revoked since \(revocation.since) (\(revocation.reason)): \(which) not trusted, for no anchor is older")
        ]
        if let end = tenure.end, let next = keys.tenures.first(where: { $0.entry == end.entry }), last == end.entry + 1 {
            findings.append(
                LedgerFinding(
                    .revoked, "entry \(end.entry)",
                    "\(name) handed over to \(next.key.fingerprint) by such a head: that this key is the organisation's, only another way can tell"))
        }
        return findings
    }
}
