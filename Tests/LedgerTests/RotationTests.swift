import Evidence
import Foundation
import SQLite
import Seal
import Testing

@testable import Ledger

/// The ledger handed over from one key to the next, with a crash or a forger at each step.
@Suite struct RotationTests {
    private let next: SigningKey
    private let third: SigningKey

    init() throws {
        next = try SigningKey(seed: [UInt8](repeating: 2, count: 32))
        third = try SigningKey(seed: [UInt8](repeating: 3, count: 32))
    }

    private func sealer(_ test: TestLedger, _ ledger: LedgerFile) -> Sealer {
        let own = [test.key, next, third]
        return Sealer(ledger, state: test.state) { key in Signer(try #require(own.first { $0.publicKey == key })) }
    }

    private func change(_ test: TestLedger, to key: SigningKey) -> LedgerEntry {
        .key(LedgerEntry.KeyChange(at: test.now(), key: key.publicKey, reason: "yearly"))
    }

    @discardableResult
    private func rotate(_ test: TestLedger, _ ledger: LedgerFile, to key: SigningKey) throws -> Int {
        let entry = try ledger.append(change(test, to: key))
        _ = try sealer(test, ledger).seal(finishing: entry)
        return entry
    }

    private func run(_ test: TestLedger, _ ledger: LedgerFile) throws {
        _ = try ledger.append(.run(at: test.now(), pulls: 1, tool: "test"))
        _ = try sealer(test, ledger).seal()
    }

    private func signers(_ ledger: LedgerFile, _ test: TestLedger) throws -> [String] {
        let names = [test.key.publicKey: "first", next.publicKey: "second", third.publicKey: "third"]
        let verifier = try CheckpointVerifier(ledger)
        return try ledger.checkpoints().map { size, note in
            guard case .head(_, let tenure) = verifier.read(note) else { return "\(size) refused" }
            return "\(size) \(names[tenure.key] ?? "")"
        }
    }

    @Test func theOldKeySignsTheEntryAndTheNewOneEverythingAfter() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try run(test, ledger)
        try rotate(test, ledger, to: next)
        // What a run asks before it adds anything, and signing what is signed: a change that was vouched for is finished.
        try sealer(test, ledger).check()
        _ = try sealer(test, ledger).seal()
        try run(test, ledger)
        try rotate(test, ledger, to: third)
        try run(test, ledger)
        #expect(try signers(ledger, test) == ["2 first", "3 first", "4 second", "5 second", "6 third"])
        #expect(try test.findings(indexed: false) == [])
        let history = try KeyHistory(ledger)
        #expect(history.tenures.map(\.key) == [test.key.publicKey, next.publicKey, third.publicKey])
        #expect(history.tenures.map(\.sizes) == ["sizes 1 to 3", "sizes 4 to 5", "sizes from 6 on"])
        for size in 1...9 { #expect(history.tenures.count { $0.signs(size: size) } == 1, "\(size)") }
    }

    @Test func theEntrysBytesHaveOneSpelling() throws {
        let test = try TestLedger()
        let entry = change(test, to: next)
        #expect(LedgerEntry(entry.bytes) == entry)
        #expect(LedgerEntry.mayConcernKeys(entry.bytes))
        let text = String(decoding: entry.bytes, as: UTF8.self)
        #expect(text.hasPrefix(#"{"at":"2026-01-05T02:00:01.500000001Z","key":"ssh-ed25519 AAAA"#) && text.hasSuffix(#"","reason":"yearly","type":"key"}"#))
        #expect(LedgerEntry(Array(text.replacingOccurrences(of: #"","reason"#, with: #" comment","reason"#).utf8)) == nil)
        let revocation = LedgerEntry.revocation(LedgerEntry.Revocation(at: test.now(), key: next.publicKey, since: test.now(), reason: "lost"))
        #expect(LedgerEntry(revocation.bytes) == revocation && LedgerEntry.mayConcernKeys(revocation.bytes))
        #expect(!LedgerEntry.mayConcernKeys(LedgerEntry.run(at: test.now(), pulls: 1, tool: #""type":"key"}"#).bytes))
    }

    // MARK: Crashes

    /// What a crash leaves after each of the steps: entry committed, note made, state moved, checkpoint stored.
    @Test(arguments: ["entry", "state", "all"]) func aCrashAtEachStepIsMadeUpForByTheSameAgain(_ step: String) throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try run(test, ledger)
        let before = try Data(contentsOf: URL(fileURLWithPath: test.state.path))
        let entry = try rotate(test, ledger, to: next)
        let whole = (state: try Data(contentsOf: URL(fileURLWithPath: test.state.path)), notes: try ledger.checkpoints().map(\.note))
        if step != "all" {
            try test.raw().run("DELETE FROM checkpoint WHERE size = 3")
            try test.restoreTriggers()
        }
        if step == "entry" { try before.write(to: URL(fileURLWithPath: test.state.path)) }
        let again = try test.open()
        #expect(try again.endsUnsigned() == (step != "all"))
        // Until then it is intact, and nothing else goes on.
        #expect(try test.findings(indexed: false) == [])
        if step != "all" { #expect(throws: LedgerError.unfinished(entry: entry)) { try sealer(test, again).seal() } }
        _ = try sealer(test, again).seal(finishing: entry)
        #expect(try Data(contentsOf: URL(fileURLWithPath: test.state.path)) == whole.state)
        #expect(try again.checkpoints().map(\.note) == whole.notes)
        try run(test, again)
        #expect(try signers(again, test) == ["2 first", "3 first", "4 second"])
        #expect(try test.findings(indexed: false) == [])
    }

    /// Two copies of the ledger folder with one folder of keys: the second to sign finds that the first has.
    @Test func theStateMovesOnlyFromWhatWasRead() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try run(test, ledger)
        let path = test.state.path
        let other = Array("another head\n".utf8)
        let hasty = Sealer(ledger, state: test.state) { _ in
            try Data(other).write(to: URL(fileURLWithPath: path))
            return Signer(test.key)
        }
        _ = try ledger.append(.run(at: test.now(), pulls: 1, tool: "test"))
        #expect(throws: LedgerError.signedMeanwhile(path: path)) { try hasty.seal() }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(other))
        #expect(try ledger.checkpoints().map(\.size) == [2])
        #expect(throws: LedgerError.signedMeanwhile(path: path)) { try test.state.swap(from: nil, to: [1]) }
    }

    // MARK: Forgers

    /// Can write every file, and has a key of their own but not the ledger's.
    private func forgedHandover(_ test: TestLedger, signedBy signer: SigningKey?, goingOn: Bool = true) throws -> LedgerFile {
        let ledger = try test.create()
        try run(test, ledger)
        _ = try ledger.append(change(test, to: next))
        if goingOn { _ = try ledger.append(.run(at: test.now(), pulls: 1, tool: "forged")) }
        var tree = CompactRange(begin: 0)
        try ledger.forEachEntry { _, bytes in
            tree.append(TreeHash.leaf(bytes))
            guard tree.end > 2, let key = tree.end == 3 ? signer : next else { return }
            let note = try Checkpoint(origin: ledger.genesis.origin, size: tree.end, root: tree.root()).note(signer: Signer(key)).bytes
            try ledger.storeCheckpoint(size: tree.end, note: note)
        }
        return ledger
    }

    @Test func aHandoverThatTheOldKeyDidNotSignIsIntegrityBroken() throws {
        for signer in [nil, next] {
            let test = try TestLedger()
            let ledger = try forgedHandover(test, signedBy: signer)
            let findings = try test.findings(indexed: false)
            let wanted = "key entry 2: hands over to \(next.publicKey.fingerprint), and \(test.key.publicKey.fingerprint), the key before, did not sign it"
            #expect(findings.contains { $0.hasPrefix(wanted) }, "\(findings)")
            // Nor does the program go on with it, whichever key it has.
            #expect(throws: LedgerError.self) { try sealer(test, ledger).seal() }
        }
    }

    @Test func aHandoverThatSomebodyWroteIntoTheLedgerIsNotSignedByTheNextRun() throws {
        let test = try TestLedger()
        let ledger = try forgedHandover(test, signedBy: nil, goingOn: false)
        #expect(throws: LedgerError.unfinished(entry: 2)) { try sealer(test, ledger).seal() }
        _ = try ledger.append(.run(at: test.now(), pulls: 1, tool: "test"))
        #expect(throws: LedgerError.unvouched(entry: 2)) { try sealer(test, ledger).seal() }
    }

    @Test func aHeadThatWasNotThisKeysToSignIsNamed() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try run(test, ledger)
        try rotate(test, ledger, to: next)
        try run(test, ledger)
        let honest = try ledger.checkpoints()
        for (size, key) in [(2, next), (3, next), (4, test.key)] {
            let text = try Checkpoint(text: SignedNote(honest[size - 2].note).text)
            let forged = try test.raw().prepare("UPDATE checkpoint SET note = ? WHERE size = ?")
            forged.bind(1, blob: try text.note(signer: Signer(key)).bytes)
            forged.bind(2, size)
            try forged.execute()
            try test.restoreTriggers()
            let findings = try test.findings(indexed: false)
            let sizes = key.publicKey == next.publicKey ? "sizes from 4 on" : "sizes 1 to 3"
            #expect(findings.contains("signature of size \(size): is by \(key.publicKey.fingerprint), which signs \(sizes) only"), "\(findings)")
            let mended = try test.raw().prepare("UPDATE checkpoint SET note = ? WHERE size = ?")
            mended.bind(1, blob: honest[size - 2].note)
            mended.bind(2, size)
            try mended.execute()
            try test.restoreTriggers()
        }
        #expect(try test.findings(indexed: false) == [])
    }

    @Test func aKeyDoesNotComeBack() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try rotate(test, ledger, to: next)
        let entry = try ledger.append(change(test, to: test.key))
        _ = try sealer(test, ledger).seal(finishing: entry)
        #expect(try KeyHistory(ledger).current.key == next.publicKey)
        let findings = try test.findings(indexed: false)
        #expect(findings.contains { $0.hasPrefix("key entry 2: names \(test.key.publicKey.fingerprint), which was in force before") }, "\(findings)")
    }

    // MARK: Revocation

    @Test func whatARevokedKeySignedStandsOnlyWhereAnAnchorShowsItFromBefore() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        try run(test, ledger)
        try run(test, ledger)
        let since = test.now()
        try run(test, ledger)
        try rotate(test, ledger, to: next)
        let entry = try ledger.append(.revocation(LedgerEntry.Revocation(at: test.now(), key: test.key.publicKey, since: since, reason: "laptop lost")))
        _ = try sealer(test, ledger).seal(finishing: entry)
        try run(test, ledger)
        #expect(try signers(ledger, test) == ["2 first", "3 first", "4 first", "5 first", "6 second", "7 second"])

        let name = test.key.publicKey.fingerprint
        func findings(_ anchored: [AnchoredHead]) throws -> [String] {
            var verifier = LedgerVerifier(ledger, index: nil, decoder: TestDecoder())
            return try verifier.verify(signer: CheckpointVerifier(ledger), lastSigned: nil, anchored: anchored).findings.map(\.text)
        }
        let handover = "revoked entry 4: \(name) handed over to \(next.publicKey.fingerprint) by such a head"
        func says(_ heads: String) -> String { "revoked \(name): revoked since \(since) (laptop lost): \(heads) not trusted, for no anchor is older" }
        for (anchored, heads) in [
            ([], "its 4 heads of sizes 2 to 5 are"),
            ([AnchoredHead(size: 3, at: Instant(nanoseconds: since.nanoseconds - 1))], "its 2 heads of sizes 4 to 5 are"),
            ([AnchoredHead(size: 3, at: since)], "its 4 heads of sizes 2 to 5 are"),
            ([AnchoredHead(size: 4, at: Instant(nanoseconds: since.nanoseconds - 1))], "its head of size 5 is"),
        ] {
            let found = try findings(anchored)
            #expect(found.count == 2 && found[0].hasPrefix(says(heads)) && found[1].hasPrefix(handover), "\(found)")
        }
        #expect(try findings([AnchoredHead(size: 6, at: Instant(nanoseconds: since.nanoseconds - 1))]) == [])
        var verifier = LedgerVerifier(ledger, index: nil, decoder: TestDecoder())
        #expect(try verifier.verify(signer: CheckpointVerifier(ledger), lastSigned: nil).findings.allSatisfy(\.concernsTrustOnly))
    }

    @Test func theKeyInForceAndAStrangersCannotBeRevoked() throws {
        let test = try TestLedger()
        let ledger = try test.create()
        let entry = try ledger.append(.revocation(LedgerEntry.Revocation(at: test.now(), key: test.key.publicKey, since: test.now(), reason: "x")))
        _ = try sealer(test, ledger).seal(finishing: entry)
        #expect(try test.findings(indexed: false).contains { $0.hasPrefix("key entry 1: revokes") })
    }
}
