/// The head of a log: what its signature is over (C2SP tlog-checkpoint).
///
/// Extension lines are optional in the format and never written here. A checkpoint that has one is refused, so that what was read
/// is what is printed.
package struct Checkpoint: Hashable, Sendable {
    package let origin: String
    package let size: Int
    package let root: Digest32

    package init(origin: String, size: Int, root: Digest32) {
        precondition(size >= 0, "a tree has no fewer than no leaves")
        precondition(!origin.isEmpty && origin.utf8.allSatisfy { $0 >= 0x20 }, "an origin is one line")
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads the text of a note.
    package init(text: [UInt8]) throws(SealError) {
        guard let lines = lines(of: text), lines.count == 3 else {
            throw .malformed(.checkpoint, "expected three lines: origin, size, root")
        }
        guard let origin = String(validating: lines[0], as: UTF8.self), !origin.isEmpty, lines[0].allSatisfy({ $0 >= 0x20 }) else {
            throw .malformed(.checkpoint, "the origin is empty or not text")
        }
        guard let size = decimal(lines[1]) else { throw .malformed(.checkpoint, "the size is not a decimal number") }
        guard let root = Digest32(base64: String(decoding: lines[2], as: UTF8.self)) else {
            throw .malformed(.checkpoint, "the root is not the base64 of 32 bytes")
        }
        self.init(origin: origin, size: size, root: root)
    }

    /// Verifies the note, then reads it. Give the keys that may speak for `origin`.
    package init(note: SignedNote, origin: String, trusted: [VerifierKey]) throws(SealError) {
        try note.verify(trusted)
        try self.init(text: note.text)
        guard self.origin.utf8.elementsEqual(origin.utf8) else { throw .wrongOrigin(expected: origin, found: self.origin) }
    }

    /// Three lines: origin, size, root.
    package var text: [UInt8] { Array("\(origin)\n\(size)\n\(root.base64)\n".utf8) }

    /// Signed under the origin as the key's name.
    package func note(signer: Signer) throws -> SignedNote {
        try SignedNote(text: text, name: origin, signer: signer)
    }
}
