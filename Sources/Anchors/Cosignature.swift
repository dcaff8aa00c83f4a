import Evidence
import Seal

/// A witness's word that it saw a tree head at a time, as one signature line of a note.
package struct Cosignature: Hashable, Sendable {
    package let line: SignedNote.Line
    /// Whole seconds: the witness's clock when it signed.
    package let at: Instant
    private let timestamp: UInt64

    /// Reads a signature line of a note. Nil if its signature has not the length of a timestamped Ed25519 one, or a time beyond the year 2255.
    package init?(_ line: SignedNote.Line) {
        guard line.signature.count == 8 + 64 else { return nil }
        timestamp = line.signature.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        guard timestamp < 9_000_000_000 else { return nil }
        at = Instant(seconds: Int64(timestamp))
        self.line = line
    }

    /// Reads the stored form: the line and its line feed.
    package init(_ stored: [UInt8], under checkpoint: SignedNote) throws(AnchorError) {
        guard let note = try? SignedNote(checkpoint.text + [10] + stored), note.text == checkpoint.text, note.lines.count == 1,
            let cosignature = Cosignature(note.lines[0]), cosignature.bytes == stored
        else { throw .malformed(.cosignature, "expected one signature line with a time and an Ed25519 signature") }
        self = cosignature
    }

    /// The line with its line feed: what the ledger keeps.
    package var bytes: [UInt8] { line.text }

    package func isBy(_ witness: WitnessKey) -> Bool { line.keyID == witness.id && line.name.utf8.elementsEqual(witness.name.utf8) }

    /// `text`: the checkpoint's three lines.
    package func verify(_ text: [UInt8], by witness: WitnessKey) throws(AnchorError) {
        let message = Array("cosignature/v1\ntime \(timestamp)\n".utf8) + text
        guard witness.key.isValid(signature: Array(line.signature.dropFirst(8)), for: message) else { throw .wrongSignature(by: witness.name) }
    }
}
