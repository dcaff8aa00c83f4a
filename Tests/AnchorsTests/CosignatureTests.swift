import Evidence
import Seal
import Testing

@testable import Anchors

@Suite struct CosignatureTests {
    private let text = Array("receipts/ab\n11\nZbBxmcgZLJooegYyewP9eZxpS5lTquT8GclooXAM8NU=\n".utf8)

    private func checkpoint() throws -> SignedNote { try SignedNote(text: text, name: "receipts/ab", signer: Signer(try key(7))) }

    /// A line as a witness makes it.
    private func line(_ seconds: UInt64, over text: [UInt8], by witness: WitnessKey, key: SigningKey) throws -> SignedNote.Line {
        let stamp = (0..<8).reversed().map { UInt8(truncatingIfNeeded: seconds >> ($0 * 8)) }
        let signature = try key.sign(Array("cosignature/v1\ntime \(seconds)\n".utf8) + text)
        return SignedNote.Line(name: witness.name, keyID: witness.id, signature: stamp + signature)
    }

    private func verdict(_ line: SignedNote.Line, _ roots: [WitnessKey]) throws -> AnchorVerdict {
        AnchorProof(kind: .cosignature, checkpoint: try checkpoint().bytes, proof: line.text).verdict(TrustRoots(witnesses: roots))
    }

    @Test func aWitnessSaysWhenItSawTheHead() throws {
        let witness = try WitnessKey(name: "witness.example/w1", key: try key(9).publicKey)
        let line = try line(1_767_668_645, over: text, by: witness, key: try key(9))
        let at = try #require(Instant("2026-01-06T03:04:05Z"))
        #expect(try verdict(line, [witness]) == .valid(time: Span(at), by: "witness.example/w1", root: witness.digest))
    }

    @Test func anUnknownWitnessIsNotBelievedAndNotRefused() throws {
        let witness = try WitnessKey(name: "witness.example/w1", key: try key(9).publicKey)
        let line = try line(1_767_668_645, over: text, by: witness, key: try key(9))
        #expect(try verdict(line, []) == .unknownRoot)
        // Another key under the same name has another id.
        #expect(try verdict(line, [try WitnessKey(name: "witness.example/w1", key: try key(8).publicKey)]) == .unknownRoot)
    }

    @Test func everyChangedByteIsRefused() throws {
        let witness = try WitnessKey(name: "w", key: try key(9).publicKey)
        let honest = try line(1_767_668_645, over: text, by: witness, key: try key(9))
        for at in honest.signature.indices {
            var signature = honest.signature
            signature[at] ^= 1
            let verdict = try verdict(SignedNote.Line(name: "w", keyID: witness.id, signature: signature), [witness])
            var isRefused = false
            if case .refused = verdict { isRefused = true }
            #expect(isRefused, "byte \(at): \(verdict)")
        }
        var other = text
        other[12] = UInt8(ascii: "2")
        #expect(try verdict(try line(1_767_668_645, over: other, by: witness, key: try key(9)), [witness]) == .refused(.wrongSignature(by: "w")))
    }

    @Test func aPlainSignatureOfTheLogIsNoCosignature() throws {
        let witness = try WitnessKey(name: "w", key: try key(9).publicKey)
        let plain = SignedNote.Line(name: "w", keyID: witness.id, signature: try key(9).sign(text))
        #expect(Cosignature(plain) == nil)
        guard case .refused(.malformed(.cosignature, _)) = try verdict(plain, [witness]) else { Issue.record("taken"); return }
    }

    @Test func aKeyLineReadsBackAndItsIdIsChecked() throws {
        let witness = try WitnessKey(name: "witness.example/w1", key: try key(9).publicKey)
        #expect(try WitnessKey(witness.text) == witness)
        #expect(try WitnessKey.parse(Array("# ours\n\n\(witness.text)\n".utf8)) == [witness])
        // The log's own type of key is not a witness's, and has another id.
        let log = try VerifierKey(name: "witness.example/w1", key: try key(9).publicKey)
        #expect(throws: AnchorError.self) { try WitnessKey(log.text) }
        for bad in ["", "w", "w+00000000+", witness.text + "A", String(witness.text.dropLast()), "x" + witness.text] {
            #expect(throws: AnchorError.self, "\(bad)") { try WitnessKey(bad) }
        }
    }

    /// The example line of C2SP's tlog-cosignature: its id and time, as the specification states them.
    @Test func thePublishedExampleIsRead() throws {
        let note = try SignedNote(
            Array(
                """
                example.com/behind-the-sofa
                20852163
                CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

                — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
                — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==

                """.utf8))
        let cosignature = try #require(note.lines.compactMap(Cosignature.init).first)
        #expect(cosignature.line.name == "witness.example.com/w1")
        #expect(cosignature.at == Instant(seconds: 1_679_315_147))
        #expect(try Cosignature(cosignature.bytes, under: note) == cosignature)
    }
}

func key(_ number: UInt8) throws -> SigningKey { try SigningKey(seed: [UInt8](repeating: number, count: 32)) }
