import Foundation
import Testing

/// What somebody else's word is worth: to the honest, and against one who holds the key.
@Suite struct AnchoredTests {
    private static let archive = "output/2026-01/receipts-2026-01-r1.tar.zst"

    private func published() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.takeUpAnchoredProgramme()
        try sandbox.collect()
        try sandbox.cosign("first", at: 1_767_837_900)
        try sandbox.done("receipts anchor import first.cosigned --at 2026-01-08T03:00:00Z --randomness seed")
        try sandbox.done("receipts publish --at 2026-01-08T04:00:00Z")
        return sandbox
    }

    @Test func aCosignedHeadIsAnchoredWithItsBounds() throws {
        let sandbox = try published()
        let ledger = try sandbox.run("receipts verify ledger")
        #expect(ledger.code == 0)
        #expect(ledger.lines.contains("entries 0 to 3: not before unknown, not after 2026-01-08T02:05:00Z"))
        #expect(ledger.lines.last == "ledger: intact; anchored up to entry 3 at 2026-01-08T02:05:00Z by witness.example/w1")
        // What comes later is not covered, and is not before the anchor.
        try sandbox.collect(at: "2026-01-09T02:00:00Z")
        let later = try sandbox.run("receipts verify ledger")
        #expect(later.code == 3)
        #expect(
            later.lines.contains { $0.hasPrefix("entries 5 to ") && $0.hasSuffix(": not before 2026-01-08T02:05:00Z, not after unknown") }, "\(later.output)")
        #expect(later.lines.last == "ledger: intact; anchored up to entry 3 at 2026-01-08T02:05:00Z by witness.example/w1; later entries self-attested")
        let json = try JSONSerialization.jsonObject(with: Data(try sandbox.run("receipts verify ledger --format json").output.utf8)) as? [String: Any]
        #expect(json?["anchored_size"] as? Int == 4 && json?["anchored_whole"] as? Bool == false)
    }

    @Test func anArchiveIsAnchoredOnlyByWhomTheReaderNames() throws {
        let sandbox = try published()
        let archive = AnchoredTests.archive
        let alone = try sandbox.run("receipts verify archive \(archive)")
        #expect(alone.code == 3 && alone.output.contains("agrees with a root that only this archive names"), "\(alone.output)")
        #expect(!alone.output.contains("anchored up to") && !alone.output.contains(": valid") && !alone.output.contains("not after"), "\(alone.output)")
        for trust in ["--witness w1.vkey", "--witness \"$(cat w1.vkey)\"", "--anchor first.txt", "--anchor first.cosigned --witness w1.vkey"] {
            let answer = try sandbox.run("receipts verify archive \(archive) \(trust)")
            #expect(answer.code == 0 && answer.lines.last?.hasPrefix("archive: intact; anchored up to entry 3") == true, "\(trust): \(answer.output)")
        }
        #expect(try sandbox.run("receipts verify portal output/2026-01/r1 --witness w1.vkey").code == 0)
        #expect(try sandbox.run("receipts verify portal output/2026-01/r1").code == 3)
        let again = try sandbox.run("receipts reperform \(archive) --witness w1.vkey")
        #expect(again.code == 0, "\(again.output)\(again.errors)")
        let page = try sandbox.run("cat output/2026-01/r1/artifact/e2-r*.html output/2026-01/r1/integrity/index.html").output
        #expect(page.contains("2026-01-08T02:05:00Z, cosignature e4 by witness.example/w1"))
        #expect(page.contains("4 ledger entries under one signed tree head: anchored up to entry 3 at 2026-01-08T02:05:00Z by witness.example/w1"))
    }

    /// As the page and VERIFY.txt say it: a short script and openssl, and the witness's key from the witness.
    @Test func aCosignatureIsCheckedByOpensslAlone() throws {
        let sandbox = try published()
        let check = "sh proof/verify.sh.txt cosignature e4"
        let good = try sandbox.run("cd output/2026-01/r1 && grep -c '\(check) WITNESS' integrity/index.html && \(check) \"$(cat ../../../w1.vkey)\"")
        #expect(
            good.output == "1\ne4: cosigned by witness.example/w1 at 1767837900 (seconds since 1970): covers every entry of this revision\n", "\(good)")
        let witness = "python3 \"$CHECKOUT\"/Tests/EndToEndTests/Fixtures/witness.py"
        try sandbox.done("\(witness) key witness.example/w1 w2.pem > w2.vkey && cp -r output/2026-01/r1 changed")
        #expect(try sandbox.run("cd changed && \(check) \"$(cat ../w2.vkey)\"").code != 0)
        #expect(try sandbox.run("cd changed && \(check) \"$(sed s/w1/w3/ ../w1.vkey)\"").code != 0)
        let moved = try sandbox.run("cd changed && chmod -R u+w . && sed -i 2s/4/3/ anchors/e4.checkpoint.txt && \(check) \"$(cat ../w1.vkey)\"")
        #expect(moved.code != 0 && moved.errors.contains("does NOT verify"), "\(moved)")
        // A witness signs for many logs: its word for another one covers nothing here.
        let foreign = try sandbox.run(
            """
            cp -r output/2026-01/r1 foreign && chmod -R u+w foreign && sed -i 1s/.*/another.example/ foreign/anchors/e4.checkpoint.txt &&
            \(witness) sign witness.example/w1 w1.pem foreign/anchors/e4.checkpoint.txt 1767837900 | tail -n 1 > foreign/anchors/e4.cosignature.txt &&
            cd foreign && \(check) "$(cat ../w1.vkey)"
            """)
        #expect(
            foreign.code != 0 && foreign.output == "" && foreign.errors.contains("over the checkpoint of another log: it covers nothing here"), "\(foreign)")
        let steps = try sandbox.run(
            """
            mkdir bag && bsdtar -xf \(AnchoredTests.archive) -C bag && cd bag/*-r1 && WITNESS="$(cat ../../w1.vkey)"
            eval "$(sed -n 's/^ *\\(for E in .*; done\\)$/\\1/p' data/VERIFY.txt)"
            """)
        #expect(steps.code == 0 && steps.output.hasPrefix("e4: cosigned by witness.example/w1"), "\(steps)")
    }

    /// A token or cosignature is over a checkpoint; that this is one of the archive's log is a step of its own, with stock tools.
    @Test func anAnchorsCheckpointIsBoundToTheLogByThePrintedStep() throws {
        let sandbox = try Sandbox()
        try sandbox.takeUpAnchoredProgramme()
        try sandbox.collect()
        try sandbox.cosign("first", at: 1_767_837_900)
        try sandbox.done(
            """
            cp -r . ../honest; receipts collect --at 2026-01-09T02:00:00Z --randomness b; receipts anchor request --size 7 --checkpoint later.txt
            receipts anchor import first.cosigned --at 2026-01-09T03:00:00Z --randomness c && receipts publish --at 2026-01-09T04:00:00Z &&
            receipts anchor request --size 9 --checkpoint newer.txt &&
            receipts anchor import newer.txt --held-by 'Auditor LLP' --at 2026-01-09T05:00:00Z --randomness d &&
            receipts anchor import later.txt --held-by 'Auditor LLP' --at 2026-01-09T05:00:00Z --randomness e && receipts publish --at 2026-01-09T06:00:00Z
            mkdir bag && bsdtar -xf output/2026-01/receipts-2026-01-r2.tar.zst -C bag && sed -n '/^ *V=data/,/anchors$/p' bag/*-r2/data/VERIFY.txt > step
            (cd ../honest; sed -i 's/"approver":"ana"/"approver":"bo"/' evidence/changes/*.jsonl; rm -r ledger keys/head
            receipts collect --at 2026-01-08T02:00:00Z --randomness seed; receipts anchor request --checkpoint foreign.txt)
            """)
        let good = try sandbox.run("cd bag/*-r2 && sh -e ../../step")
        #expect(good.code == 0, "\(good)")
        for says in ["its 4 entries are the beginning of this log", "its 7 entries are all of this log", "the 7 entries of this log are its beginning"] {
            #expect(good.output.components(separatedBy: says).count == 3, "\(good)")
        }
        for edit in ["cp ../../../honest/foreign.txt $first", "sed -i '5s/.\\{12\\}$/AAAAAAAAAAA=/' $first", "rm ${first%.checkpoint.txt}.consistency.txt"] {
            let bad = try sandbox.run(
                """
                rm -rf bag && mkdir bag && bsdtar -xf output/2026-01/receipts-2026-01-r2.tar.zst -C bag && cd bag/*-r2 && chmod -R u+w data
                first=data/anchors/e7.checkpoint.txt; \(edit) && sh -e ../../step || exit 7
                """)
            #expect(bad.code == 7 && bad.errors.contains("data/anchors/e7.checkpoint.txt: "), "\(edit): \(bad)")
        }
    }

    @Test func anotherAnchorMakesAnotherRevisionOfTheSameHead() throws {
        let sandbox = try published()
        #expect(try sandbox.run("receipts publish --at 2026-01-08T05:00:00Z").output.contains("r1 already is this state"))
        try sandbox.done("receipts anchor request --size 6 --checkpoint later.txt")
        try sandbox.done("receipts anchor import later.txt --held-by 'Auditor LLP' --at 2026-01-08T06:00:00Z --randomness seed")
        let published = try sandbox.run("receipts publish --at 2026-01-08T07:00:00Z")
        #expect(published.output.contains("published 2026-01 r2"), "\(published.output)\(published.errors)")
        // Its head is later than the one published: the consistency proof beside it shows that it extends it.
        let archive = "output/2026-01/receipts-2026-01-r2.tar.zst"
        let answer = try sandbox.run("receipts verify archive \(archive) --witness w1.vkey")
        #expect(answer.code == 0 && answer.output.contains("said to be held by Auditor LLP"), "\(answer.output)")
        #expect(try sandbox.run("receipts reperform \(archive) --witness w1.vkey").code == 0)
    }

    /// The state is of 02:00, and what lies in the archive was entered until 03:00: nobody can have signed it before.
    @Test func aRevisionIsSignedNotBeforeItsLastAnchorWasEntered() throws {
        let sandbox = try published()
        let facts = try sandbox.run("jq -r '.sealed_at, .signed_at' output/2026-01/r1/revision.json")
        #expect(facts.lines == ["2026-01-08T02:00:00Z", "2026-01-08T03:00:00Z"], "\(facts)")
        let archive = AnchoredTests.archive
        #expect(try sandbox.run("bsdtar -xOf \(archive) '*/VERIFY.txt' | grep -c verify-time=20260108030000Z").output == "2\n")
        #expect(try sandbox.run("grep -c verify-time=20260108030000Z output/2026-01/r1/integrity/index.html").output == "2\n")
        #expect(try sandbox.run("receipts verify archive \(archive) --allowed-signers output/2026-01/r1/keys/allowed_signers --witness w1.vkey").code == 0)
        // No clock of the publication is in it.
        try sandbox.done("receipts publish --at 2026-02-01T00:00:00Z --output later && cmp \(archive) later/2026-01/receipts-2026-01-r1.tar.zst")
    }

    /// A portal holds the log up to its own head as tiles, and with it each earlier one.
    @Test func anEarlierHeadThatYouKeptIsHeldAgainstAPortal() throws {
        let sandbox = try published()
        let (portal, head) = ("output/2026-01/r2", "portal output/2026-01/r2 --anchor first.txt")
        try sandbox.collect(at: "2026-01-09T02:00:00Z")
        try sandbox.done("receipts publish --at 2026-01-09T04:00:00Z")
        let honest = try sandbox.run("receipts verify \(head)")
        #expect(
            honest.code == 3 && honest.lines.last == "portal: intact; anchored up to entry 3 by 'first.txt', which you hold; later entries self-attested",
            "\(honest)")
        try sandbox.forge()
        try sandbox.collect(at: "2026-01-09T02:00:00Z")
        try sandbox.done("receipts publish --at 2026-01-09T04:00:00Z && mv output/2026-01/r1 \(portal)")
        for program in ["receipts verify", "receipts-verify"] {
            let forged = try sandbox.run("\(program) \(head)")
            #expect(forged.code == 1 && forged.output.contains("this is not the history that its head of 4 entries is of"), "\(forged)")
        }
    }

    /// The forger has the key, the machine and all the time in the world; the anchors were given away before.
    @Test func aLedgerMadeAnewIsFoundByAnyAnchor() throws {
        let sandbox = try published()
        try sandbox.done("receipts publish --at 2026-01-08T04:00:00Z && cp -r output honest")
        try sandbox.forge()
        try sandbox.done("receipts publish --at 2026-01-08T04:00:00Z")
        // Without one nothing tells, and nothing more is said than that.
        let archive = AnchoredTests.archive
        for subject in ["ledger", "archive \(archive)", "portal output/2026-01/r1"] {
            let alone = try sandbox.run("receipts verify \(subject)")
            #expect(alone.code == 3 && alone.output.contains("self-attested, no external anchor"), "\(subject): \(alone.output)")
            for anchor in ["first.txt", "first.cosigned --witness w1.vkey"] {
                let answer = try sandbox.run("receipts verify \(subject) --anchor \(anchor)")
                #expect(answer.code == 1 && answer.output.contains("found: anchor"), "\(subject), \(anchor): \(answer.output)")
            }
        }
        // Neither does the ledger take the old anchors in.
        #expect(try sandbox.run("receipts anchor import first.cosigned --at 2026-01-08T03:00:00Z").code == 2)
        let held = try sandbox.run("receipts anchor import first.txt --held-by 'Auditor LLP' --at 2026-01-08T03:00:00Z")
        #expect(held.code == 1 && held.errors.contains("the ledger is not the one that Auditor LLP's checkpoint of 4 entries is of"))
        let honest = "honest/2026-01/receipts-2026-01-r1.tar.zst"
        #expect(try sandbox.run("receipts verify archive \(honest) --anchor first.txt").code == 0)
        #expect(try sandbox.run("receipts compare first.txt .").code == 1)
    }

    @Test(arguments: [
        ("printf x >> data/ledger/e2.records", "the records of entry 2 are not those that were sealed"),
        ("sed -i 's/typo/tipo/' data/ledger/e2.records", "the records of entry 2 are not those that were sealed"),
        ("rm data/ledger/e2.records", "the records of entry 2 are missing"),
        ("sed -i '2s/complete/partial/' data/ledger/entries.jsonl", "the 4 entries do not form the tree of 4 that the checkpoint signs"),
        ("sed -i 's/02:05:00/01:05:00/g' data/anchors/e4.entry.json", "anchor e4: the entry does not say what the cosignature says"),
        (#"sed -i 's/[^A].==$/AA==/;t;s/A.==$/BA==/' data/anchors/e4.cosignature.txt"#, "anchor e4: "),
        ("sed -i '2s/4/5/' data/anchors/e4.checkpoint.txt", "anchor e4: its checkpoint is none that the ledger's key signed"),
        ("echo garbage >> data/anchors/witnesses.txt", "'data/anchors/witnesses.txt': holds no roots that can be read"),
        ("rm data/anchors/e4.cosignature.txt", "anchor e4: its files are not those of an anchor"),
    ])
    func whatTheKeysHolderChangesInAnArchiveIsFound(edit: String, finding: String) throws {
        let sandbox = try published()
        try sandbox.remake(AnchoredTests.archive, "true")
        #expect(try sandbox.run("receipts verify archive \(AnchoredTests.archive) --witness w1.vkey").code == 0)
        try sandbox.remake(AnchoredTests.archive, edit)
        let answer = try sandbox.run("receipts verify archive \(AnchoredTests.archive) --witness w1.vkey")
        #expect(answer.code == 1 && answer.output.contains(finding), "\(answer.output)\(answer.errors)")
    }

    /// A file of roots that was changed is one finding among others, not the end.
    @Test(arguments: ["witnesses.txt", "authorities.pem"]) func aChangedFileOfRootsIsNamed(name: String) throws {
        let sandbox = try published()
        let archive = AnchoredTests.archive
        try sandbox.done(
            """
            mkdir bag && bsdtar -xf \(archive) -C bag && cd bag/*-r1 && printf -- '-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\\n' >> data/anchors/\(name) && cd .. && echo x >> */data/verifier_key &&
            tar --format=ustar -cf - * | zstd -qf -o ../\(archive)
            """)
        for program in ["receipts verify archive", "receipts reperform", "receipts-verify archive"] {
            let answer = try sandbox.run("\(program) \(archive)")
            let wanted = ["'data/anchors/\(name)': \(name == "witnesses.txt" ? "changed" : "not listed")", "'data/verifier_key': changed"]
            #expect(answer.code == 1 && wanted.allSatisfy { answer.output.contains("found: \($0)") }, "\(program): \(answer)")
        }
    }

    /// Under a real clock, which a simulated ledger has not.
    @Test func anEntryThatIsYoungerThanItsAnchorIsFound() throws {
        let sandbox = try Sandbox()
        try sandbox.takeUpAnchoredProgramme()
        try sandbox.done("receipts collect")
        let now = Int(Date().timeIntervalSince1970)
        try sandbox.cosign("late", at: now - 60)
        try sandbox.done("receipts anchor import late.cosigned")
        #expect(try sandbox.run("receipts verify ledger").code == 0)
        // Seen two hours before it says that it was made.
        try sandbox.cosign("early", at: now - 7200)
        let answer = try sandbox.run("receipts verify ledger --anchor early.cosigned")
        #expect(answer.code == 1 && answer.output.contains("found: entry 0 says "), "\(answer.output)")
        #expect(answer.output.contains(" (witness.example/w1): its clock was ahead, and so with "), "\(answer.output)")
        // It would contradict the ledger for good.
        let refused = try sandbox.run("receipts anchor import early.cosigned")
        #expect(refused.code == 2 && refused.errors.contains("contradict each other: entry 0 says ") && refused.errors.contains("nothing was entered"))
        #expect(try sandbox.run("receipts verify ledger").code == 0)
    }

    @Test func anEntryThatIsDatedBackBehindAnAnchorIsFound() throws {
        let sandbox = try Sandbox()
        try sandbox.takeUpAnchoredProgramme()
        try sandbox.done("receipts collect")
        try sandbox.cosign("first", at: Int(Date().timeIntervalSince1970))
        try sandbox.done("receipts anchor import first.cosigned")
        // By somebody who may write the ledger; the next run signs it.
        try sandbox.done(
            """
            printf '{"at":"%s","pulls":0,"tool":"receipts","type":"run"}' "$(date -u -d '-3 hours' +%FT%TZ)" > run.json
            sqlite3 ledger/ledger.sqlite "INSERT INTO entry SELECT count(*), readfile('run.json') FROM entry"
            receipts collect
            """)
        let answer = try sandbox.run("receipts verify ledger")
        #expect(answer.code == 1 && answer.output.contains(": its clock was behind, or it is dated back"), "\(answer.output)")
    }

    /// An older revision, sound in itself, in the place of a newer one; and the archive of another organisation.
    @Test func anArchiveInThePlaceOfAnotherIsFound() throws {
        let sandbox = try published()
        let (archive, newer) = (AnchoredTests.archive, "output/2026-01/receipts-2026-01-r2.tar.zst")
        try sandbox.done("cp \(archive) kept.tar.zst && cp \(archive).sig kept.tar.zst.sig")
        try sandbox.collect(at: "2026-01-09T02:00:00Z")
        try sandbox.cosign("second", at: 1_767_924_300)
        try sandbox.done("receipts anchor import second.cosigned --at 2026-01-09T03:00:00Z && receipts publish --at 2026-01-09T04:00:00Z")
        try sandbox.done("cp kept.tar.zst \(newer) && cp kept.tar.zst.sig \(newer).sig")
        let replayed = try sandbox.run("receipts verify archive \(newer) --witness w1.vkey")
        #expect(replayed.code == 1 && replayed.output.contains("the file is called 'receipts-2026-01-r2', and what it holds is 'receipts-2026-01-r1'"))

        let other = try published()
        try other.done("cp \(sandbox.programme.path)/\(archive) theirs.tar.zst && cp \(sandbox.programme.path)/\(archive).sig theirs.tar.zst.sig")
        let foreign = try other.run("receipts verify archive theirs.tar.zst --anchor first.txt")
        #expect(foreign.code == 1 || foreign.code == 2, "\(foreign.output)\(foreign.errors)")
        #expect(try other.run("receipts verify archive theirs.tar.zst --allowed-signers output/2026-01/r1/keys/allowed_signers").code == 1)
        #expect(try other.run("receipts compare theirs.tar.zst \(archive)").code != 0)

        // Under a name that says nothing it is what it is, and the ledger shows that it is behind.
        #expect(try sandbox.run("receipts verify archive kept.tar.zst --witness w1.vkey").code == 0)
        let behind = try sandbox.run("receipts compare kept.tar.zst .")
        #expect(behind.output.contains("behind"), "\(behind.output)")
    }

    @Test func aStrangersScriptCoversTheAnchors() throws {
        let sandbox = try published()
        let script = #"python3 "$CHECKOUT"/Tests/EndToEndTests/Fixtures/verify-ledger.py ledger/ledger.sqlite"#
        let honest = try sandbox.run(script)
        #expect(honest.code == 0 && honest.output.contains("3 checkpoints, 1 anchors, root"), "\(honest)")
        try sandbox.done(
            "sqlite3 ledger/ledger.sqlite 'DROP TRIGGER segment_is_final; UPDATE segment SET salts = zeroblob(32) WHERE entry = 4 AND number = 1'")
        #expect(try sandbox.run(script).errors.contains("records of entry 4"))
    }
}
