import Evidence

/// That an entry lies in a log, for a reader who has only the log's key (C2SP tlog-proof v1).
package struct TlogProof: Hashable, Sendable {
    package let index: Int
    /// From the leaf's sibling up.
    package let path: [Digest32]
    package let checkpoint: SignedNote
    /// Opaque and not authenticated: never to be trusted by itself.
    package let extra: [UInt8]?

    private static let header = "c2sp.org/tlog-proof@v1"
    /// A path in a tree of 2^63 leaves.
    private static let maximumPath = 63

    package init(index: Int, path: [Digest32], checkpoint: SignedNote, extra: [UInt8]? = nil) {
        precondition(index >= 0 && path.count <= TlogProof.maximumPath, "no such place in a tree")
        self.index = index
        self.path = path
        self.checkpoint = checkpoint
        self.extra = extra
    }

    package init(_ bytes: [UInt8]) throws(SealError) {
        guard bytes.count <= SignedNote.maximumBytes else { throw .malformed(.proof, "larger than \(SignedNote.maximumBytes) bytes") }
        guard let all = lines(of: bytes), let blank = all.firstIndex(of: []), blank >= 2, all[0].elementsEqual(TlogProof.header.utf8) else {
            throw .malformed(.proof, "expected '\(TlogProof.header)', an index, hashes and an empty line")
        }
        var head = all[1..<blank]
        extra = try TlogProof.takeExtra(&head)
        guard let line = head.popFirst(), let digits = line.dropping(prefix: "index "), let index = decimal(digits) else {
            throw .malformed(.proof, "expected 'index' and a decimal number")
        }
        guard head.count <= TlogProof.maximumPath else { throw .malformed(.proof, "the path has more hashes than any tree is deep") }
        var path: [Digest32] = []
        for line in head {
            guard let hash = Digest32(base64: String(decoding: line, as: UTF8.self)) else {
                throw .malformed(.proof, "a hash of the path is not the base64 of 32 bytes")
            }
            path.append(hash)
        }
        self.index = index
        self.path = path
        checkpoint = try SignedNote(Array(all[(blank + 1)...].map { $0 + [10] }.joined()))
    }

    /// The checkpoint that the proof rests on, once its signature, its origin and the path to its root have been verified.
    package func verify(leaf: Digest32, origin: String, trusted: [VerifierKey]) throws(SealError) -> Checkpoint {
        let head = try Checkpoint(note: checkpoint, origin: origin, trusted: trusted)
        try MerkleTree.verifyInclusion(leaf: leaf, index: index, size: head.size, path: path, root: head.root)
        return head
    }

    package var bytes: [UInt8] {
        var text = TlogProof.header + "\n"
        if let extra { text += "extra \(Base64.encode(extra))\n" }
        text += "index \(index)\n"
        for hash in path { text += hash.base64 + "\n" }
        return Array(text.utf8) + [10] + checkpoint.bytes
    }

    private static func takeExtra(_ head: inout ArraySlice<[UInt8]>) throws(SealError) -> [UInt8]? {
        guard let line = head.first, let encoded = line.dropping(prefix: "extra ") else { return nil }
        guard let extra = Base64.decode(String(decoding: encoded, as: UTF8.self)) else {
            throw .malformed(.proof, "the extra data is not base64")
        }
        head.removeFirst()
        return extra
    }
}
