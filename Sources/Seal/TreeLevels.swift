/// Every node of one tree, kept so that many paths cost no hashing. Memory: 64 bytes a leaf.
package struct TreeLevels: Sendable {
    /// `levels[0]` are the leaves; a node without a sibling is promoted unhashed, which gives RFC 6962's tree.
    private let levels: [[Digest32]]

    package init(_ leaves: [Digest32]) {
        var levels = [leaves]
        var below = leaves
        while below.count > 1 {
            var above: [Digest32] = []
            above.reserveCapacity((below.count + 1) / 2)
            for i in stride(from: 0, to: below.count - 1, by: 2) { above.append(TreeHash.node(below[i], below[i + 1])) }
            if below.count % 2 == 1 { above.append(below[below.count - 1]) }
            levels.append(above)
            below = above
        }
        self.levels = levels
    }

    package var size: Int { levels[0].count }
    package var leaves: [Digest32] { levels[0] }
    package var root: Digest32 { levels[levels.count - 1].first ?? TreeHash.empty }

    /// RFC 9162 section 2.1.3.1: from the leaf's sibling up.
    package func inclusionPath(_ index: Int) -> [Digest32] {
        precondition(index >= 0 && index < size, "no such leaf")
        var path: [Digest32] = []
        var node = index
        for level in levels {
            if node ^ 1 < level.count { path.append(level[node ^ 1]) }
            node >>= 1
        }
        return path
    }

    package func inclusionPaths(_ indices: some Sequence<Int>) -> [[Digest32]] { indices.map { inclusionPath($0) } }

    /// RFC 9162 section 2.1.4.1: what shows that the tree of the first `from` leaves is the beginning of this one.
    package func consistencyPath(from: Int) -> [Digest32] {
        precondition(from >= 1 && from <= size, "a consistency proof starts from at least one leaf and at most all")
        guard from < size else { return [] }
        var node = from - 1
        var last = size - 1
        var level = 0
        func up() {
            node >>= 1
            last >>= 1
            level += 1
        }
        while node & 1 == 1 { up() }
        // The biggest subtree that ends at `from`; the verifier has it already when it is the whole old tree.
        var path = node == 0 ? [] : [levels[level][node]]
        while last > 0 {
            if node & 1 == 1 {
                path.append(levels[level][node - 1])
            } else if node < last {
                path.append(levels[level][node + 1])
            }
            up()
        }
        return path
    }
}
