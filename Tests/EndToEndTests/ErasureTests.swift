import Foundation
import Testing

/// What is erased is gone from every file, stays gone, and leaves nothing that reads as if it had never been.
@Suite struct ErasureTests {
    private static let because = ["--reason", "ticket 17", "--approver", "w-12"]

    private func erase(_ programme: Programme, _ what: [String]) throws {
        let ended = try programme.receipts(["erase"] + what + ErasureTests.because)
        #expect(ended.code == 0, "\(ended)")
    }

    /// Every byte of the ledger's folder and, unpacked, of its segments.
    private func contents(_ programme: Programme) throws -> Data {
        let folder = programme.root.appending(path: "ledger")
        var all = Data()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() { all += try Data(contentsOf: folder.appending(path: name)) }
        let frames = try programme.query("ledger.sqlite", "SELECT hex(data) FROM segment").split(separator: "\n")
        let packed = programme.root.appending(path: "packed.hex")
        try Data(frames.joined(separator: "\n").utf8).write(to: packed)
        let unpacked = try command(
            "/bin/sh", ["-c", "while read -r frame || [ -n \"$frame\" ]; do echo \"$frame\" | xxd -r -p | zstd -dcq; done < '\(packed.path)'"])
        return all + Data(unpacked.output.utf8)
    }

    private func id(_ programme: Programme, _ nativeID: String, _ table: String = "access_log") throws -> String {
        let packed = try programme.query(
            "index.sqlite", "SELECT 'e' || (artifact >> 32) || '-r' || (artifact & 4294967295) FROM \(table) WHERE native_id = '\(nativeID)'")
        return String(packed.dropLast())
    }

    @Test func theBytesAreFoundInNoFileAndOtherProgramsStillVerify() throws {
        let programme = try Programme()
        try programme.addEvents(1000...6000, to: "many.jsonl")
        let needle = "quetzalcoatlus"
        let line = #"{"id":"s1","time":"2026-01-15T10:00:00Z","who":"\#(needle)","act":"read","outcome":"success"}"# + "\n"
        try programme.write("evidence/one.jsonl", line)
        #expect(try programme.receipts(["collect"]).code == 0)
        let found = try id(programme, "s1")
        // The account is a pseudonym in what is stored; the id is not.
        let stored = Data(#""id":"s1""#.utf8)
        #expect(try contents(programme).range(of: stored) != nil)
        let (before, root) = (
            try programme.query("index.sqlite", "SELECT count(*) FROM access_log"), try programme.query("index.sqlite", "SELECT root FROM pull")
        )
        try erase(programme, [found])
        #expect(try contents(programme).range(of: stored) == nil)
        #expect(before == "5042\n")
        #expect(try programme.query("index.sqlite", "SELECT count(*) FROM access_log") == "5041\n")
        #expect(try programme.query("index.sqlite", "SELECT root FROM pull") == root)
        let verified = try programme.verified()
        #expect(verified.code == 3 && verified.output.contains("erased, leaf hash only: 1"), "\(verified)")
        let stranger = Checkout.fixtures.appending(path: "verify-ledger.py").path
        let theirs = try command("/usr/bin/env", ["python3", stranger, programme.root.appending(path: "ledger/ledger.sqlite").path])
        #expect(theirs.code == 0 && theirs.output.hasSuffix(", 1 erased\n"), "\(theirs)")
        let small = try command(Checkout.programs.appending(path: "receipts-verify").path, ["ledger", programme.root.appending(path: "ledger").path])
        #expect(small.code == 3 && small.output.contains("erased, leaf hash only: 1"), "\(small)")
        // And a program that is not ours notices an erasure of which no tombstone speaks.
        let sql = "DROP TRIGGER entry_stays; DELETE FROM checkpoint WHERE 0; DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)"
        #expect(try command("/usr/bin/env", ["sqlite3", programme.root.appending(path: "ledger/ledger.sqlite").path, sql]).code == 0)
        #expect(try command("/usr/bin/env", ["python3", stranger, programme.root.appending(path: "ledger/ledger.sqlite").path]).code == 1)
        #expect(try programme.verified().code == 1)
    }

    @Test func aSourceThatBringsItAgainIsCountedAndNothingIsStored() throws {
        let programme = try Programme()
        // Two equal lines without an id are two events; the second of them is erased. And one that is no JSON.
        try programme.write(
            "receipts.yaml", String(contentsOf: programme.root.appending(path: "receipts.yaml"), encoding: .utf8).replacing("        id: id\n", with: ""))
        let twin = #"{"time":"2026-01-12T10:00:00Z","who":"w1","act":"read","outcome":"success"}"# + "\n"
        try programme.write("evidence/a.jsonl", twin + twin + "{broken\n")
        #expect(try programme.receipts(["collect"]).code == 5)
        try erase(programme, ["e2-r3", "e2-r4"])
        #expect(try programme.query("index.sqlite", "SELECT artifact & 4294967295, reason FROM reject") == "4|erased\n")
        // Read from the beginning: a first line that is new, and a third of the equal ones.
        try programme.write("evidence/a.jsonl", twin.replacing("w1", with: "w9") + twin + twin + "{broken\n" + twin)
        let again = try programme.receipts(["collect", "--format", "json"])
        #expect(
            again.code == 5 && again.output.contains(#""conflicts":0,"duplicates":1,"erased_before":1,"kept":2,"#) && again.output.contains(#""rejected":1"#),
            "\(again)")
        let sheet = try programme.query(
            "index.sqlite", "SELECT json_extract(sheet, '$.counts'), json_extract(sheet, '$.reject_reasons') FROM pull WHERE entry = 7")
        #expect(sheet == #"{"conflicts":0,"duplicates":1,"erased_before":1,"kept":2,"read":5,"rejected":1,"rows":2}|{"erased before, not stored":1}"# + "\n")
        #expect(try contents(programme).range(of: Data("{broken".utf8)) == nil)
        let collected = try programme.dump("index.sqlite")
        #expect(try programme.receipts(["index", "--rebuild"]).code == 0)
        #expect(try programme.dump("index.sqlite") == collected)
        #expect(try programme.verified().code == 3)
        // The same once more: nothing is new.
        try programme.write("evidence/b.jsonl", twin + twin + twin)
        let third = try programme.receipts(["collect", "--format", "json"])
        #expect(third.output.contains(#""duplicates":2,"erased_before":1,"kept":0,"#), "\(third)")
    }

    @Test func everyRecordThatNamesAPseudonymIsFound() throws {
        let programme = try Programme()
        #expect(try programme.receipts(["collect"]).code == 0)
        let counted = try programme.query("index.sqlite", "SELECT actor, count(*) FROM access_log GROUP BY actor ORDER BY actor LIMIT 1").dropLast().split(
            separator: "|")
        let (pseudonym, count) = (String(counted[0]), try #require(Int(counted[1])))
        #expect(pseudonym.hasPrefix("acct-") && count > 2)
        let dry = try programme.receipts(["erase", "--subject", pseudonym, "--dry-run"] + ErasureTests.because)
        #expect(dry.code == 0 && dry.output.split(separator: "\n").count { $0.hasPrefix("would erase: e2-r") } == count, "\(dry)")
        try erase(programme, ["--where", "access_log.actor=\(pseudonym)"])
        #expect(try programme.query("index.sqlite", "SELECT count(*) FROM access_log WHERE actor = '\(pseudonym)'") == "0\n")
        #expect(try programme.verified().output.contains("erased, leaf hash only: \(count)"))
    }

    @Test func aKilledErasureIsWholeOrHasNotBegun() throws {
        let programme = try Programme()
        try programme.addEvents(1000...9000, to: "many.jsonl")
        #expect(try programme.receipts(["collect"]).code == 0)
        let start = DispatchTime.now().uptimeNanoseconds
        try erase(programme, ["e2-r9"])
        let length = Double(DispatchTime.now().uptimeNanoseconds - start) / 1000
        var states: Set<String> = []
        for round in 0..<9 {
            let run = try programme.started(["erase", "e2-r\(10 + round)"] + ErasureTests.because)
            usleep(UInt32(length * Double(round + 1) / 6))
            run.kill()
            _ = try run.ended()
            // The next command needs no help, and signs what the killed one could not.
            let verified = try programme.verified()
            #expect(verified.code == 3, "round \(round): \(verified)")
            let again = try programme.receipts(["collect"])
            #expect(again.code == 0, "round \(round): \(again)")
            let tombstones = try programme.query("index.sqlite", "SELECT count(*) FROM erasure WHERE artifact & 4294967295 = \(10 + round)").dropLast()
            let rows = try programme.query("index.sqlite", "SELECT count(*) FROM access_log WHERE artifact >> 32 = 2 AND artifact & 4294967295 = \(10 + round)")
                .dropLast()
            #expect((tombstones == "0") == (rows == "1"), "round \(round)")
            states.insert(String(tombstones))
            let after = try programme.verified()
            #expect(after.code == 3 && after.output.contains("unsigned entries: 0"), "round \(round): \(after)")
        }
        #expect(states.count == 2, "killed only before or only after: \(states)")
    }

    /// A control that operated: with one of its records erased nobody can say so any more, for any of the items that it may have told of.
    @Test func whatWasDecidedWithTheRecordIsOpen() throws {
        let sandbox = try Sandbox()
        try sandbox.takeUpSmallProgramme()
        try sandbox.run(
            "sed -i /c2/d evidence/changes/*; sed -i /c4/d evidence/changes/*; rm evidence/changes/changes-2026-01-07.jsonl; touch evidence/changes/changes-2026-01-07.jsonl"
        )
        try sandbox.run("receipts collect --at 2026-01-08T02:00:00Z --randomness first")
        let question = "receipts assess --format json | jq -c '.controls[0] | [.verdict, .items.operated, .items.insufficient_evidence, .items.total]'"
        #expect(try sandbox.run(question).output == "[\"operated\",2,0,2]\n")
        let erased = try sandbox.run("receipts erase e2-r2 --reason t --approver w --at 2026-01-09T02:00:00Z")
        #expect(erased.code == 0 && erased.output.contains("change on 2026-01-05"), "\(erased.errors)")
        let after = try sandbox.run("\(question); receipts assess")
        #expect(after.lines.first == "[\"insufficient_evidence\",1,0,1]" && after.output.contains("a record of 'change' in it is erased"), "\(after.output)")
    }
}
