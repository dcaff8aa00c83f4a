import Foundation
import Testing

/// A stranger's script, written from docs/formats/ledger.md, on a ledger that the program made.
@Suite struct StrangerTests {
    private let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/verify-ledger.py").path

    private func verify(_ programme: Programme) throws -> Programme.Ended {
        try command("/usr/bin/env", ["python3", script, programme.root.appending(path: "ledger/ledger.sqlite").path])
    }

    private func made() throws -> Programme {
        let programme = try Programme()
        try programme.addEvents(1000...14_000, to: "many.jsonl")
        try programme.receipts(["collect"])
        #expect(try programme.receipts(["publish"]).code == 0)
        try programme.addEvents(20_000...20_010, to: "later.jsonl")
        try programme.receipts(["collect"])
        // The pull in the middle has more than one segment.
        #expect(try programme.query("ledger.sqlite", "SELECT max(number) > 1 FROM segment") == "1\n")
        return programme
    }

    @Test func aStrangersScriptFindsTheSameRoot() throws {
        let programme = try made()
        let ours = try programme.verified()
        let theirs = try verify(programme)
        let root = try #require(ours.output.split(separator: "\n").first { $0.hasPrefix("root: ") }?.dropFirst(6))
        #expect(ours.code == 3 && theirs.code == 0)
        #expect(theirs.output.hasSuffix("3 checkpoints, 0 anchors, root \(root)\n"), "\(theirs)")
    }

    @Test func theScriptNoticesWhatWasChanged() throws {
        let programme = try made()
        try programme.save(to: "honest")
        for (sql, place) in [
            ("UPDATE segment SET salts = zeroblob(length(salts)) WHERE entry = 2 AND number = 2", "records of entry 2"),
            ("UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'complete', 'partial') AS BLOB) WHERE seq = 2", "checkpoint of size 4"),
            ("UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 4) WHERE size = 5", "checkpoint 5"),
            ("UPDATE checkpoint SET note = CAST(substr(note, 1, length(note) - 5) || 'AAA=' || char(10) AS BLOB) WHERE size = 5", "signature of size 5"),
            ("DELETE FROM entry WHERE seq = 1", "entry 1"),
        ] {
            let folder = programme.root.appending(path: "ledger")
            try FileManager.default.removeItem(at: folder)
            try FileManager.default.copyItem(at: programme.root.appending(path: "honest-ledger"), to: folder)
            let drops = ["entry_is_final", "entry_stays", "segment_is_final", "checkpoint_is_final"].map { "DROP TRIGGER \($0); " }.joined()
            let changed = try command("/usr/bin/env", ["sqlite3", folder.appending(path: "ledger.sqlite").path, drops + sql])
            #expect(changed.code == 0 && changed.output == "")
            let theirs = try verify(programme)
            #expect(theirs.code == 1 && theirs.output.contains(place), "\(sql): \(theirs)")
            #expect(try programme.verified().code == 1)
        }
    }
}
