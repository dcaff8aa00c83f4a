import Evidence
import Foundation
import Testing

@testable import Seal

@Suite struct NoteTests {
    private let origin = "receipts.example/assistant/9f2c"

    private func tree() -> TreeLevels { TreeLevels(leaves(11)) }
    private func checkpoint() -> Checkpoint { Checkpoint(origin: origin, size: 11, root: tree().root) }
    private func vkey() throws -> VerifierKey { try VerifierKey(name: origin, key: key().publicKey) }
    private func proof() throws -> TlogProof {
        TlogProof(index: 6, path: tree().inclusionPath(6), checkpoint: try checkpoint().note(signer: signer()))
    }

    /// The example note of golang.org/x/mod/sumdb/note, with its second signer left unknown.
    @Test func aNoteSignedElsewhereVerifies() throws {
        let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
        let line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        let unknown = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
        let key = try VerifierKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
        let note = try SignedNote(Array((text + "\n" + line + unknown).utf8))
        #expect(try note.verify([key]) == [key])
        #expect(note.description == text + "\n" + line + unknown)
        #expect(throws: SealError.noTrustedSignature) { try note.verify([vkey()]) }
        #expect(throws: SealError.noTrustedSignature) { try note.verify([]) }
    }

    /// The page about formats shows a real checkpoint and the key it verifies with.
    @Test func theDocumentedExampleVerifies() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/formats/ledger-proofs.md"), encoding: .utf8)
        let note = try checkpoint().note(signer: signer())
        #expect(page.contains("```\n\(note)```"), "\(note)")
        let line = try vkey().text
        #expect(page.contains("`\(line)`"), "\(line)")
    }

    @Test func checkpointsReadAsTheyPrint() throws {
        let note = try checkpoint().note(signer: signer())
        let read = try Checkpoint(note: SignedNote(note.bytes), origin: origin, trusted: [vkey()])
        #expect(read == checkpoint())
        #expect(throws: SealError.wrongOrigin(expected: "other", found: origin)) {
            try Checkpoint(note: note, origin: "other", trusted: [vkey()])
        }
        #expect(
            Checkpoint(origin: "o", size: 0, root: TreeHash.empty).text
                == Array("o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n".utf8))
    }

    @Test(arguments: ["o\n01\n=\n", "o\n+1\n", "o\n1\n\n", "\n1\n", "o\n-1\n", "o\n99999999999999999999\n", "o\n1\r\n", "o\n1 \n", "o\n"])
    func malformedCheckpointsAreRefused(head: String) {
        #expect(throws: SealError.self) { try Checkpoint(text: Array((head + TreeHash.empty.base64 + "\n").utf8)) }
    }

    @Test func checkpointsWithMoreThanThreeLinesAreRefused() {
        #expect(throws: SealError.self) { try Checkpoint(text: Array("o\n1\n\(TreeHash.empty.base64)\nmore\n".utf8)) }
        #expect(throws: SealError.self) { try Checkpoint(text: Array("o\n1\n\(TreeHash.empty.base64)".utf8)) }
    }

    @Test func malformedNotesAreRefused() throws {
        let line = "— a AAAAAAAA\n"
        #expect(try SignedNote(Array("text\n\n\(line)".utf8)).lines.count == 1)
        let bad = [
            "", "\n", "text\n", "text\n\n", "\n\(line)", "text\n\(line)", "text\n\n\(line)rest", "text\n\n- a AAAAAAAA\n",
            "text\n\n— a AAAAAA==\n",
            "text\n\n— a AAAAAAAA \n", "text\n\n—  AAAAAAAA\n", "text\n\n— a+b AAAAAAAA\n", "text\n\n— a AAAAAAA\n", "text\n\n\(line)\n",
            "text\r\n\n\(line)", "te\u{0}xt\n\n\(line)", "text\n\n— a\u{2003}b AAAAAAAA\n",
            "text\n\n" + String(repeating: line, count: 101),
            "text\n\n\(line.dropLast())",
        ]
        for note in bad { #expect(throws: SealError.self, "\(note)") { try SignedNote(Array(note.utf8)) } }
        #expect(throws: SealError.self) { try SignedNote([0xff] + Array("\n\n\(line)".utf8)) }
    }

    @Test func aBadLineByATrustedKeyRefusesTheWholeNote() throws {
        var note = try checkpoint().note(signer: signer())
        try note.sign(name: "witness", signer: signer(9))
        let witness = try VerifierKey(name: "witness", key: key(9).publicKey)
        #expect(try note.verify([vkey(), witness]).count == 2)
        var bytes = note.bytes
        bytes[bytes.count - 10] ^= 1
        let changed = try SignedNote(bytes)
        #expect(try changed.verify([vkey()]).count == 1)
        #expect(throws: SealError.wrongSignature(by: "witness")) { try changed.verify([vkey(), witness]) }
    }

    @Test func everyChangedByteOfANoteOrProofIsRefused() throws {
        let leaf = leaves(11)[6]
        let bytes = try proof().bytes
        let read = try TlogProof(bytes)
        #expect(read.bytes == bytes)
        #expect(try read.verify(leaf: leaf, origin: origin, trusted: [vkey()]) == checkpoint())
        let trusted = [try vkey()]
        for i in bytes.indices {
            for bit in [0, 5] {
                var changed = bytes
                changed[i] ^= 1 << bit
                do {
                    _ = try TlogProof(changed).verify(leaf: leaf, origin: origin, trusted: trusted)
                    Issue.record("byte \(i) bit \(bit)")
                } catch {}
            }
        }
        for count in bytes.indices { #expect(throws: SealError.self) { try TlogProof(Array(bytes[..<count])) } }
        #expect(throws: SealError.self) { try TlogProof(bytes + [10]) }
    }

    @Test func extraDataIsKeptAndNotTrusted() throws {
        let plain = try proof()
        let proof = TlogProof(index: 6, path: plain.path, checkpoint: plain.checkpoint, extra: Array("salt".utf8))
        #expect(try TlogProof(proof.bytes) == proof)
        #expect(String(decoding: proof.bytes, as: UTF8.self).hasPrefix("c2sp.org/tlog-proof@v1\nextra c2FsdA==\nindex 6\n"))
    }

    @Test func opensslVerifiesTheBodyOfANote() throws {
        let scratch = try Scratch()
        let note = try checkpoint().note(signer: signer())
        // SubjectPublicKeyInfo of Ed25519 is 12 fixed bytes and the key (RFC 8410).
        let prefix = try #require(Hex.decode("302a300506032b6570032100"))
        try scratch.write("key.der", prefix + key().publicKey.bytes)
        try scratch.write("body", note.text)
        try scratch.write("sig", note.lines[0].signature)
        let command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in body -sigfile sig"
        #expect(try scratch.run(command).code == 0)
        try scratch.write("body", note.text + [10])
        #expect(try scratch.run(command).code != 0)
    }

    @Test func theShellScriptVerifiesOurProof() throws {
        guard let script = shared("tools/verify-proof.sh") else { return }
        let scratch = try Scratch()
        let prefix = try #require(Hex.decode("302a300506032b6570032100"))
        try scratch.write("key.der", prefix + key().publicKey.bytes)
        try scratch.write("record", "6".utf8)
        try scratch.write("proof", proof().bytes)
        let result = try scratch.run("openssl pkey -pubin -inform DER -in key.der -out key.pem && sh '\(script.path)' proof record key.pem")
        #expect(result.code == 0 && result.output.contains("entry 6 of 11 in \(origin)"), "\(result.output)")
        try scratch.write("record", "7".utf8)
        #expect(try scratch.run("sh '\(script.path)' proof record key.pem").code != 0)
    }
}
