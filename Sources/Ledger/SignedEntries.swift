import SQLite
import Seal

extension LedgerFile {
    /// How many entries the log's own signatures vouch for: up to the newest stored head of these very entries, each change of keys below it signed by
    /// the key before. Behind them whoever may write the file, and cannot sign, can have put what they liked.
    package func signedSize() throws -> Int {
        let verifier = try CheckpointVerifier(self)
        let heads = Dictionary(try checkpoints().map { ($0.size, $0.note) }) { first, _ in first }
        let changes = Set(verifier.keys.changes)
        var (tree, signed, isWhole) = (CompactRange(begin: 0), 0, true)
        do {
            try forEachEntry { seq, bytes in
                isWhole = isWhole && seq == tree.end
                guard isWhole else { return }
                bytes.withUnsafeBytes { tree.append(TreeHash.leaf($0)) }
                if let head = heads[tree.end].flatMap(verifier.open), head.size == tree.end, head.root == tree.root() {
                    signed = tree.end
                } else if changes.contains(seq) {
                    isWhole = false
                }
            }
        } catch let error as SQLiteError where error.blamesFile {}
        return signed
    }
}
