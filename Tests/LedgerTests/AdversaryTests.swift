import Evidence
import Foundation
import SQLite
import Seal
import Testing

@testable import Ledger

/// Someone who can write every file and sign. Only what lies outside the ledger tells on them.
@Suite struct AdversaryTests {
    /// A ledger of its own under the honest one's name: one record differs, everything is signed again with `key`.
    private func rewrite(_ test: TestLedger, key: SigningKey) throws {
        try test.raw().run("DELETE FROM checkpoint")
        let ledger = try test.open()
        // Entry 3 ends the first run; its words are changed and every checkpoint made again.
        let forged = LedgerEntry.run(at: test.now(), pulls: 7, tool: "forged")
        let write = try test.raw().prepare("UPDATE entry SET bytes = ? WHERE seq = 3")
        write.bind(1, blob: forged.bytes)
        try write.execute()
        var tree = CompactRange(begin: 0)
        var notes: [(Int, [UInt8])] = []
        try ledger.forEachEntry { _, bytes in
            tree.append(TreeHash.leaf(bytes))
            if let entry = LedgerEntry(bytes), entry.isSigned {
                notes.append((tree.end, try Checkpoint(origin: ledger.genesis.origin, size: tree.end, root: tree.root()).note(signer: Signer(key)).bytes))
            }
        }
        for (size, note) in notes { try ledger.storeCheckpoint(size: size, note: note) }
        try test.restoreTriggers()
        try FileManager.default.removeItem(atPath: test.folder + "/index.sqlite")
        try test.catchUp()
    }

    @Test func aRewrittenLedgerAgreesWithItselfAndNotWithTheSignersMemory() throws {
        let test = try SmallLedger.make()
        try rewrite(test, key: test.key)
        #expect(try test.findings() == ["signer head: the ledger is a fork of what the signer last signed at size 10"])
        #expect(throws: LedgerError.forked(size: 10)) { try test.seal(try test.open()) }
        // Without that memory nothing tells: the reason why unanchored is never reported as more than self-attested.
        #expect(try test.findings(knowing: .some(nil)) == [])
    }

    @Test func theMemorysOwnRollbackIsSeenBesideANewerCheckpoint() throws {
        let test = try SmallLedger.make()
        let old = try Data(contentsOf: URL(fileURLWithPath: test.state.path))
        try test.endRun(try test.open())
        try test.catchUp()
        #expect(try test.findings() == [])
        try old.write(to: URL(fileURLWithPath: test.state.path))
        #expect(try test.findings() == ["signer head: the signer remembers size 10, yet size 11 is signed: its memory was rolled back"])
    }

    @Test func anotherKeysSignatureIsNone() throws {
        let test = try SmallLedger.make()
        try rewrite(test, key: try SigningKey(seed: [UInt8](repeating: 1, count: 32)))
        let findings = try test.findings(knowing: .some(nil))
        #expect(findings.filter { $0.hasPrefix("signature of size") }.count == 5)
    }

    /// A record changed with all that follows from it, down to the entry: the checkpoints no longer fit.
    @Test func aForgedPullWithARootOfItsOwnIsFound() throws {
        let test = try SmallLedger.make()
        let other = try TestLedger(seed: "other")
        try SmallLedger.fill(other) {}
        let honest = try other.open()
        let raw = try test.raw()
        let entry = try raw.prepare("UPDATE entry SET bytes = ? WHERE seq = 2")
        entry.bind(1, blob: try #require(try honest.entryBytes(2)))
        try entry.execute()
        try raw.run(
            "ATTACH '\(other.folder)/ledger.sqlite' AS other; DELETE FROM segment WHERE entry = 2; INSERT INTO segment SELECT * FROM other.segment WHERE entry = 2"
        )
        try test.restoreTriggers()
        let findings = try test.findings(indexed: false)
        #expect(findings.first == "checkpoint of size 4: signs another tree than the entries form")
    }
}
