/// Roots, paths and their verification, RFC 9162 section 2.1.
package enum MerkleTree {
    package static func root(_ leaves: [Digest32]) -> Digest32 {
        var range = CompactRange(begin: 0)
        for leaf in leaves { range.append(leaf) }
        return range.root()
    }

    /// For one path. For many of one tree keep a `TreeLevels`.
    package static func inclusionPath(_ index: Int, leaves: [Digest32]) -> [Digest32] { TreeLevels(leaves).inclusionPath(index) }

    package static func consistencyPath(from: Int, to leaves: [Digest32]) -> [Digest32] { TreeLevels(leaves).consistencyPath(from: from) }

    /// Section 2.1.3.2.
    package static func verifyInclusion(leaf: Digest32, index: Int, size: Int, path: [Digest32], root: Digest32) throws(SealError) {
        guard size > 0 else { throw .emptyTree }
        guard index >= 0, index < size else { throw .outsideTree(index: index, size: size) }
        let expected = inclusionPathLength(index: index, size: size)
        guard path.count == expected else { throw .wrongPathLength(expected: expected, found: path.count) }
        var node = index
        var last = size - 1
        var hash = leaf
        for sibling in path {
            if node & 1 == 1 || node == last {
                hash = TreeHash.node(sibling, hash)
                // A node without a right sibling was promoted: climb to where it has a left one.
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = TreeHash.node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0, hash == root else { throw .rootMismatch }
    }

    /// Section 2.1.4.2. Two trees of one size are consistent if they have one root and the path is empty.
    package static func verifyConsistency(
        from: Int, to: Int, oldRoot: Digest32, newRoot: Digest32, path: [Digest32]
    ) throws(SealError) {
        guard from > 0, to > 0 else { throw .emptyTree }
        guard from <= to else { throw .shrunk(from: from, to: to) }
        if from == to {
            guard path.isEmpty else { throw .wrongPathLength(expected: 0, found: path.count) }
            guard oldRoot == newRoot else { throw .rootMismatch }
            return
        }
        let expected = consistencyPathLength(from: from, to: to)
        guard path.count == expected else { throw .wrongPathLength(expected: expected, found: path.count) }
        var hashes = path[...]
        var node = from - 1
        var last = to - 1
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        // Node 0: the old tree is one perfect subtree, so its root starts the path.
        let start = node == 0 ? oldRoot : hashes.removeFirst()
        var (old, new) = (start, start)
        for hash in hashes {
            if node & 1 == 1 || node == last {
                old = TreeHash.node(hash, old)
                new = TreeHash.node(hash, new)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                new = TreeHash.node(new, hash)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0, old == oldRoot, new == newRoot else { throw .rootMismatch }
    }

    private static func inclusionPathLength(index: Int, size: Int) -> Int {
        // Below the level where the way of the leaf and that of the last leaf part, every level has a sibling; above it only those
        // where the leaf is on the right.
        let inner = Int.bitWidth - (index ^ (size - 1)).leadingZeroBitCount
        return inner + (index >> inner).nonzeroBitCount
    }

    private static func consistencyPathLength(from: Int, to: Int) -> Int {
        let perfect = from.trailingZeroBitCount
        let node = (from - 1) >> perfect
        return inclusionPathLength(index: node, size: ((to - 1) >> perfect) + 1) + (node == 0 ? 0 : 1)
    }
}
