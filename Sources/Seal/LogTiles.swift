/// The static files of a log, as C2SP tlog-tiles lays them out: hashes of 256 nodes a file, level by level, and the entries themselves.
///
/// A tile at level 0 holds leaf hashes, one at level n + 1 the roots of full tiles at level n. The last tile of a level may be partial.
package enum LogTiles {
    package static let folder = "tile/"
    /// Hashes in a full tile, entries in a full bundle.
    package static let width = 256
    private static let entriesFolder = "tile/entries/"

    package struct File: Hashable, Sendable {
        /// Below the log's prefix: `tile/0/x001/234`, `tile/0/x001/235.p/17`.
        package let path: String
        package let bytes: [UInt8]
    }

    /// `index` in groups of three digits, all but the last behind an `x`; `.p/<width>` for a tile that is not full.
    package static func path(level: Int, index: Int, width: Int = width) -> String { "tile/\(level)/\(place(index, width))" }
    package static func entriesPath(index: Int, width: Int = width) -> String { entriesFolder + place(index, width) }

    private static func place(_ index: Int, _ width: Int) -> String {
        precondition(index >= 0 && (1...self.width).contains(width), "no such tile")
        var groups: [String] = []
        var rest = index
        repeat {
            groups.insert((groups.isEmpty ? "" : "x") + digits(rest % 1000), at: 0)
            rest /= 1000
        } while rest > 0
        return groups.joined(separator: "/") + (width == self.width ? "" : ".p/\(width)")
    }

    private static func digits(_ number: Int) -> String { String(String(1000 + number).dropFirst()) }

    /// The tiles of the tree over these leaves, level by level; none of an empty tree.
    package static func tiles(_ leaves: [Digest32]) -> [File] {
        var files: [File] = []
        var hashes = leaves
        var level = 0
        while !hashes.isEmpty {
            var above: [Digest32] = []
            for (index, part) in parts(of: hashes).enumerated() {
                var bytes: [UInt8] = []
                bytes.reserveCapacity(part.count * 32)
                for hash in part { hash.append(to: &bytes) }
                files.append(File(path: path(level: level, index: index, width: part.count), bytes: bytes))
                // A partial tile must not be hashed into the level above: its root would be one of a tree that is still growing.
                if part.count == width { above.append(MerkleTree.root(Array(part))) }
            }
            hashes = above
            level += 1
        }
        return files
    }

    /// The entries in bundles, each entry behind its length in two bytes, big-endian. An entry has at most 65,535 bytes.
    package static func bundles(_ entries: [[UInt8]]) -> [File] {
        parts(of: entries).enumerated().map { index, part in
            var bytes: [UInt8] = []
            for entry in part {
                precondition(entry.count <= Int(UInt16.max), "an entry's length has two bytes")
                bytes += [UInt8(entry.count >> 8), UInt8(entry.count & 255)] + entry
            }
            return File(path: entriesPath(index: index, width: part.count), bytes: bytes)
        }
    }

    /// The hashes of a tile; nil if it is cut wrongly.
    package static func hashes(_ tile: [UInt8]) -> [Digest32]? {
        guard tile.count % 32 == 0 else { return nil }
        return tile.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 32).map { Digest32(copying: UnsafeRawBufferPointer(rebasing: bytes[$0..<$0 + 32])) }
        }
    }

    /// The entries of a bundle; nil if it is cut wrongly.
    package static func entries(_ bundle: [UInt8]) -> [[UInt8]]? {
        var entries: [[UInt8]] = []
        var rest = bundle[...]
        while let high = rest.popFirst() {
            guard let low = rest.popFirst(), rest.count >= Int(high) << 8 | Int(low) else { return nil }
            let length = Int(high) << 8 | Int(low)
            entries.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return entries
    }

    /// The leaves of a tree of `size`, out of its tiles at level 0; nil where one is missing or cut wrongly. Nothing is hashed.
    ///
    /// A log that has grown since may hold a full tile in place of the partial one.
    package static func leaves(size: Int, file: (String) throws -> [UInt8]?) rethrows -> [Digest32]? {
        var leaves: [Digest32] = []
        while leaves.count < size {
            let (index, wanted) = (leaves.count / width, min(width, size - leaves.count))
            guard let tile = try file(path(level: 0, index: index, width: wanted)) ?? file(path(level: 0, index: index)),
                let hashes = hashes(tile), hashes.count == wanted || hashes.count == width
            else { return nil }
            leaves += hashes.prefix(wanted)
        }
        return leaves
    }

    /// In groups as wide as a tile, the last one as wide as it comes.
    package static func parts<T>(of all: [T]) -> [ArraySlice<T>] {
        stride(from: 0, to: all.count, by: width).map { all[$0..<min($0 + width, all.count)] }
    }
}
