import Foundation
import Testing

/// What is left of a key's word when the key was lost.
extension KeyTests {
    @Test func whatARevokedKeySignedIsNamedAsNotTrusted() throws {
        let sandbox = try threeKeys()
        let keys = try fingerprints(sandbox)
        let revoked = try sandbox.run(
            """
            receipts key revoke \(keys[0]) --reason 'laptop lost' --since 2026-01-20T00:00:00Z --at 2026-03-03T00:00:00Z && SSH_AUTH_SOCK=
            receipts key revoke \(keys[0]) --reason 'laptop lost' --since 2026-01-20T00:00:00Z --at 2026-03-03T00:00:00Z
            receipts publish --period 2026-01 --at 2026-03-03T03:00:00Z > /dev/null
            receipts key show
            """)
        #expect(revoked.code == 0 && revoked.output.contains("revoked since 2026-01-20T00:00:00Z: laptop lost"), "\(revoked.output)\(revoked.errors)")
        #expect(revoked.output.contains("is revoked since then or before; nothing was changed"))
        let ledger = try sandbox.run("receipts verify ledger")
        #expect(
            ledger.code == 1 && ledger.output.contains("found: revoked \(keys[0]): revoked since 2026-01-20T00:00:00Z (laptop lost): its"), "\(ledger.output)")
        #expect(ledger.output.contains("handed over to \(keys[1]) by such a head"))
        let python = try sandbox.run("python3 $CHECKOUT/Tests/EndToEndTests/Fixtures/verify-ledger.py ledger/ledger.sqlite")
        #expect(python.code == 0 && python.output.contains("not trusted: \(keys[0])"), "\(python.output)\(python.errors)")

        // A list for ssh-keygen, in portal and archive; r1 is the revoked key's, r4 is not.
        let krl = "output/2026-01/r4/keys/revoked.krl"
        #expect(try sandbox.run("ssh-keygen -Q -f \(krl) keys/a.pub").code != 0)
        #expect(try sandbox.run("ssh-keygen -Q -f \(krl) keys/b.pub keys/c.pub").code == 0)
        #expect(try sandbox.run("bsdtar -xOf output/2026-01/receipts-2026-01-r4.tar.zst receipts-2026-01-r4/data/keys/revoked.krl | cmp - \(krl)").code == 0)
        #expect(try sandbox.run("ls output/2026-01/r3/keys/revoked.krl").code != 0)
        // r4's log says itself since when; r3 is older than that word, and the reader's list is all there is.
        for (revision, says) in [
            (1, "which is revoked"), (3, "found: revoked \(keys[0]): is in the list of revoked keys"), (4, "handed over to \(keys[1]) by such a head"),
        ] {
            for place in ["archive output/2026-01/receipts-2026-01-r\(revision).tar.zst", "portal output/2026-01/r\(revision)"] {
                for program in ["receipts verify", "receipts-verify"] {
                    let answer = try sandbox.run("\(program) \(place) --revoked-keys \(krl)")
                    #expect(answer.code == 1 && answer.output.contains(says), "\(program) \(place): \(answer.output)\(answer.errors)")
                }
            }
            let stock = try sandbox.run(
                """
                cd output/2026-01; origin=$(cut -d' ' -f1 r4/keys/allowed_signers | head -n 1); a=receipts-2026-01-r\(revision).tar.zst
                ssh-keygen -Y verify -O verify-time=\(revision == 1 ? "20260108030000Z" : "20260303000000Z") \\
                  -f r4/keys/allowed_signers -r r4/keys/revoked.krl \\
                  -I $origin -n receipts-archive@v1 -s $a.sig < $a
                """)
            #expect((stock.code == 0) == (revision != 1), "r\(revision): \(stock.output)\(stock.errors)")
        }
        // Without a list the log's own word counts alike, and is no accusation of those who hold the archive.
        for place in ["archive output/2026-01/receipts-2026-01-r4.tar.zst", "portal output/2026-01/r4"] {
            let answer = try sandbox.run("receipts verify \(place) --accept-unanchored")
            #expect(
                answer.code == 1 && answer.output.contains("found: revoked \(keys[0]): revoked since 2026-01-20T00:00:00Z (laptop lost)")
                    && answer.output.hasSuffix("unchanged, but integrity is not claimed, 2 findings\n"), "\(answer.output)\(answer.errors)")
        }
        // The script says the same of the handover, and since when.
        let walked = try sandbox.run("cd output/2026-01/r4 && sh proof/verify.sh.txt keys")
        #expect(walked.code == 1 && walked.output.contains("entry 5: signed by the key before, REVOKED since 2026-01-20T00:00:00Z: not to be"), "\(walked)")
        #expect(walked.output.contains("entry 10: signed by the key before\n") && walked.output.contains(": revokes ssh-ed25519 AAAA"), "\(walked)")
        // Whoever trusts the revoked key alone is led nowhere by it.
        try sandbox.run(KeyTests.firstKeyOnly)
        let led = try sandbox.run("receipts verify portal output/2026-01/r4 --allowed-signers ../first")
        #expect(led.code == 1 && led.output.contains("signed by a key that is not allowed"), "\(led.output)")
        let told = try sandbox.run("receipts verify ledger --allowed-signers ../first")
        #expect(told.code == 1 && told.output.contains("the key in force is not allowed, nor led to by a key that is"), "\(told.output)")
        #expect(ledger.output.hasSuffix("ledger: unchanged, but integrity is not claimed, 2 findings\n"))
        // What is not to be believed is still reckoned again.
        let made = try sandbox.run("receipts reperform output/2026-01/receipts-2026-01-r4.tar.zst")
        #expect(
            made.code == 1 && made.output.contains("files made anew:") && made.output.contains("unchanged, but integrity is not claimed"),
            "\(made.output)\(made.errors)")
    }

    /// An anchored programme whose first key handed over to a next one on 8 January at three, in entry 4.
    private func handedOver() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.takeUpAnchoredProgramme()
        try sandbox.done(
            """
            ssh-keygen -q -t ed25519 -N '' -f keys/next && echo 'key: [{file: keys/signing_ed25519}, {file: keys/next}]' >> receipts.yaml
            receipts collect --at 2026-01-08T02:00:00Z --randomness a && receipts key rotate --to keys/next --at 2026-01-08T03:00:00Z
            """)
        return sandbox
    }

    /// An anchor that is older than the loss lets what it covers stand, for whoever believes it: `verify` and `reperform` say the same.
    @Test func whatWasAnchoredBeforeTheLossStandsAlsoWhenMadeAnew() throws {
        let sandbox = try handedOver()
        try sandbox.cosign("handover", at: 1_767_841_500)
        let archive = "output/2026-01/receipts-2026-01-r1.tar.zst"
        try sandbox.done(
            """
            receipts anchor import handover.cosigned --at 2026-01-08T03:10:00Z --randomness b
            old=$(receipts key show | sed -n '1s/ .*//p')
            receipts key revoke "$old" --reason lost --since 2026-01-08T03:06:00Z --at 2026-01-08T04:00:00Z && receipts publish --at 2026-01-08T05:00:00Z
            """)
        for (command, isBelieved) in [("verify archive", true), ("reperform", true), ("verify archive", false), ("reperform", false)] {
            let answer = try sandbox.run("receipts \(command) \(archive) --accept-unanchored \(isBelieved ? "--witness w1.vkey" : "")")
            #expect(answer.code == (isBelieved ? 0 : 1), "\(command): \(answer)")
            #expect(answer.output.contains("not trusted, for no anchor is older") != isBelieved, "\(command): \(answer)")
        }
    }

    /// An anchor's checkpoint is walked to through the handovers before it: one by a key that was lost by then is named, and shows nothing by itself.
    @Test func theScriptNamesARevokedHandoverBeforeAnAnchor() throws {
        let sandbox = try handedOver()
        try sandbox.done("receipts collect --at 2026-01-09T02:00:00Z --randomness b")
        try sandbox.cosign("next", at: 1_767_927_900)
        try sandbox.done(
            """
            receipts anchor import next.cosigned --at 2026-01-09T03:10:00Z --randomness c
            old=$(receipts key show | sed -n '1s/ .*//p')
            receipts key revoke "$old" --reason lost --since 2026-01-08T02:30:00Z --at 2026-01-09T04:00:00Z && receipts publish --at 2026-01-09T05:00:00Z
            """)
        let walked = try sandbox.run("cd output/2026-01/r1 && sh proof/verify.sh.txt anchors")
        let way = "./anchors/e8.checkpoint.txt: by way of entry 4: signed by the key before, REVOKED since 2026-01-08T02:30:00Z: not to be"
        #expect(walked.code == 1 && walked.output.contains(way), "\(walked)")
    }

    @Test func theArchiveOfARevocationIsVerifiedByItsOwnSteps() throws {
        let sandbox = try threeKeys()
        let keys = try fingerprints(sandbox)
        try sandbox.run(
            """
            receipts key revoke \(keys[1]) --reason 'agent broken into' --since 2026-02-10T00:00:00Z --at 2026-03-03T00:00:00Z
            receipts publish --period 2026-01 --at 2026-03-03T03:00:00Z; mkdir ../auditor; cp output/2026-01/*-r4.tar.zst* ../auditor
            cd ../auditor; bsdtar -xf *.tar.zst && cp */data/keys/allowed_signers */data/keys/revoked.krl .
            grep -hE '^ +ssh-keygen -Y' */data/VERIFY.txt | sed 's/A\\.tar\\.zst/receipts-2026-01-r4.tar.zst/g' > steps
            """)
        let answer = try sandbox.run("cd ../auditor; sh -ec \"$(sed -n 1p steps)\" && cd receipts-2026-01-r4 && sh -ec \"$(sed -n 2p ../steps)\"")
        #expect(answer.code == 0 && answer.lines.count == 2 && answer.lines.allSatisfy { $0.hasPrefix("Good \"receipts-") }, "\(answer.output)\(answer.errors)")
        #expect(try sandbox.run("grep -c -- '-r .*revoked.krl' ../auditor/steps").output == "2\n")
    }

    /// Whoever may write the ledger, and has no key, can append what they like: it is shown as nobody's word.
    @Test func anEntryThatNobodySignedNamesNoKeyAndNoRevision() throws {
        let sandbox = try Sandbox()
        try sandbox.takeUpSmallProgramme()
        try sandbox.done(
            """
            receipts collect --at 2026-01-08T02:00:00Z --randomness a && receipts publish --at 2026-01-08T03:00:00Z && receipts key show > ../honest
            ssh-keygen -q -t ed25519 -N '' -f ../theirs
            sqlite3 -readonly ledger/ledger.sqlite "SELECT CAST(bytes AS TEXT) FROM entry ORDER BY seq DESC LIMIT 1" | tr -d '\n' | sed 's/"revision":1/"revision":2/' > seal.json
            printf '{"at":"2026-01-08T04:00:00Z","key":"%s","type":"key"}' "$(cut -d' ' -f1,2 ../theirs.pub)" > key.json
            for file in seal.json key.json; do sqlite3 ledger/ledger.sqlite "INSERT INTO entry SELECT count(*), readfile('$file') FROM entry"; done
            """)
        let theirs = try sandbox.run("ssh-keygen -l -f ../theirs.pub | cut -d' ' -f2").lines[0]
        let honest = try sandbox.run("cat ../honest").lines
        let shown = try sandbox.run("receipts key show")
        #expect(shown.code == 0 && honest.count == 1 && honest[0].hasSuffix(", in force"), "\(shown)")
        #expect(shown.lines.count == 2 && shown.lines[0] == honest[0], "\(shown)")
        #expect(shown.lines[1].hasPrefix("\(theirs): entry 6 names it as the next key, is not signed and does not count"), "\(shown)")
        #expect(try sandbox.run("receipts key show --format json | jq -c '.[] | [.entry, .signed]'").lines == ["[0,true]", "[6,false]"])
        let status = try sandbox.run("receipts status")
        #expect(status.code == 1 && status.output.contains("published: 2026-01 r1, 2026-01 r2 (not signed)\n"), "\(status)")
        let collected = try sandbox.run("receipts collect --at 2026-01-09T02:00:00Z")
        #expect(collected.code == 1 && collected.errors.contains("entry 6 changes the keys and is not signed"), "\(collected)")
        #expect(!collected.errors.contains(theirs), "\(collected)")
    }
}
