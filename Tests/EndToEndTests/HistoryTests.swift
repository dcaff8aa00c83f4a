import Foundation
import Testing

/// What somebody does who was handed an archive, a portal or a checkpoint: verify, reperform, compare.
@Suite struct HistoryTests {
    /// Two nights: a day of requests collected and published, another collected and published as r2.
    private static func published() throws -> Sandbox {
        let sandbox = try Sandbox()
        let answer = try sandbox.run(
            """
            set -e
            receipts init . > /dev/null
            cat > receipts.yaml <<'YAML'
            entity: Example Ltd
            system: Support assistant
            zone: UTC
            started_on: 2026-01-01
            periods:
              - {id: 2026-q1, type: 2, start: 2026-01-01, end: 2026-03-31}
            sources:
              - id: gateway
                owner: platform
                connector: files
                path: evidence/gateway/*.jsonl
                format: jsonl
                covers: {by: daily_files, name: 'gateway-{date}.jsonl'}
                yields:
                  - kind: request_log
                    id: request_id
                    at: time
                    fields: {request_id: request_id, model: model, prompt_id: prompt.id, prompt_version: prompt.version, subject: user}
            YAML
            mkdir -p evidence/gateway
            for day in 05 06; do
                for i in 1 2 3; do
                    echo '{"time":"2026-01-'$day'T09:0'$i':00Z","request_id":"r'$day$i'","model":"m","prompt":{"id":"greeting","version":"3"},"user":"u'$i'"}'
                done > evidence/gateway/gateway-2026-01-$day.jsonl
                receipts collect > /dev/null
                receipts publish > /dev/null
                cp output/2026-q1/r$((10#$day - 4))/proof/checkpoint.txt kept-$day
            done
            """)
        try #require(answer.code == 0, "\(answer.errors)")
        return sandbox
    }

    @Test func anArchiveIsMadeAnewByteForByte() throws {
        let sandbox = try HistoryTests.published()
        for revision in ["r1", "r2"] {
            let answer = try sandbox.run("TMPDIR=$PWD/.. receipts reperform output/2026-q1/receipts-2026-q1-\(revision).tar.zst")
            #expect(answer.code == 3, "\(answer.output)\(answer.errors)")
            #expect(answer.lines.last == "reperformance: every file came out byte for byte as archived; self-attested, no external anchor")
        }
        #expect(try sandbox.run("ls -d ../receipts-reperform.*").code != 0, "the scratch folder stays behind")
    }

    /// The insider has the key and re-signs everything with stock tools; only the evidence cannot be made to agree.
    @Test func aPageThatTheEvidenceDoesNotGiveIsFoundThoughTheSignaturesAreGood() throws {
        let sandbox = try HistoryTests.published()
        let forged = try sandbox.run(
            """
            set -e
            name=receipts-2026-q1-r2
            mkdir forged && bsdtar -xf output/2026-q1/$name.tar.zst -C forged && cp keys/signing_ed25519 key && chmod 600 key
            cd forged/$name && chmod -R u+w .
            sed -i 's/insufficient evidence/operated, every one!!/' data/portal/index.html
            sign() { rm -f "$2.sig"; ssh-keygen -q -Y sign -f ../../key -n "$1" "$2" 2> /dev/null; }
            list() { find "$@" -type f | sed 's#^\\./##' | LC_ALL=C sort | xargs -d '\\n' sha256sum; }
            (cd data/portal && rm manifest-sha256.txt* && list . > ../m && mv ../m manifest-sha256.txt)
            (cd data/portal && ssh-keygen -q -Y sign -f ../../../../key -n receipts-site@v1 manifest-sha256.txt 2> /dev/null)
            list data > manifest-sha256.txt
            sha256sum bag-info.txt bagit.txt manifest-sha256.txt > tagmanifest-sha256.txt
            sign receipts-manifest@v1 tagmanifest-sha256.txt
            cd .. && tar --format=ustar --owner=0 --group=0 --numeric-owner -cf - $name | zstd -q -o $name.tar.zst
            sign() { ssh-keygen -q -Y sign -f ../key -n "$1" "$2" 2> /dev/null; }
            sign receipts-archive@v1 $name.tar.zst
            """)
        try #require(forged.code == 0, "\(forged.output)\(forged.errors)")
        let verified = try sandbox.run("receipts verify archive forged/receipts-2026-q1-r2.tar.zst")
        #expect(verified.code == 3, "\(verified.output)\(verified.errors)")
        let answer = try sandbox.run("receipts reperform --accept-unanchored forged/receipts-2026-q1-r2.tar.zst")
        #expect(answer.code == 1, "\(answer.errors)")
        #expect(answer.output.contains("found: 'index.html' came out differently"))
    }

    @Test func headsOfOneHistoryAreConsistentFromWhereverTheyCome() throws {
        let sandbox = try HistoryTests.published()
        let archive = "output/2026-q1/receipts-2026-q1-r2.tar.zst"
        for (one, other, says) in [
            ("kept-05", ".", "consistent: 'kept-05' is behind by"), (archive, "kept-05", "consistent: 'kept-05' is behind by"),
            ("output/2026-q1/r2", archive, "consistent: the same head"), ("kept-06", "output/2026-q1/r2", "consistent: the same head"),
        ] {
            let answer = try sandbox.run("receipts compare \(one) \(other)")
            #expect(answer.code == 0 && answer.output.contains(says), "\(one) \(other): \(answer.output)\(answer.errors)")
        }
        let undecided = try sandbox.run("receipts compare kept-05 kept-06")
        #expect(undecided.code == 2 && undecided.output.contains("undecided: give the ledger"))
        #expect(try sandbox.run("receipts compare kept-05 nowhere").code == 2)
    }

    /// The same key signs two histories: the ledger is put back to the first night, with its signer's state, and goes on otherwise.
    @Test func aForkIsProvedFromTwoHeads() throws {
        let sandbox = try HistoryTests.published()
        let forked = try sandbox.run(
            """
            set -e
            cp -a . ../other && cd ../other
            rm -r ledger output keys/head evidence/gateway/gateway-2026-01-06.jsonl
            sed -i 's/"model":"m"/"model":"n"/' evidence/gateway/gateway-2026-01-05.jsonl
            receipts collect > /dev/null && receipts publish > /dev/null && cp output/2026-q1/r1/proof/checkpoint.txt head
            """)
        try #require(forked.code == 0, "\(forked.errors)")
        // Another ledger id, so another log: no fork can be shown of it.
        let other = try sandbox.run("receipts compare ../other/head kept-05")
        #expect(other.code == 2 && other.output.contains("different logs"))
        let same = try sandbox.run(
            """
            set -e
            rm -rf ../third && cp -a . ../third && cd ../third
            python3 - <<'PY'
            import sqlite3
            ledger = sqlite3.connect("ledger/ledger.sqlite")
            first = ledger.execute("SELECT min(size) FROM checkpoint").fetchone()[0]
            for (trigger,) in ledger.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall(): ledger.execute("DROP TRIGGER " + trigger)
            note = ledger.execute("SELECT note FROM checkpoint WHERE size = ?", (first,)).fetchone()[0]
            open("keys/head", "wb").write(note)
            for table, column in (("entry", "seq"), ("segment", "entry"), ("checkpoint", "size - 1")): ledger.execute(f"DELETE FROM {table} WHERE {column} >= ?", (first,))
            ledger.commit()
            PY
            rm ledger/index.sqlite*
            echo '{"time":"2026-01-06T11:00:00Z","request_id":"x","model":"m","prompt":{"id":"p","version":"1"},"user":"u"}' > evidence/gateway/gateway-2026-01-06.jsonl
            for night in 1 2 3; do receipts collect > /dev/null; done
            """)
        try #require(same.code == 0, "\(same.errors)")
        let answer = try sandbox.run("receipts compare kept-06 ../third")
        #expect(answer.code == 1 && answer.output.contains("fork: "), "\(answer.output)\(answer.errors)")
    }

    @Test func theSmallProgramSaysTheSameAndLinksNoMore() throws {
        let sandbox = try HistoryTests.published()
        let small = "receipts-verify"
        for (subject, path) in [("archive", "output/2026-q1/receipts-2026-q1-r1.tar.zst"), ("portal", "output/2026-q1/r1")] {
            let one = try sandbox.run("\(small) \(subject) \(path)"), other = try sandbox.run("receipts verify \(subject) \(path)")
            #expect(one.code == 3 && one.output == other.output, "\(one.output)\(one.errors)")
            #expect(try sandbox.run("\(small) \(subject) \(path) --accept-unanchored --format json").code == 0)
        }
        let ledger = try sandbox.run("\(small) ledger ledger --signer-state keys/head")
        #expect(ledger.code == 3 && ledger.output.contains("not looked at"), "\(ledger.output)\(ledger.errors)")
        #expect(try sandbox.run("\(small) ledger nowhere").code == 2)
        #expect(try sandbox.run("\(small) archive").code == 64)
        try sandbox.run("chmod u+w output/2026-q1/r1/index.html; printf x | dd of=output/2026-q1/r1/index.html bs=1 seek=300 conv=notrunc")
        let changed = try sandbox.run("\(small) portal output/2026-q1/r1")
        #expect(changed.code == 1 && changed.output.contains("'index.html'"))

        let needed = try sandbox.run("readelf -d $(command -v \(small)) | sed -n 's/.*NEEDED.*\\[\\(.*\\)\\]/\\1/p'").lines
        let ours = needed.filter { !$0.hasPrefix("libswift") && !$0.hasPrefix("libFoundation") && !$0.hasPrefix("lib_Foundation") }
        let allowed = [
            "libarchive.so", "libsqlite3.so", "libzstd.so", "libm.so", "libc.so", "libstdc++.so", "libgcc_s.so", "ld-linux", "libBlocksRuntime", "libdispatch",
        ]
        #expect(ours.allSatisfy { name in allowed.contains { name.hasPrefix($0) } }, "\(ours)")
        #expect(needed.contains { $0.hasPrefix("libsqlite3") })
    }
}
