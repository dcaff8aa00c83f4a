/// A hash of a key's bytes; equal keys hash alike, and whoever finds equal hashes compares the bytes.
@inline(__always)
func keyHash(_ key: UnsafeRawBufferPointer) -> UInt32 {
    var hash = UInt64(truncatingIfNeeded: key.count) &* 0x9e37_79b9_7f4a_7c15
    var i = 0
    while i + 8 <= key.count {
        hash = (hash ^ key.loadUnaligned(fromByteOffset: i, as: UInt64.self)) &* 0x9e37_79b9_7f4a_7c15
        hash ^= hash >> 29
        i += 8
    }
    var tail: UInt64 = 0
    while i < key.count {
        tail = tail << 8 | UInt64(key[i])
        i += 1
    }
    hash = (hash ^ tail) &* 0xbf58_476d_1ce4_e5b9
    return UInt32(truncatingIfNeeded: hash >> 32)
}

@inline(__always)
func sameBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard a.count == b.count else { return false }
    for i in 0..<a.count where a[i] != b[i] { return false }
    return true
}

/// Finds a key that occurs twice in one object.
///
/// Small objects go through a hash table; large ones are sorted, so that keys made to collide cannot make it quadratic.
struct KeySet {
    private static let small = 64
    private var slots = [UInt32](repeating: 0, count: 256)

    mutating func findsDuplicate(in nodes: [JSONNode], of object: Int, keys: [UInt8], record: UnsafeRawBufferPointer) -> Bool {
        keys.withUnsafeBytes { own in
            nodes[object].count <= KeySet.small ? hashed(nodes, object, own, record) : sorted(nodes, object, own, record)
        }
    }

    private static func key(_ node: JSONNode, _ own: UnsafeRawBufferPointer, _ record: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: (node.hasOwnKey ? own : record)[Int(node.keyStart)..<Int(node.keyEnd)])
    }

    private mutating func hashed(
        _ nodes: [JSONNode], _ object: Int, _ own: UnsafeRawBufferPointer, _ record: UnsafeRawBufferPointer
    ) -> Bool {
        let mask = nodes[object].count <= 16 ? 63 : 255
        for i in 0...mask { slots[i] = 0 }
        var child = object + 1
        while child < nodes[object].next {
            let hash = nodes[child].keyHash
            var slot = Int(hash) & mask
            while slots[slot] != 0 {
                let other = nodes[Int(slots[slot])]
                if other.keyHash == hash, sameBytes(KeySet.key(nodes[child], own, record), KeySet.key(other, own, record)) { return true }
                slot = (slot + 1) & mask
            }
            slots[slot] = UInt32(child)
            child = Int(nodes[child].next)
        }
        return false
    }

    private func sorted(
        _ nodes: [JSONNode], _ object: Int, _ own: UnsafeRawBufferPointer, _ record: UnsafeRawBufferPointer
    ) -> Bool {
        var members: [UnsafeRawBufferPointer] = []
        members.reserveCapacity(Int(nodes[object].count))
        var child = object + 1
        while child < nodes[object].next {
            members.append(KeySet.key(nodes[child], own, record))
            child = Int(nodes[child].next)
        }
        members.sort { $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count < $1.count }
        return zip(members, members.dropFirst()).contains { sameBytes($0, $1) }
    }
}
