import Seal

/// Opens checkpoints of one log, each under the key that was in force for its size.
package struct CheckpointVerifier: Sendable {
    package let origin: String
    package let keys: KeyHistory
    private let verifiers: [VerifierKey]

    package init(origin: String, keys: KeyHistory) throws(SealError) {
        self.origin = origin
        self.keys = keys
        var verifiers: [VerifierKey] = []
        for tenure in keys.tenures { verifiers.append(try VerifierKey(name: origin, key: tenure.key)) }
        self.verifiers = verifiers
    }

    /// A log that never changed its key.
    package init(origin: String, key: PublicKey) throws(SealError) {
        try self.init(origin: origin, keys: KeyHistory(first: key, at: .distantPast))
    }

    package init(_ ledger: LedgerFile) throws { try self.init(origin: ledger.genesis.origin, keys: KeyHistory(ledger)) }

    package enum Reading: Hashable {
        case head(SignedHead, by: KeyHistory.Tenure)
        /// A good signature by a key of the log, over a head that was not this key's to sign.
        case outside(SignedHead, by: KeyHistory.Tenure)
        case refused
    }

    /// `refused` unless the note is exactly what a key of the log signs, to the last byte.
    package func read(_ note: [UInt8]) -> Reading {
        guard let signed = try? SignedNote(note), signed.bytes == note, signed.lines.count == 1,
            let head = try? Checkpoint(text: signed.text), head.origin.utf8.elementsEqual(origin.utf8),
            let signer = try? signed.verify(verifiers).first, let tenure = keys.tenure(of: signer.key)
        else { return .refused }
        let opened = SignedHead(size: head.size, root: head.root)
        return tenure.signs(size: head.size) ? .head(opened, by: tenure) : .outside(opened, by: tenure)
    }

    /// Nil unless the key in force signed it.
    package func open(_ note: [UInt8]) -> SignedHead? {
        if case .head(let head, _) = read(note) { head } else { nil }
    }
}
