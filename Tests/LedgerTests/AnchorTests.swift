import Evidence
import Foundation
import SQLite
import Seal
import Testing

@testable import Ledger

@Suite struct AnchorTests {
    /// The small ledger with its newest head anchored twice. The tokens are any bytes: what they say is not the ledger's to judge.
    private func anchored() throws -> (test: TestLedger, size: Int) {
        let test = try SmallLedger.make()
        let ledger = try test.open()
        let newest = try #require(try ledger.checkpoints().last)
        let said = AnchorEntry.Said(time: Span(test.now()), trust: Digest([UInt8](repeating: 7, count: 32)))
        for (kind, proof) in [(AnchorKind.timestamp, "token"), (.cosignature, "line\n"), (.held, "")] {
            _ = try ledger.append(
                anchor: kind, at: test.now(), by: "Somebody", size: newest.size, said: kind == .held ? nil : said, checkpoint: newest.note,
                proof: Array(proof.utf8), randomness: test.randomness)
            try test.seal(ledger)
        }
        try test.catchUp()
        return (test, newest.size)
    }

    @Test func anAnchorIsAnEntryWithItsProofBesideIt() throws {
        let (test, size) = try anchored()
        #expect(try test.findings() == [])
        let anchors = try test.open().anchors()
        #expect(anchors.map(\.entry) == [size, size + 1, size + 2])
        #expect(anchors.map { String(decoding: $0.proof, as: UTF8.self) } == ["token", "line\n", ""])
        #expect(anchors.allSatisfy { $0.anchor.size == size })
        #expect(try test.verification().evidenceSize == size)
    }

    @Test func anEntryIsShortAndReadsBackInOneSpelling() throws {
        let longest = AnchorEntry(
            at: try #require(Instant("2026-01-05T02:00:00.123456789Z")), kind: .timestamp, by: String(repeating: "\\", count: 128), size: Int(Int32.max),
            said: AnchorEntry.Said(time: Span(try #require(Instant("2026-01-05T02:00:00.123456789Z"))), trust: Digest([UInt8](repeating: 0xff, count: 32))),
            count: 2, root: Digest([UInt8](repeating: 0xfe, count: 32)))
        let bytes = LedgerEntry.anchor(longest).bytes
        #expect(bytes.count <= LedgerEntry.limit)
        #expect(LedgerEntry(bytes) == .anchor(longest))
        let text = String(decoding: bytes, as: UTF8.self)
        for (from, to) in [
            (#""count":2"#, #""count":1"#), (#""kind":"timestamp""#, #""kind":"held""#), (#""size":2147483647"#, #""size":0"#),
            (#""latest":"2026-01-05T02:00:00.123456789Z""#, #""latest":"2026-01-05T01:00:00Z""#), (#""trust":"/"#, #""trusts":"/"#),
        ] {
            let changed = text.replacingOccurrences(of: from, with: to)
            #expect(changed != text && LedgerEntry(Array(changed.utf8)) == nil, "\(to)")
        }
    }

    @Test(arguments: [
        "UPDATE segment SET data = (SELECT data FROM segment WHERE entry = 11 AND number = 1) WHERE entry = 10 AND number = 1",
        "UPDATE segment SET salts = zeroblob(32) WHERE entry = 12", "DELETE FROM segment WHERE entry = 10 AND number = 1",
        "DELETE FROM segment WHERE entry = 12",
        "INSERT INTO segment SELECT entry, 2, 2, 1, raw, data, lengths, salts FROM segment WHERE entry = 10 AND number = 1",
        "UPDATE segment SET data = (SELECT data FROM segment WHERE entry = 1 AND number = 0), raw = (SELECT raw FROM segment WHERE entry = 1 AND number = 0), lengths = (SELECT lengths FROM segment WHERE entry = 1 AND number = 0) WHERE entry = 12",
    ])
    func whatIsChangedInAnAnchorsProofIsFound(sql: String) throws {
        let (test, size) = try anchored()
        try #require(size == 10)
        try test.raw().run(sql)
        try test.restoreTriggers()
        let findings = try test.findings()
        #expect(findings.contains { $0.contains("entry 10") || $0.contains("entry 12") || $0.contains("e10-") || $0.contains("e12-") }, "\(findings)")
    }

    /// Signed by the key, kept as the format wants it, and over a tree that this is not.
    @Test func anAnchorOverAnotherTreeIsFound() throws {
        let test = try SmallLedger.make()
        let ledger = try test.open()
        let forged = try Checkpoint(origin: ledger.genesis.origin, size: 7, root: TreeHash.empty).note(signer: Signer(test.key)).bytes
        _ = try ledger.append(
            anchor: .held, at: test.now(), by: "Somebody", size: 7, said: nil, checkpoint: forged, proof: [], randomness: test.randomness)
        try test.seal(ledger)
        try test.catchUp()
        #expect(try test.findings() == ["anchor of entry 10: it is over another tree than the entries form"])
    }

    @Test func aHeadThatSomebodyHoldsMustBeOfThisHistory() throws {
        let test = try SmallLedger.make()
        let ledger = try test.open()
        let signer = try CheckpointVerifier(origin: ledger.genesis.origin, key: test.key.publicKey)
        func findings(_ head: SignedHead) throws -> [String] {
            var verifier = LedgerVerifier(ledger, index: nil, decoder: TestDecoder())
            return try verifier.verify(signer: signer, lastSigned: nil, outside: [OutsideHead(name: "'kept'", head: head)]).findings.map(\.text)
        }
        for (_, note) in try ledger.checkpoints() { #expect(try findings(try #require(signer.open(note))) == []) }
        #expect(
            try findings(SignedHead(size: 7, root: TreeHash.empty)) == [
                "anchor 'kept': the ledger is not the one that this head of 7 entries is of: it was made anew, or is a fork"
            ])
        #expect(
            try findings(SignedHead(size: 700, root: TreeHash.empty)) == [
                "anchor 'kept': holds 700 entries, the ledger has 10: it was rolled back or made anew"
            ])
    }
}
