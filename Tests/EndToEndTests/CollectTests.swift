import Foundation
import Testing

/// The real program on a tiny programme: what `collect` and `verify ledger` say of each other.
@Suite struct CollectTests {
    private func counts(_ programme: Programme) throws -> String { try programme.query("index.sqlite", "SELECT count(*) FROM seen") }

    @Test func anHonestLedgerIsSelfAttested() throws {
        let programme = try Programme()
        #expect(try programme.receipts(["collect"]).code == 0)
        let verified = try programme.verified()
        #expect(verified.code == 3)
        #expect(verified.output.contains("ledger: intact; self-attested, no external anchor"))
        #expect(try programme.receipts(["verify", "ledger", "--accept-unanchored"]).code == 0)
    }

    @Test func theSameAgainAddsNothingButEmptyPulls() throws {
        let programme = try Programme()
        #expect(try programme.receipts(["collect"]).code == 0)
        let before = try counts(programme)
        let again = try programme.receipts(["collect"])
        #expect(again.code == 0 && again.output.contains("catalogue: empty, 0 kept\naccess: empty, 0 kept\n"))
        #expect(try counts(programme) == before)
        let added = try programme.query("ledger.sqlite", "SELECT json_extract(CAST(bytes AS TEXT), '$.type', '$.outcome', '$.count') FROM entry WHERE seq >= 4")
        #expect(added == #"["pull","empty",1]"# + "\n" + #"["pull","empty",1]"# + "\n" + #"["run",null,null]"# + "\n")
        #expect(try programme.verified().code == 3)
    }

    @Test func anEditedControlIsARecordAndAnEditTakenBackIsAnother() throws {
        let programme = try Programme()
        #expect(try programme.receipts(["collect"]).code == 0)
        let yaml = try String(contentsOf: programme.root.appending(path: "receipts.yaml"), encoding: .utf8)
        for text in [yaml + "# more\n", yaml] {
            try programme.write("receipts.yaml", text)
            #expect(try programme.receipts(["collect"]).output.contains("catalogue: complete, 1 kept\n"))
        }
        #expect(try programme.verified().code == 3)
    }

    @Test func whatCollectIndexedIsWhatARebuildIndexes() throws {
        let programme = try Programme()
        try programme.receipts(["collect"])
        try programme.addEvents(30...60, to: "b.jsonl")
        try programme.write("evidence/c.jsonl", "{broken\n" + #"{"id":"1","time":"2026-02-01T10:00:00Z","who":"x","act":"other","outcome":"success"}"# + "\n")
        #expect(try programme.receipts(["collect"]).code == 5)
        let collected = try programme.dump("index.sqlite")
        #expect(try programme.query("index.sqlite", "SELECT (SELECT count(*) FROM conflict), (SELECT count(*) FROM reject)") == "1|1\n")
        #expect(try programme.receipts(["index", "--rebuild"]).code == 0)
        #expect(try programme.dump("index.sqlite") == collected)
        #expect(try programme.verified().code == 3)
    }

    @Test func aSecondRunAtTheSameTimeIsTurnedAwayOrWaits() throws {
        let programme = try Programme()
        try programme.receipts(["collect"])
        let lock = programme.root.appending(path: "ledger/lock").path
        let held = Process()
        held.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // Until it is told to let go, however slow this machine is.
        let release = programme.root.appending(path: "release").path
        held.arguments = ["flock", "-x", lock, "timeout", "300", "sh", "-c", "until [ -e '\(release)' ]; do sleep 0.05; done"]
        try held.run()
        // Until the other process has it.
        while try programme.receipts(["status"]).code == 0 {}
        let second = try programme.receipts(["collect"])
        #expect(second.code == 75)
        #expect(second.errors.contains("another run holds the ledger in '") && second.errors.contains("--wait"))
        let releasing = Process()
        releasing.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        releasing.arguments = ["sh", "-c", "sleep 0.5; touch '\(release)'"]
        try releasing.run()
        #expect(try programme.receipts(["collect", "--wait"]).code == 0)
        held.waitUntilExit()
    }

    @Test func aLedgerThatIsGoneIsNotBegunAnew() throws {
        let programme = try Programme()
        try programme.receipts(["collect"])
        try FileManager.default.removeItem(at: programme.root.appending(path: "ledger"))
        let ended = try programme.receipts(["collect"])
        #expect(ended.code == 1 && ended.errors.contains("yet its key has signed one"))
    }

    @Test func aRolledBackLedgerIsNamedAndNotSigned() throws {
        let programme = try Programme()
        try programme.receipts(["collect"])
        try programme.save(to: "old")
        try programme.receipts(["collect"])
        try FileManager.default.removeItem(at: programme.root.appending(path: "ledger"))
        try FileManager.default.moveItem(at: programme.root.appending(path: "old-ledger"), to: programme.root.appending(path: "ledger"))
        let verified = try programme.verified()
        #expect(verified.code == 1 && verified.output.contains("the signer last signed 7 entries, the ledger has 4: it was rolled back"))
        // Nothing is pulled into it, so that it does not grow into a fork.
        let collected = try programme.receipts(["collect"])
        #expect(collected.code == 1 && collected.errors.contains("the ledger has 4 entries, and its key last signed 7: it was rolled back"))
        #expect(try programme.query("ledger.sqlite", "SELECT count(*) FROM entry") == "4\n")
    }
}
