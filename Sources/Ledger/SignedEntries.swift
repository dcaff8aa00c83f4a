import SQLite
import Seal

extension LedgerFile {
    /// How many entries the log's own signatures vouch for: up to the newest stored head of these very entries, each change of keys below it signed by
    /// the key before. Behind them whoever may write the file, and cannot sign, can have put what they liked.
    package func signedSize() throws -> Int {
        let verifier = try CheckpointVerifier(self)
        let heads = Dictionary(try checkpoints().map { ($0.size, $0.note) }) { first, _ in first }
        let changes = Set(verifier.keys.changes)
        /// Heads whose signatures may stand for what they are over: the newest that does is enough, and a signature costs more than a thousand entries.
        var candidates: [SignedHead] = []
        func isSigned(_ head: SignedHead) -> Bool { heads[head.size].flatMap(verifier.open) == head }
        var (tree, isWhole) = (CompactRange(begin: 0), true)
        do {
            try forEachEntry { seq, bytes in
                isWhole = isWhole && seq == tree.end
                guard isWhole else { return }
                bytes.withUnsafeBytes { tree.append(TreeHash.leaf($0)) }
                let head = heads[tree.end].map { _ in SignedHead(size: tree.end, root: tree.root()) }
                if changes.contains(seq) { isWhole = head.map(isSigned) ?? false }
                if isWhole, let head { candidates.append(head) }
            }
        } catch let error as SQLiteError where error.blamesFile {}
        return candidates.last(where: isSigned)?.size ?? 0
    }
}
