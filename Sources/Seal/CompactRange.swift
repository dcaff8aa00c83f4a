/// The leaves `begin..<end` of a tree, folded into the fewest perfect subtrees: O(log n) memory.
///
/// Ranges that touch can be merged, so the first leaf of a tree may be known last: `[0,1) + [1,n)`.
package struct CompactRange: Sendable {
    package let begin: Int
    package private(set) var end: Int
    /// Left to right. The last one ends at `end`.
    private var hashes: [Digest32] = []
    /// `levels[i]`: `hashes[i]` covers 2^levels[i] leaves and starts at a multiple of that.
    private var levels: [UInt8] = []

    package init(begin: Int) {
        precondition(begin >= 0, "a range begins at leaf 0 or later")
        self.begin = begin
        end = begin
        hashes.reserveCapacity(64)
        levels.reserveCapacity(64)
    }

    package var count: Int { end - begin }

    package mutating func append(_ leafHash: Digest32) { push(leafHash, level: 0) }

    /// `other` begins where this one ends.
    package mutating func append(contentsOf other: CompactRange) {
        precondition(other.begin == end, "ranges that are merged must touch")
        for (hash, level) in zip(other.hashes, other.levels) { push(hash, level: level) }
    }

    /// The root of the tree of these leaves; the range must begin at leaf 0.
    package func root() -> Digest32 {
        precondition(begin == 0, "only a range that begins at leaf 0 has a root")
        guard var root = hashes.last else { return TreeHash.empty }
        for hash in hashes.dropLast().reversed() { root = TreeHash.node(hash, root) }
        return root
    }

    private mutating func push(_ hash: Digest32, level: UInt8) {
        var hash = hash
        var level = level
        let newEnd = end + (1 << Int(level))
        // A subtree with an odd number at its level is a right child; if its left sibling is here, they become their parent.
        while levels.last == level, (newEnd >> Int(level)) & 1 == 0 {
            hash = TreeHash.node(hashes.removeLast(), hash)
            levels.removeLast()
            level += 1
        }
        hashes.append(hash)
        levels.append(level)
        end = newEnd
    }
}
