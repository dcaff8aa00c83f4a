import Evidence
import Seal

/// Whom a reader believes about time. Without a root nothing is believed.
package struct TrustRoots: Sendable {
    /// Time-stamping authorities' certificates, or those of whoever vouches for them.
    package let authorities: [X509Certificate]
    package let witnesses: [WitnessKey]
    package init(authorities: [X509Certificate] = [], witnesses: [WitnessKey] = []) {
        self.authorities = authorities
        self.witnesses = witnesses
    }
    package static let none = TrustRoots()
    /// `root`: as a verdict gives it.
    package func holds(_ root: Digest32) -> Bool { witnesses.contains { $0.digest == root } || authorities.contains { $0.digest == root } }
}

/// What a check of an anchor came to.
package enum AnchorVerdict: Hashable, Sendable {
    /// `root`: the digest of the certificate or witness key that it leads to.
    case valid(time: Span, by: String, root: Digest32)
    /// It leads to nobody whom the reader named.
    case unknownRoot
    case refused(AnchorError)
}

/// An anchor's own bytes and the checkpoint that they are over.
package struct AnchorProof: Sendable {
    /// Longer names of authorities and witnesses are cut or refused: an entry has 1,024 bytes.
    package static let nameLimit = 128
    /// Of a checkpoint or a token.
    package static let sizeLimit = 64 << 10

    package let kind: AnchorKind
    package let checkpoint: [UInt8]
    /// Token or signature line; empty for a held checkpoint, which is its own proof.
    package let proof: [UInt8]

    package init(kind: AnchorKind, checkpoint: [UInt8], proof: [UInt8]) {
        self.kind = kind
        self.checkpoint = checkpoint
        self.proof = proof
    }

    /// Of a held checkpoint nothing can be said here but that its holder alone knows: `unknownRoot`.
    package func verdict(_ roots: TrustRoots) -> AnchorVerdict {
        do throws(AnchorError) {
            switch kind {
            case .timestamp: return try timestamp(roots)
            case .cosignature: return try cosignature(roots)
            case .held: return .unknownRoot
            }
        } catch {
            return .refused(error)
        }
    }

    private func timestamp(_ roots: TrustRoots) throws(AnchorError) -> AnchorVerdict {
        let token = try TimestampToken(proof)
        guard token.der == proof else { throw .malformed(.token, "a response was kept instead of the token in it") }
        guard let found = try token.verify(over: checkpoint, trusted: roots.authorities) else { return .unknownRoot }
        return .valid(time: token.time, by: found.by, root: found.root.digest)
    }

    private func cosignature(_ roots: TrustRoots) throws(AnchorError) -> AnchorVerdict {
        guard let note = try? SignedNote(checkpoint) else { throw .malformed(.cosignature, "the checkpoint is no note") }
        let cosignature = try Cosignature(proof, under: note)
        guard let witness = roots.witnesses.first(where: cosignature.isBy) else { return .unknownRoot }
        try cosignature.verify(note.text, by: witness)
        return .valid(time: Span(cosignature.at), by: witness.name, root: witness.digest)
    }
}
