import Anchors
import Evidence
import Ledger
import Seal

/// A reader's anchors and roots beside a ledger: what it is held against, and what its anchors come to.
package struct LedgerAnchors {
    package let outside: OutsideAnchors
    private let stored: [StoredAnchor]
    private let roots: TrustRoots
    private let clock: EntryClock?

    /// `files`: the reader's own copies. An anchor in the ledger that is not whole is the verifier's to find.
    package init(_ ledger: LedgerFile, signer: CheckpointVerifier, roots: TrustRoots, files: [String]) throws {
        self.roots = roots
        let notes = try LedgerAnchors.read([]) { try ledger.checkpoints() }.compactMap { KnownNote($0.note, signer) }
        outside = try OutsideAnchors(files: files, signer: signer, notes: notes, roots: roots)
        stored = try LedgerAnchors.read([]) { try ledger.anchors() }
        var times: [Instant?] = []
        // Nothing is held against them where nobody else spoke.
        if !stored.isEmpty || !files.isEmpty {
            try LedgerAnchors.read(()) { try ledger.forEachEntry { times.append(EntryClock.time(LedgerEntry($1))) } }
        }
        clock = EntryClock(ledger.genesis, times: times)
    }

    private static func read<Value>(_ none: Value, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch {
            guard LedgerFile.isDamage(error) else { throw error }
            return none
        }
    }

    /// Heads whose time the reader believes: what a key signed before it was lost stays believed.
    package var dated: [AnchoredHead] {
        AnchorStanding(stored: stored, outside: outside, roots: roots, origin: .reader, wanted: 0, size: 0).dated
    }

    package func standing(_ result: LedgerVerification) -> AnchorStanding {
        var outside = outside
        for head in outside.heads where result.findings.contains(where: { $0.part == .anchor && $0.place == head.name }) { outside.contradicts(head) }
        return AnchorStanding(stored: stored, outside: outside, roots: roots, origin: .reader, wanted: result.evidenceSize, size: result.entries, clock: clock)
    }
}
