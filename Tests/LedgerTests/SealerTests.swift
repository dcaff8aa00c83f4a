import Evidence
import Foundation
import Seal
import Testing

@testable import Ledger

@Suite struct SealerTests {
    @Test func theNoteOpensAndSignsTheTreeOfTheEntries() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.pull(ledger, [.data("{}")])
        let head = try test.seal(ledger)
        var leaves: [Digest32] = []
        try ledger.forEachEntry { _, bytes in leaves.append(TreeHash.leaf(bytes)) }
        #expect(head == SignedHead(size: 2, root: TreeLevels(leaves).root))
        let stored = try ledger.checkpoints()
        #expect(stored.map(\.size) == [2])
        let verifier = try CheckpointVerifier(origin: ledger.genesis.origin, key: test.key.publicKey)
        #expect(verifier.open(stored[0].note) == head)
        #expect(try test.state.read(verifier) == head)
        #expect(try CheckpointVerifier(origin: "receipts/other", key: test.key.publicKey).open(stored[0].note) == nil)
        #expect(
            try CheckpointVerifier(origin: ledger.genesis.origin, key: try SigningKey(seed: [UInt8](repeating: 3, count: 32)).publicKey).open(stored[0].note)
                == nil)
    }

    @Test func aLedgerThatWasRolledBackIsNotSigned() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.endRun(ledger)
        let old = try Data(contentsOf: URL(fileURLWithPath: test.folder + "/ledger.sqlite"))
        try test.endRun(ledger)
        try old.write(to: URL(fileURLWithPath: test.folder + "/ledger.sqlite"))
        #expect(throws: LedgerError.rolledBack(signedSize: 3, foundSize: 2)) { try test.seal(try test.open()) }
        #expect(try test.findings(indexed: false).contains { $0.hasPrefix("signer head") })
    }

    @Test func aForkIsNotSigned() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.endRun(ledger)
        let old = try Data(contentsOf: URL(fileURLWithPath: test.folder + "/ledger.sqlite"))
        try test.endRun(ledger)
        try old.write(to: URL(fileURLWithPath: test.folder + "/ledger.sqlite"))
        let fork = try test.open()
        for _ in 0..<2 { _ = try fork.append(.run(at: test.now(), pulls: 9, tool: "fork")) }
        #expect(throws: LedgerError.forked(size: 3)) { try test.seal(fork) }
        #expect(try test.findings(indexed: false).contains { $0.contains("is a fork") })
    }

    @Test func onlyAGoodSignatureOverTheseEntriesSaysHowManyAreSigned() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.endRun(ledger)
        try test.endRun(ledger)
        #expect(try ledger.signedSize() == 3)
        _ = try ledger.append(.run(at: test.now(), pulls: 1, tool: "unsigned"))
        #expect(try ledger.signedSize() == 3)
        var tree = CompactRange(begin: 0)
        try ledger.forEachEntry { _, bytes in bytes.withUnsafeBytes { tree.append(TreeHash.leaf($0)) } }
        func put(_ root: Digest32, _ key: SigningKey) throws {
            let note = try Checkpoint(origin: ledger.genesis.origin, size: 4, root: root).note(signer: Signer(key)).bytes
            try ledger.database.run("INSERT OR REPLACE INTO checkpoint (size, note) VALUES (4, x'\(Hex.encode(note))')")
        }
        try put(tree.root(), try SigningKey(seed: [UInt8](repeating: 3, count: 32)))
        #expect(try ledger.signedSize() == 3, "the right root, signed by a stranger")
        try put(TreeHash.empty, test.key)
        #expect(try ledger.signedSize() == 3, "a good signature over another root")
        try put(tree.root(), test.key)
        #expect(try ledger.signedSize() == 4)
    }

    @Test func aCheckpointBeyondTheSignersMemoryIsNotSignedOver() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.endRun(ledger)
        let url = URL(fileURLWithPath: test.state.path)
        let older = try Data(contentsOf: url)
        try test.endRun(ledger)
        let newer = try Data(contentsOf: url)
        try older.write(to: url)
        let refusal = LedgerError.signedElsewhere(path: test.state.path, rememberedSize: 2, signedSize: 3)
        _ = try ledger.append(.run(at: test.now(), pulls: 1, tool: "test"))
        #expect(throws: refusal) { try test.seal(ledger) }
        #expect(try ledger.checkpoints().map(\.size) == [2, 3] && Data(contentsOf: url) == older)
        // A head that is no newer than the memory says nothing of what came after.
        let sealer = Sealer(ledger, state: test.state) { _ in Signer(test.key) }
        #expect(throws: refusal) { try sealer.resume(kept: nil) }
        #expect(throws: refusal) { try sealer.resume(kept: [UInt8](older)) }
        #expect(try sealer.resume(kept: [UInt8](newer))?.size == 3)
        #expect(try test.seal(ledger).size == 4)
    }

    @Test func withoutItsStateTheSignerStillBelievesTheStoredCheckpoints() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        for _ in 0..<3 { try test.endRun(ledger) }
        try FileManager.default.removeItem(atPath: test.state.path)
        try test.raw().run("DELETE FROM entry WHERE seq = 3")
        #expect(throws: LedgerError.rolledBack(signedSize: 4, foundSize: 3)) { try test.seal(try test.open()) }
    }

    @Test func whatACrashLeftUnsignedIsSignedOnce() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        #expect(try !ledger.endsUnsigned())
        try test.endRun(ledger)
        #expect(try !ledger.endsUnsigned())
        _ = try ledger.append(.run(at: test.now(), pulls: 1, tool: "test"))
        #expect(try ledger.endsUnsigned())
        #expect(try test.findings(indexed: false) == [])
        #expect(try test.verification(indexed: false).unsigned == 1)
        try test.seal(ledger)
        #expect(try !ledger.endsUnsigned())
        // Signed, and the checkpoint not stored: the same again.
        try test.raw().run("DELETE FROM checkpoint WHERE size = 3")
        #expect(try test.open().endsUnsigned())
        try test.seal(try test.open())
        #expect(try test.open().checkpoints().map(\.size) == [2, 3])
    }

    @Test func aSignersMemoryThatCannotBeBelievedIsRefused() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try test.endRun(ledger)
        let url = URL(fileURLWithPath: test.state.path)
        let honest = try Data(contentsOf: url)
        for i in honest.indices {
            var bytes = honest
            bytes[i] ^= 1 << UInt8(i % 8)
            try bytes.write(to: url)
            #expect(throws: LedgerError.self, "byte \(i)") { try test.seal(ledger) }
        }
    }
}
