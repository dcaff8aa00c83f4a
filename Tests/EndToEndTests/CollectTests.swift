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

    /// Many batches and one large transaction: in the file's order, each what it would be alone, and the index that a rebuild makes.
    @Test func aLargeFileIsKeptInItsOrder() throws {
        let programme = try Programme()
        try programme.receipts(["collect"])
        let yaml = try String(contentsOf: programme.root.appending(path: "receipts.yaml"), encoding: .utf8)
        try programme.write("receipts.yaml", yaml.replacingOccurrences(of: "personal_data: none", with: "personal_data: redact"))
        var lines: [String] = []
        for i in 1...30_000 {
            // Again the same, the same id with something else, no JSON, an address in the text, a line larger than a batch.
            let id = i % 50 == 0 ? i - 1 : i
            let note = i % 70 == 0 ? "ask w\(i)@example.org" : i == 12_345 ? String(repeating: "long ", count: 200_000) : "n"
            let act = i % 100 == 0 ? "write" : "read"
            let said = #""who":"w\#(id % 7)","act":"\#(act)","outcome":"success","note":"\#(note)""#
            let line = #"{"id":"e\#(id)","time":"2026-01-\#(10 + id % 20)T10:00:00Z",\#(said)}"#
            lines.append(i % 150 == 50 ? lines[i - 2] : i % 333 == 0 ? String(line.dropLast(2)) : line)
        }
        try programme.write("evidence/large.jsonl", lines.joined(separator: "\n") + "\n")
        let ended = try programme.receipts(["collect", "--format", "json"])
        var known: [Substring: String] = [:]
        var (kept, repeats, conflicts, rejects) = (0, 0, 0, 0)
        for line in lines {
            let id = line.dropFirst(7).prefix { $0 != "\"" }
            switch known[id] {
            case _ where !line.hasSuffix("}"): rejects += 1
            case line: repeats += 1
            case nil:
                known[id] = line
                kept += 1
            default: conflicts += 1
            }
        }
        #expect(repeats > 300 && conflicts > 200 && rejects > 80)
        for (what, count) in [("kept", kept), ("duplicates", repeats), ("conflicts", conflicts), ("rejected", rejects)] {
            #expect(ended.output.contains("\"\(what)\":\(count)") || ended.output.contains("\"\(what)\": \(count)"), "\(what) \(count) \(ended.output)")
        }
        // By number and by id: one order.
        let order = try programme.query(
            "index.sqlite",
            """
            WITH a AS (SELECT artifact, CAST(substr(native_id, 2) AS INTEGER) AS i FROM access_log WHERE native_id LIKE 'e%')
            SELECT count(*) FROM (SELECT i > lag(i) OVER (ORDER BY artifact) AS up FROM a) WHERE NOT up
            """)
        #expect(order == "0\n")
        let collected = try programme.dump("index.sqlite")
        #expect(try programme.verified().code == 3)
        #expect(try programme.receipts(["index", "--rebuild"]).code == 0)
        #expect(try programme.dump("index.sqlite") == collected)
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
