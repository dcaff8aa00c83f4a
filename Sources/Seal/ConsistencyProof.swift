/// That the log of a checkpoint begins with the log as somebody knew it earlier: the body of an add-checkpoint request (C2SP tlog-witness).
///
/// The size of the earlier tree, hashes, an empty line, the checkpoint. The earlier root is not in it: who verifies brings it along.
package struct ConsistencyProof: Hashable, Sendable {
    package let oldSize: Int
    package let path: [Digest32]
    package let checkpoint: SignedNote
    /// What the format allows.
    private static let maximumPath = 63

    package init(oldSize: Int, path: [Digest32], checkpoint: SignedNote) {
        precondition(oldSize > 0 && path.count <= ConsistencyProof.maximumPath, "no such proof")
        self.oldSize = oldSize
        self.path = path
        self.checkpoint = checkpoint
    }

    package init(_ bytes: [UInt8]) throws(SealError) {
        guard bytes.count <= SignedNote.maximumBytes else { throw .malformed(.consistency, "larger than \(SignedNote.maximumBytes) bytes") }
        guard let all = lines(of: bytes), let blank = all.firstIndex(of: []), blank >= 1, let digits = all[0].dropping(prefix: "old "),
            let oldSize = decimal(digits)
        else { throw .malformed(.consistency, "expected 'old' and a decimal number, hashes and an empty line") }
        guard blank - 1 <= ConsistencyProof.maximumPath else { throw .malformed(.consistency, "the path has more hashes than any tree is deep") }
        var path: [Digest32] = []
        for line in all[1..<blank] {
            guard let hash = Digest32(base64: String(decoding: line, as: UTF8.self)) else {
                throw .malformed(.consistency, "a hash of the path is not the base64 of 32 bytes")
            }
            path.append(hash)
        }
        self.oldSize = oldSize
        self.path = path
        checkpoint = try SignedNote(Array(all[(blank + 1)...].map { $0 + [10] }.joined()))
    }

    /// `head` is what its checkpoint says, its signature verified by the caller.
    package func verify(oldRoot: Digest32, head: Checkpoint) throws(SealError) {
        try MerkleTree.verifyConsistency(from: oldSize, to: head.size, oldRoot: oldRoot, newRoot: head.root, path: path)
    }

    package var bytes: [UInt8] {
        Array("old \(oldSize)\n".utf8) + path.flatMap { Array($0.base64.utf8) + [10] } + [10] + checkpoint.bytes
    }
}
