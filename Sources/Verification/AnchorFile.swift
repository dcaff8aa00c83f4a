import Anchors
import Evidence
import Ledger
import Seal

/// A file that somebody outside gave back: a checkpoint with or without witnesses' lines, such lines alone, or a time-stamp token.
package enum AnchorFile: Sendable {
    case checkpoint(SignedNote)
    /// Signature lines, each ended.
    case lines([UInt8])
    case token([UInt8])

    /// Nil if it is none of these.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= AnchorProof.sizeLimit else { return nil }
        if bytes.first == 0x30 {
            self = .token(bytes)
        } else if bytes.starts(with: "— ".utf8) {
            self = .lines(bytes)
        } else if let note = try? SignedNote(bytes), (try? Checkpoint(text: note.text)) != nil {
            self = .checkpoint(note)
        } else {
            return nil
        }
    }

    /// One anchor that was found in it. `note` is the checkpoint that it is over, where it is known.
    package struct Found: Sendable {
        package let kind: AnchorKind
        package let note: KnownNote?
        package let proof: [UInt8]
        package let verdict: AnchorVerdict
        /// The signer's name as the file states it.
        package let name: String
    }

    /// The anchors in it over any of the checkpoints, which are tried from the last one. A held checkpoint is not among them.
    package func anchors(over notes: [KnownNote], _ roots: TrustRoots) -> [Found] {
        switch self {
        case .token(let bytes): [AnchorFile.timestamp(bytes, notes, roots)]
        case .lines(let lines): AnchorFile.cosignatures(notes.last.flatMap { try? SignedNote($0.signed.text + [10] + lines) }?.lines ?? [], notes, roots)
        case .checkpoint(let note):
            AnchorFile.cosignatures(note.lines, notes.filter { $0.signed.text == note.text }, roots)
        }
    }

    private static func timestamp(_ bytes: [UInt8], _ notes: [KnownNote], _ roots: TrustRoots) -> Found {
        do throws(AnchorError) {
            let token = try TimestampToken(bytes)
            guard let note = notes.last(where: { token.isOver($0.bytes) }) else { throw .otherCheckpoint }
            let verdict = AnchorProof(kind: .timestamp, checkpoint: note.bytes, proof: token.der).verdict(roots)
            return Found(kind: .timestamp, note: note, proof: token.der, verdict: verdict, name: token.name)
        } catch {
            return Found(kind: .timestamp, note: nil, proof: [], verdict: .refused(error), name: "")
        }
    }

    /// Lines by nobody known are unknown, not wrong: the format wants them ignored. A line that is no timestamped signature is left out.
    private static func cosignatures(_ lines: [SignedNote.Line], _ notes: [KnownNote], _ roots: TrustRoots) -> [Found] {
        lines.compactMap(Cosignature.init).map { cosignature in
            var verdict = AnchorVerdict.unknownRoot
            for note in notes.reversed() {
                verdict = AnchorProof(kind: .cosignature, checkpoint: note.bytes, proof: cosignature.bytes).verdict(roots)
                if case .valid = verdict {
                    return Found(kind: .cosignature, note: note, proof: cosignature.bytes, verdict: verdict, name: cosignature.line.name)
                }
            }
            return Found(kind: .cosignature, note: nil, proof: cosignature.bytes, verdict: verdict, name: cosignature.line.name)
        }
    }
}

/// A checkpoint whose signature by the log's key was verified.
package struct KnownNote: Sendable {
    package let bytes: [UInt8]
    package let signed: SignedNote
    package let head: SignedHead

    /// Nil unless it is exactly what the log's key signs.
    package init?(_ bytes: [UInt8], _ signer: CheckpointVerifier) {
        guard let head = signer.open(bytes), let signed = try? SignedNote(bytes) else { return nil }
        self.bytes = bytes
        self.signed = signed
        self.head = head
    }

    /// What the log's key signed of a note that came back with other lines under it.
    package init?(returned note: SignedNote, _ signer: CheckpointVerifier) {
        for line in note.lines where line.name.utf8.elementsEqual(signer.origin.utf8) {
            if let known = KnownNote(note.text + [10] + line.text, signer) {
                self = known
                return
            }
        }
        return nil
    }
}

extension CheckpointVerifier {
    /// By the chain of keys that a portal or archive brings, if it holds; else by the one key that its `verifier_key` names.
    init?(_ chain: KeyChain?, else line: some Sequence<UInt8>) {
        if let chain, chain.findings.isEmpty {
            guard let verifier = try? CheckpointVerifier(origin: chain.origin, keys: chain.history) else { return nil }
            self = verifier
        } else {
            guard let key = try? VerifierKey(String(decoding: Array(line), as: UTF8.self)),
                let verifier = try? CheckpointVerifier(origin: key.name, key: key.key)
            else { return nil }
            self = verifier
        }
    }
}
