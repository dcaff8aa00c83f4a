import Evidence
import Seal

/// A tree head that a signature vouches for.
package struct SignedHead: Hashable, Sendable {
    package let size: Int
    package let root: Digest32
    package init(size: Int, root: Digest32) {
        self.size = size
        self.root = root
    }
}
