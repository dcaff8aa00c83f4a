import Evidence
import SQLite

/// One thing that a verification found wrong, and where.
package struct LedgerFinding: Hashable, Sendable {
    package enum Part: String, Sendable { case file, schema, entry, record, segment, checkpoint, signature, key, revoked, index, signer, anchor }
    package let part: Part
    /// Nothing was changed; it is only that a signature is not to be believed.
    package var concernsTrustOnly: Bool { part == .revoked }
    /// `entry 17`, `e17-r3`, `key_rotation.outcome of e17-r3`.
    package let place: String
    package let what: String
    package init(_ part: Part, _ place: String, _ what: String) {
        self.part = part
        self.place = place
        self.what = what
    }
    /// The signer's state cannot be believed; what is verified may be whole.
    package init(memoryAt path: String) { self.init(.signer, path, "not a checkpoint that this ledger's key signed for it") }
    package var text: String { "\(part.rawValue) \(place): \(what)" }
}

extension LedgerFile {
    /// Whether the file itself is at fault: for who verifies a finding, which the verifier meets as well, and no reason to stop.
    package static func isDamage(_ error: any Error) -> Bool {
        if case LedgerError.damaged = error { return true }
        return (error as? SQLiteError)?.blamesFile ?? false
    }
}

/// What a verification looked at, and what it found.
package struct LedgerVerification: Sendable {
    package var entries = 0
    package var records = 0
    package var rows = 0
    /// Records of which a tombstone left the leaf hash only.
    package var erased = 0
    package var checkpoints = 0
    /// The size and root that the newest checkpoint signs; nil if there is none.
    package var signedSize: Int?
    /// Entries after the newest checkpoint: a crash came before their signature, which the next `collect` makes up for.
    package var unsigned: Int { entries - (signedSize ?? 0) }
    package var root: Digest?
    /// Reading ended before the last entry: of what lies behind nothing is said.
    package var isCut = false
    /// Entries up to the last one that is more than a seal or an anchor: what an anchor has to cover for the whole to be anchored.
    package var evidenceSize = 0
    /// In the order met, at most `findingLimit`.
    package var findings: [LedgerFinding] = []
    package var findingsLeftOut = 0
    package static let findingLimit = 1000

    package init() {}
    package var isIntact: Bool { findings.isEmpty }
    package mutating func add(_ finding: LedgerFinding) { found(finding) }
    mutating func found(_ finding: LedgerFinding) {
        if findings.count < LedgerVerification.findingLimit { findings.append(finding) } else { findingsLeftOut += 1 }
    }
}
