import Foundation
import Testing

/// The log that a revision carries: tiles, entries, and proofs that what was published earlier is its beginning.
@Suite struct PublishedLogTests {
    /// Two revisions of a period with a collection in between.
    private func published() throws -> Programme {
        let programme = try Programme()
        for round in 1...2 {
            try programme.addEvents(round * 100...round * 100 + 9, to: "more-\(round).jsonl")
            #expect(try programme.receipts(["collect"]).code == 0)
            let ended = try programme.receipts(["publish"])
            #expect(ended.code == 0, "\(ended)")
        }
        return programme
    }

    private func folder(_ programme: Programme, _ path: String = "") -> URL { programme.root.appending(path: "output/p1/" + path) }
    private func run(_ arguments: [String]) throws -> Programme.Ended { try Running(folder: nil, arguments: arguments).ended() }
    private func sh(_ programme: Programme, _ line: String) throws -> Programme.Ended {
        try command("/bin/sh", ["-c", "cd '\(folder(programme).path)' && \(line)"])
    }
    private func edit(_ url: URL, _ change: (inout Data) -> Void) throws {
        var data = try Data(contentsOf: url)
        change(&data)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: url.path)
        try data.write(to: url)
    }

    @Test func anotherReaderFindsTheSameRootInTheTiles() throws {
        let programme = try published()
        let reader = Checkout.root.appending(path: "Tests/SealTests/read-tiles.py").path
        for (revision, size) in [("r1", 4), ("r2", 8)] {
            let said = try command("/usr/bin/env", ["python3", reader, folder(programme, revision).path])
            #expect(said.code == 0 && said.output.hasPrefix("\(size) entries, root "), "\(said)")
            #expect(try run(["verify", "portal", folder(programme, revision).path]).output.contains(said.output.dropFirst("\(size) entries, ".count)))
        }
    }

    @Test func theSecondRevisionProvesThatTheFirstIsItsBeginning() throws {
        let programme = try published()
        for (what, path) in [("portal", "r2"), ("archive", "receipts-p1-r2.tar.zst")] {
            let said = try run(["verify", what, folder(programme, path).path])
            #expect(said.code == 3 && said.output.contains("log: 8 entries in tiles") && said.output.contains("extends: p1 r1, 4 entries, root "), "\(said)")
        }
        let page = try String(contentsOf: folder(programme, "r2/integrity/index.html"), encoding: .utf8)
        #expect(page.contains("<th scope=\"row\">p1 r1</th><td class=\"n\">4</td>") && page.contains("proof/consistency-p1-r1.txt"))
        for line in ["consistency", "consistency ../r1/proof/checkpoint.txt"] {
            let said = try sh(programme, "cd r2 && sh proof/verify.sh.txt \(line)")
            #expect(
                said.code == 0
                    && said.output.contains("its 4 entries are the beginning of this log\ncheckpoint: signature verified\ncheckpoint: by ssh-ed25519 "),
                "\(said)")
        }
        let same = try sh(programme, "cd r2 && sh proof/verify.sh.txt consistency proof/checkpoint.txt")
        #expect(same.code == 0 && same.output.contains("are all of this log"))
        // The first revision has nothing before it.
        #expect(try sh(programme, "cd r1 && sh proof/verify.sh.txt consistency").code != 0)
        let again = try run(["reperform", "--accept-unanchored", folder(programme, "receipts-p1-r2.tar.zst").path])
        #expect(again.code == 0, "\(again)")
    }

    @Test func aPeriodProvesThatTheLastRevisionOfThePeriodBeforeItIsItsBeginning() throws {
        let programme = try Programme()
        let yaml = try String(contentsOf: programme.root.appending(path: "receipts.yaml"), encoding: .utf8)
        let first = "  - {id: p1, type: 2, start: 2026-01-01, end: 2026-03-31}\n"
        try programme.write("receipts.yaml", yaml.replacing(first, with: first + "  - {id: p2, type: 2, start: 2026-04-01, end: 2026-06-30}\n"))
        for (round, period) in ["p1", "p1", "p2", "p1"].enumerated() {
            try programme.addEvents(round * 100 + 1000...round * 100 + 1009, to: "more-\(round).jsonl")
            #expect(try programme.receipts(["collect"]).code == 0)
            #expect(try programme.receipts(["publish", "--period", period]).code == 0)
        }
        func extends(_ revision: String) throws -> [String] {
            let said = try run(["verify", "portal", programme.root.appending(path: "output/" + revision).path])
            #expect(said.code == 3, "\(said)")
            return said.output.split(separator: "\n").filter { $0.hasPrefix("extends: ") }.map { $0.split(separator: ",")[0].dropFirst(9).description }
        }
        #expect(try extends("p1/r1") == [] && extends("p1/r2") == ["p1 r1"])
        // Not of a period that begins later, although it was published before.
        #expect(try extends("p2/r1") == ["p1 r2"] && extends("p1/r3") == ["p1 r2"])
        let again = try run(["reperform", "--accept-unanchored", programme.root.appending(path: "output/p2/receipts-p2-r1.tar.zst").path])
        #expect(again.code == 0, "\(again)")
    }

    /// Whoever has the key could sign a changed folder anew: what does not follow from the signed tree is found all the same.
    @Test func aTileOrProofThatWasChangedAndSignedAnewIsFound() throws {
        let programme = try published()
        let honest = folder(programme, "r2"), changed = folder(programme, "changed")
        let key = programme.root.appending(path: "keys/signing_ed25519").path
        let cases: [(path: String, finding: String, change: (inout Data) -> Void)] = [
            ("tile/0/000.p/8", "'tile/0/000.p/8': not what the signed tree holds here", { $0[40] ^= 1 }),
            ("tile/entries/000.p/8", "'tile/entries/000.p/8': not what the signed tree holds here", { $0[40] ^= 1 }),
            ("tile/entries/000.p/8", "'tile/entries/000.p/8': not what the signed tree holds here", { $0.removeLast() }),
            ("checkpoint", "'checkpoint': the checkpoint is malformed: 'proof/checkpoint.txt' holds another one", { $0[5] ^= 1 }),
            ("proof/consistency-p1-r1.txt", "'proof/consistency-p1-r1.txt': the note is malformed", { $0 = Data("old 4\n\n".utf8) }),
            ("proof/consistency-p1-r1.txt", "'proof/consistency-p1-r1.txt': ", { $0[10] = $0[10] == 65 ? 66 : 65 }),
            ("proof/earlier-p1-r1.txt", "'proof/consistency-p1-r1.txt': 'proof/earlier-p1-r1.txt' is not the head", { $0[2] ^= 1 }),
            (
                "revision.json", "'proof/consistency-p1-r1.txt': 'proof/earlier-p1-r1.txt' is not the head",
                { $0 = Data(String(decoding: $0, as: UTF8.self).replacing("\"size\": 4", with: "\"size\": 3").utf8) }
            ),
        ]
        for (path, finding, change) in cases {
            try? FileManager.default.removeItem(at: changed)
            try FileManager.default.copyItem(at: honest, to: changed)
            try edit(changed.appending(path: path), change)
            let signed = try sh(
                programme,
                """
                cd changed && chmod u+w . manifest* && rm manifest-sha256.txt.sig && find . -type f ! -name 'manifest-*' | sed 's|^./||' | LC_ALL=C sort | \
                xargs sha256sum > m && mv m manifest-sha256.txt && ssh-keygen -q -Y sign -f '\(key)' -n receipts-site@v1 manifest-sha256.txt
                """)
            #expect(signed.code == 0, "\(signed)")
            let said = try run(["verify", "portal", changed.path])
            #expect(said.code == 1 && said.output.contains("found: \(finding)"), "\(path): \(said)")
        }
        // And by the script, which knows nothing of manifests.
        for path in ["proof/consistency-p1-r1.txt", "proof/earlier-p1-r1.txt"] {
            try? FileManager.default.removeItem(at: changed)
            try FileManager.default.copyItem(at: honest, to: changed)
            try edit(changed.appending(path: path)) { data in
                let at = data.firstIndex(of: 10).map { $0 + 3 } ?? 0
                data[at] = data[at] == 65 ? 66 : 65
            }
            #expect(try sh(programme, "cd changed && sh proof/verify.sh.txt consistency").code != 0, "\(path)")
        }
    }

    @Test func compareDecidesFromTilesAlone() throws {
        let programme = try published()
        func tiles(_ revision: String) throws -> String {
            let place = programme.root.appending(path: "tiles-" + revision)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for part in ["checkpoint", "tile"] {
                try FileManager.default.copyItem(at: folder(programme, "\(revision)/\(part)"), to: place.appending(path: part))
            }
            return place.path
        }
        let (first, second) = (try tiles("r1"), try tiles("r2"))
        #expect(
            try run(["compare", second, second]).output.hasSuffix(
                "alike: both state the same head; neither place names the log's key, so that it signed this was not checked\n"))
        let kept = folder(programme, "r1/proof/checkpoint.txt").path
        for older in [first, kept] {
            let behind = try run(["compare", older, second])
            #expect(behind.code == 0 && behind.output.contains("alike: '\(older)' is behind by 4 entries"), "\(behind)")
        }
        // Another history under the same name and key.
        let other = try Programme()
        for part in ["ledger", "keys"] {
            try? FileManager.default.removeItem(at: other.root.appending(path: part))
            try FileManager.default.copyItem(at: programme.root.appending(path: part), to: other.root.appending(path: part))
        }
        let sql =
            ["entry", "segment", "checkpoint"].map { "DROP TRIGGER \($0)_stays; " }.joined()
            + "DELETE FROM checkpoint; DELETE FROM entry WHERE seq > 2; DELETE FROM segment WHERE entry > 2"
        #expect(try command("/usr/bin/env", ["sqlite3", other.root.appending(path: "ledger/ledger.sqlite").path, sql]).code == 0)
        try FileManager.default.removeItem(at: other.root.appending(path: "keys/head"))
        try FileManager.default.removeItem(at: other.root.appending(path: "ledger/index.sqlite"))
        for part in ["collect", "publish"] {
            let ended = try other.receipts([part])
            #expect(ended.code == 0, "\(ended)")
        }
        let fork = try run(["compare", kept, other.root.appending(path: "output/p1/r1").path])
        #expect(fork.code == 1 && fork.output.contains("fork: "), "\(fork)")
        // A damaged tile is nobody's fork.
        try edit(URL(fileURLWithPath: second + "/tile/0/000.p/8")) { $0[0] ^= 1 }
        let damaged = try run(["compare", kept, second])
        #expect(damaged.code == 2 && damaged.errors.contains("its tiles do not form the root that its checkpoint signs"), "\(damaged)")
    }
}
