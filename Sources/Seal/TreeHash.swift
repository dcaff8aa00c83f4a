/// The two hashes of an RFC 6962 tree (section 2.1). The first byte keeps a leaf from being taken for a node.
package enum TreeHash {
    /// SHA-256 of nothing: the root of a tree without leaves.
    package static let empty = SHA256Stream().digest()

    /// SHA-256(0x00 ‖ data).
    package static func leaf(_ data: UnsafeRawBufferPointer) -> Digest32 {
        leaf(salt: UnsafeRawBufferPointer(start: nil, count: 0), record: data)
    }

    package static func leaf(_ data: [UInt8]) -> Digest32 { data.withUnsafeBytes { leaf($0) } }

    /// SHA-256(0x00 ‖ salt ‖ record).
    ///
    /// Short input is laid out on the stack and hashed in one call, since a call costs as much as a block.
    package static func leaf(salt: UnsafeRawBufferPointer, record: UnsafeRawBufferPointer) -> Digest32 {
        let whole = 1 + salt.count + record.count
        let copied = whole <= 1024 ? whole : 1 + salt.count
        return withUnsafeTemporaryAllocation(byteCount: copied, alignment: 8) { buffer in
            buffer[0] = 0x00
            UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: salt)
            if copied == whole {
                UnsafeMutableRawBufferPointer(rebasing: buffer[(1 + salt.count)...]).copyMemory(from: record)
                return SHA256Stream.digest(of: UnsafeRawBufferPointer(buffer))
            }
            var hasher = SHA256Stream()
            hasher.update(UnsafeRawBufferPointer(buffer))
            hasher.update(record)
            return hasher.digest()
        }
    }

    /// SHA-256(0x01 ‖ left ‖ right).
    package static func node(_ left: Digest32, _ right: Digest32) -> Digest32 {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
            buffer[0] = 0x01
            left.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[1..<33]).copyMemory(from: $0) }
            right.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[33..<65]).copyMemory(from: $0) }
            return SHA256Stream.digest(of: UnsafeRawBufferPointer(buffer))
        }
    }
}
