import Evidence
import Seal

/// Signs tree heads. Order: entries are committed, then signed, then the signer's state moves on, then the checkpoint is stored; each step can be repeated.
package struct Sealer {
    private let ledger: LedgerFile
    private let state: SignerState
    private let signer: (PublicKey) throws -> Signer

    /// `signer`: who signs with a key of the ledger; asked for the one that is in force.
    package init(_ ledger: LedgerFile, state: SignerState, signer: @escaping (PublicKey) throws -> Signer) {
        self.ledger = ledger
        self.state = state
        self.signer = signer
    }

    /// Signs the ledger as it stands and gives the note. Refuses a head that does not extend the last one that was signed, and records that are
    /// not on the disk as their entries say.
    ///
    /// `finishing`: the entry about keys that the caller has appended, or was asked to finish. One that merely lies there is not signed: whoever can
    /// write the ledger, and not sign, could have put it there to be handed the ledger.
    package func seal(finishing change: Int? = nil) throws -> (head: SignedHead, note: [UInt8]) {
        try ledger.settle()
        let before = try state.bytes()
        let found = try extending(finishing: change, before)
        return try sign(found.head, found.verifier, before)
    }

    /// Where the signer's state was lost, or is behind what the ledger says was signed: the ledger's newest checkpoint is taken for the last one.
    /// Gives its head; nil if the state is right.
    ///
    /// `kept`: a note that this ledger's key signed and somebody kept; the ledger must hold its head. Where the state is there, it must be newer.
    package func resume(kept: [UInt8]?) throws -> SignedHead? {
        let before = try state.bytes()
        let found = try extended(finishing: nil, before, kept: kept)
        guard before == nil || found.unremembered != nil else { return nil }
        guard let stored = try ledger.checkpoints().last?.note else { throw LedgerError.damaged(nil, reason: "it has no checkpoint to go on from") }
        if let unremembered = found.unremembered, before != nil, found.kept?.size ?? 0 <= unremembered.remembered { throw unremembered.error }
        guard let head = found.verifier.open(stored) else { throw LedgerError.damaged(nil, reason: "its newest checkpoint does not verify") }
        try state.swap(from: before, to: stored)
        return head
    }

    /// Throws if the ledger as it stands does not go on from the last head that was signed, or holds a change of keys that nobody finished.
    package func check() throws { _ = try extending(finishing: nil, try state.bytes()) }

    /// The ledger as it stands, where it goes on from what the signer's state knows.
    private func extending(finishing change: Int?, _ before: [UInt8]?) throws -> Extended {
        let found = try extended(finishing: change, before)
        if let unremembered = found.unremembered { throw unremembered.error }
        return found
    }

    private struct Extended {
        let head: SignedHead
        let verifier: CheckpointVerifier
        let kept: SignedHead?
        /// The ledger holds a checkpoint that the signer's state does not know. The state moves on before one is stored, so that no crash leaves this:
        /// the state was lost or put back, or somebody else signed.
        let unremembered: (remembered: Int, error: LedgerError)?
    }

    /// Everything is read through a connection of its own, which has no page in memory yet: a bit that flipped between commit and signature would
    /// otherwise be signed, and the log could never be mended.
    private func extended(finishing change: Int?, _ before: [UInt8]?, kept: [UInt8]? = nil) throws -> Extended {
        let ledger = try LedgerFile(in: ledger.folder, writing: false)
        let verifier = try CheckpointVerifier(ledger)
        let remembered = try before.map { try state.head($0, verifier) }
        let stored = try storedHeads(ledger, verifier)
        let kept = try kept.map { try state.head($0, verifier) }
        let known = [remembered, kept, stored.last].compactMap { $0 }
        try reread(ledger, from: known.map(\.size).max() ?? 0)
        var tree = CompactRange(begin: 0)
        var roots: [Int: Digest32] = [:]
        let wanted = Set(known.map(\.size) + verifier.keys.changes.map { $0 + 1 })
        try ledger.forEachEntry { seq, bytes in
            guard seq == tree.end else { throw LedgerError.damaged(nil, reason: "entry \(tree.end) is missing") }
            bytes.withUnsafeBytes { tree.append(TreeHash.leaf($0)) }
            if wanted.contains(tree.end) { roots[tree.end] = tree.root() }
        }
        for last in known {
            guard last.size <= tree.end else { throw LedgerError.rolledBack(signedSize: last.size, foundSize: tree.end) }
            guard roots[last.size] == last.root else { throw LedgerError.forked(size: last.size) }
        }
        for entry in verifier.keys.changes where entry != change || entry + 1 < tree.end {
            if let head = stored.first(where: { $0.size == entry + 1 }), roots[head.size] == head.root { continue }
            throw entry + 1 < tree.end ? LedgerError.unvouched(entry: entry) : .unfinished(entry: entry)
        }
        return Extended(
            head: SignedHead(size: tree.end, root: tree.root()), verifier: verifier, kept: kept, unremembered: unremembered(stored.last, remembered))
    }

    private func unremembered(_ stored: SignedHead?, _ remembered: SignedHead?) -> (remembered: Int, error: LedgerError)? {
        guard let stored, stored.size > remembered?.size ?? 0 else { return nil }
        guard let remembered else { return (0, .notRemembered(path: state.path, signedSize: stored.size)) }
        return (remembered.size, .signedElsewhere(path: state.path, rememberedSize: remembered.size, signedSize: stored.size))
    }

    private func sign(_ head: SignedHead, _ verifier: CheckpointVerifier, _ before: [UInt8]?) throws -> (head: SignedHead, note: [UInt8]) {
        let key = verifier.keys.tenure(signing: head.size).key
        let signer = try signer(key)
        guard signer.publicKey == key else { throw SealError.unknownSigner(signer.publicKey.fingerprint) }
        let note = try Checkpoint(origin: verifier.origin, size: head.size, root: head.root).note(signer: signer).bytes
        try state.swap(from: before, to: note)
        try ledger.storeCheckpoint(size: head.size, note: note)
        return (head, note)
    }

    /// The records of each pull that no signature covers yet, and of each that a record was erased from since.
    private func reread(_ ledger: LedgerFile, from signed: Int) throws {
        var pulls: Set<Int> = []
        try ledger.forEachEntry(from: signed) { seq, bytes in
            switch LedgerEntry(bytes) {
            case .pull?: pulls.insert(seq)
            case .erasure(let erasure)?: pulls.insert(erasure.artifact.entry)
            case .genesis?, .run?, .seal?, .anchor?, .key?, .revocation?, nil: break
            }
        }
        for pull in pulls.sorted() { try ledger.requireRoot(of: pull) }
    }

    /// The ledger's own memory of what was signed: its newest head, and before it those by which the keys vouched for changes.
    private func storedHeads(_ ledger: LedgerFile, _ verifier: CheckpointVerifier) throws -> [SignedHead] {
        let all = try ledger.checkpoints()
        let changes = Set(verifier.keys.changes.map { $0 + 1 })
        return try all.filter { $0.size == all.last?.size || changes.contains($0.size) }.map { size, note in
            guard let head = verifier.open(note), head.size == size else {
                throw LedgerError.damaged(nil, reason: "the checkpoint of size \(size) does not verify")
            }
            return head
        }
    }
}
