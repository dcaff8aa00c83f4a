import Foundation
import Testing

/// Keys handed over and revoked by the program, and verified with the programs of others.
@Suite struct KeyTests {
    /// Three keys: the first of a file, the second in an agent, the third behind openssl; a publication by each.
    private static let original = Result { try makeThreeKeys() }

    /// A copy of it for one test.
    func threeKeys() throws -> Sandbox {
        let sandbox = try Sandbox()
        let copied = try sandbox.run(
            "cd .. && rm -r programme && cp -a '\(KeyTests.original.get().programme.path)' . && cp '\(KeyTests.original.get().folder.path)/kms.pem' .")
        try #require(copied.code == 0, "\(copied.errors)")
        return sandbox
    }

    private static func makeThreeKeys() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.takeUpSmallProgramme()
        let answer = try sandbox.run(
            """
            set -e
            mv keys/signing_ed25519 keys/a; mv keys/signing_ed25519.pub keys/a.pub
            ssh-keygen -q -t ed25519 -N '' -C '' -f keys/b
            openssl genpkey -algorithm ed25519 -out ../kms.pem
            raw() { printf '\\0\\0\\0\\013ssh-ed25519\\0\\0\\0\\040'; openssl pkey -in ../kms.pem -pubout -outform DER | tail -c 32; }
            { printf 'ssh-ed25519 '; raw | base64 -w0
              echo; } > keys/c.pub
            cat >> receipts.yaml <<'END'
            key:
              - {file: keys/a}
              - {agent: keys/b.pub}
              - {command: [openssl, pkeyutl, -sign, -rawin, -inkey, ../kms.pem, -in, /dev/stdin], public: keys/c.pub}
            END
            eval "$(ssh-agent -a ../agent)" > /dev/null; trap 'kill -9 $SSH_AGENT_PID' EXIT
            ssh-add -q keys/b; rm keys/b
            receipts collect --at 2026-01-08T02:00:00Z > /dev/null
            receipts publish --period 2026-01 --at 2026-01-08T03:00:00Z > /dev/null
            receipts key rotate --to keys/b.pub --reason 'yearly' --at 2026-02-01T00:00:00Z
            receipts publish --period 2026-01 --at 2026-02-01T01:00:00Z > /dev/null
            receipts collect --at 2026-02-02T02:00:00Z > /dev/null
            receipts key rotate --to "$(ssh-keygen -l -f keys/c.pub | cut -d' ' -f2)" --at 2026-03-01T00:00:00Z
            receipts collect --at 2026-03-02T02:00:00Z > /dev/null
            receipts publish --period 2026-01 --at 2026-03-02T03:00:00Z > /dev/null
            for key in a b c; do ssh-keygen -l -f keys/$key.pub | cut -d' ' -f2; done
            """)
        try #require(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(answer.lines.first == "handed over to \(answer.lines[3]), signed by the key before: entry 5", "\(answer.output)")
        return sandbox
    }

    func fingerprints(_ sandbox: Sandbox) throws -> [String] {
        try sandbox.run("for key in a b c; do ssh-keygen -l -f keys/$key.pub | cut -d' ' -f2; done").lines
    }

    /// Whoever was given the first key alone is led to the third.
    static let firstKeyOnly = "{ printf 'log '; cat keys/a.pub; } | cut -d' ' -f1-3 > ../first"
    private static let archives = (1...3).map { "output/2026-01/receipts-2026-01-r\($0).tar.zst" }

    @Test func everyVerifierWalksTheChain() throws {
        let sandbox = try threeKeys()
        let keys = try fingerprints(sandbox)
        try sandbox.run(KeyTests.firstKeyOnly)
        for command in [
            "receipts verify ledger", "receipts-verify ledger ledger --signer-state keys/head",
            "python3 $CHECKOUT/Tests/EndToEndTests/Fixtures/verify-ledger.py ledger/ledger.sqlite",
        ] {
            let answer = try sandbox.run("\(command)")
            #expect(answer.code == (command.hasPrefix("python3") ? 0 : 3), "\(answer.output)\(answer.errors)")
        }
        for revision in 1...3 {
            let said = revision == 1 ? "\(keys[0]), which is trusted" : "\(keys[revision - 1]), handed over to by \(keys[0]), which is trusted"
            for command in [
                "receipts verify portal output/2026-01/r\(revision)", "receipts verify archive \(KeyTests.archives[revision - 1])",
                "receipts reperform \(KeyTests.archives[revision - 1])", "receipts-verify archive \(KeyTests.archives[revision - 1])",
            ] {
                let answer = try sandbox.run("\(command) --allowed-signers ../first")
                #expect(answer.code == 3 && answer.output.contains("signed by: \(said)"), "\(command) \(answer.output)\(answer.errors)")
            }
            #expect(try sandbox.run("cd output/2026-01/r\(revision) && sh proof/verify.sh.txt checkpoint").code == 0)
            let walked = try sandbox.run(
                "cd output/2026-01/r\(revision) && sh proof/verify.sh.txt keys | sed -n 's/.* key: //p' | ssh-keygen -l -f - | cut -d' ' -f2")
            #expect(walked.lines == Array(keys[..<revision]), "\(walked.output)\(walked.errors)")
        }
        for (one, other, says) in [
            ("output/2026-01/r1", ".", "by \(keys[0]) and \(keys[2]), each in its time"),
            (KeyTests.archives[0], "output/2026-01/r3", "by \(keys[0]) and \(keys[2]), each in its time"),
            ("output/2026-01/r1/proof/checkpoint.txt", KeyTests.archives[1], "both by \(keys[0])"),
        ] {
            let answer = try sandbox.run("receipts compare \(one) \(other)")
            #expect(answer.output.contains(says) && answer.code != 1, "\(answer.output)\(answer.errors)")
        }
        let shown = try sandbox.run("receipts key show").lines
        #expect(
            shown == [
                "\(keys[0]) from 2026-01-08T02:00:00Z (entry 0), until 2026-02-01T00:00:00Z (entry 5)",
                "\(keys[1]) from 2026-02-01T00:00:00Z (entry 5), until 2026-03-01T00:00:00Z (entry 10)",
                "\(keys[2]) from 2026-03-01T00:00:00Z (entry 10), in force",
            ], "\(shown)")
    }

    @Test func sshKeygenTakesEachSignatureInItsKeysTimeAndNoOther() throws {
        let sandbox = try threeKeys()
        try sandbox.run("cp output/2026-01/r3/keys/allowed_signers ../allowed; cut -d' ' -f1 ../allowed | head -n 1 > ../origin")
        #expect(try sandbox.run("bsdtar -xOf \(KeyTests.archives[2]) receipts-2026-01-r3/data/keys/allowed_signers | cmp - ../allowed").code == 0)
        func verify(_ revision: Int, _ time: String, _ namespace: String = "receipts-archive@v1") throws -> Bool {
            let archive = KeyTests.archives[revision - 1]
            return try sandbox.run(
                "ssh-keygen -Y verify -O verify-time=\(time) -f ../allowed -I \"$(cat ../origin)\" -n \(namespace) -s \(archive).sig < \(archive)"
            ).code == 0
        }
        for (revision, inside, outside) in [
            (1, ["20260108020000Z", "20260201000000Z"], ["20260108015959Z", "20260201000001Z", "20260302030000Z"]),
            (2, ["20260201000000Z", "20260301000000Z"], ["20260131235959Z", "20260301000001Z"]),
            (3, ["20260301000000Z", "20300101000000Z"], ["20260228235959Z"]),
        ] {
            for time in inside { #expect(try verify(revision, time), "r\(revision) \(time)") }
            for time in outside { #expect(try !verify(revision, time), "r\(revision) \(time)") }
            #expect(try !verify(revision, inside[0], "receipts-site@v1"))
        }
        // The same windows, the same answers; and an archive under the name of another organisation's key.
        let answer = try sandbox.run(
            "sed 's/valid-before=\"20260201000000Z\"/valid-before=\"20260107000000Z\"/' ../allowed > ../narrow; receipts verify archive \(KeyTests.archives[0]) --allowed-signers ../narrow"
        )
        #expect(answer.code == 1 && answer.output.contains("is not allowed to sign at 2026-01-08T02:00:00Z"), "\(answer.output)")
        let other = try sandbox.run(
            "ssh-keygen -q -t ed25519 -N '' -f ../o; { printf 'other '; cat ../o.pub; } > ../other; receipts verify archive \(KeyTests.archives[2]) --allowed-signers ../other"
        )
        #expect(other.code == 1 && other.output.contains("signed by a key that is not allowed"), "\(other.output)")
        let space = try sandbox.run(
            "sed 's/receipts-archive@v1,//' ../allowed > ../fewer; receipts verify archive \(KeyTests.archives[2]) --allowed-signers ../fewer")
        #expect(space.code == 1 && space.output.contains("the signature beside the archive is refused"), "\(space.output)")
    }

    @Test func aChainThatWasTamperedWithIsFound() throws {
        let sandbox = try threeKeys()
        let keys = try fingerprints(sandbox)
        let sign = "ssh-keygen -q -Y sign -f ../../mine -n receipts-site@v1 manifest-sha256.txt 2> /dev/null"
        let again = "rm manifest-sha256.txt*; find . -type f | sed 's#^\\./##' | LC_ALL=C sort | xargs sha256sum > ../m; mv ../m manifest-sha256.txt; \(sign)"
        try sandbox.run("ssh-keygen -q -t ed25519 -N '' -C '' -f ../mine; \(KeyTests.firstKeyOnly); python3 -c 'pass'")
        for (change, says) in [
            // Whoever has none of the keys signs the portal anew.
            ("true", "and the key in force is \(keys[2])"),
            // And names themselves in the chain.
            ("sed -i \"s#AAAA[^\\\"]*#$(cut -d' ' -f2 ../../mine.pub)#\" keys/e10.entry.txt", "entry 10 is not vouched for by \(keys[1]), the key before"),
            ("rm keys/e10.proof.txt", "keys/e10.proof.txt: is missing"), ("rm keys/e5.*", "entry 10 is not vouched for by \(keys[0])"),
            ("cp keys/e5.proof.txt keys/e10.proof.txt", "it is of entry 5"), ("rm keys/*", "signed by a key that is not allowed"),
        ] {
            let forged = try sandbox.run(
                "rm -rf ../forged; mkdir ../forged; cp -r output/2026-01/r3 ../forged/r3; cd ../forged/r3; chmod -R u+w .; \(change) && \(again)")
            try #require(forged.code == 0, "\(forged.errors)")
            let answer = try sandbox.run("receipts verify portal ../forged/r3 --allowed-signers ../first")
            #expect(answer.code == 1 && answer.output.contains(says), "\(change): \(answer.output)\(answer.errors)")
            guard says.hasPrefix("entry 10") || says.hasPrefix("it is of") else { continue }
            #expect(try sandbox.run("cd ../forged/r3 && sh proof/verify.sh.txt keys").code != 0, "\(change)")
        }
    }

    // MARK: Refusals

    @Test func whatCannotBeHandedOverIsNotBegun() throws {
        let sandbox = try Sandbox()
        try sandbox.takeUpSmallProgramme()
        try sandbox.run(
            """
            mv keys/signing_ed25519 keys/a; ssh-keygen -q -t ed25519 -N '' -f keys/b; ssh-keygen -q -t ed25519 -N '' -f keys/c
            echo 'key: [{file: keys/a}, {file: keys/b}, {command: ["false"], public: keys/c.pub}]' >> receipts.yaml
            receipts collect --at 2026-01-08T02:00:00Z
            """)
        for (command, says) in [
            ("rotate --to keys/d", "receipts.yaml names no key 'keys/d'\nreceipts: hint: list it first: key: [{file: keys/a}, {file: keys/b}, "),
            ("rotate --to keys/c.pub", "the signing program 'false' ended with 1"), ("rotate --to keys/b --reason 'ask ana@example.com'", "looks like email"),
            ("rotate --to keys/b --reason ''", "a reason is one line"), ("rotate --to keys/b --at 2026-01-01T00:00:00Z", "the clock says 2026-01-01T00:00:00Z"),
            ("revoke SHA256:nobody --reason x --since 2026-01-08T02:00:00Z", "this ledger had no key 'SHA256:nobody'"),
            ("revoke $(ssh-keygen -l -f keys/a | cut -d' ' -f2) --reason x --since 2026-01-08T02:00:00Z", "is the key in force"),
        ] {
            let at = command.contains("--at") ? "" : " --at 2026-01-09T00:00:00Z"
            let answer = try sandbox.run("receipts key \(command)\(at)")
            #expect(answer.code != 0 && answer.errors.contains(says), "\(command): \(answer.output)\(answer.errors)")
        }
        #expect(try sandbox.run("sqlite3 ledger/ledger.sqlite 'SELECT count(*) FROM entry'").output == "4\n")
        let again = try sandbox.run("receipts key rotate --to keys/a --at 2026-01-09T00:00:00Z")
        #expect(again.code == 0 && again.output.contains("nothing was changed"), "\(again.errors)")
        // The new key alone does not go on, and the old one neither.
        try sandbox.run("receipts key rotate --to keys/b --at 2026-01-09T00:00:00Z; sed -i 's/, {file: keys.b}//' receipts.yaml")
        let answer = try sandbox.run("receipts run --at 2026-01-10T02:00:00Z")
        #expect(answer.code == 2 && answer.errors.contains("and the key in force is SHA256:"), "\(answer.errors)")
    }

    @Test func aHandoverThatWasKilledIsFinishedByTheSameAgain() throws {
        let sandbox = try Sandbox()
        try sandbox.takeUpSmallProgramme()
        let setup = try sandbox.run(
            """
            set -e
            mv keys/signing_ed25519 keys/k0; echo 'key:' >> receipts.yaml; echo '  - {file: keys/k0}' >> receipts.yaml
            for i in $(seq 0 12); do
                [ $i = 0 ] || ssh-keygen -q -t ed25519 -N '' -f keys/n$i; [ $i = 0 ] || echo "  - {file: keys/n$i}" >> receipts.yaml
            done
            receipts collect --at 2026-01-08T02:00:00Z
            start=$(date +%s%N); receipts key rotate --to keys/n12 --at 2026-01-09T00:00:00Z > /dev/null; echo $(($(date +%s%N) - start)) > ../length
            """)
        try #require(setup.code == 0, "\(setup.errors)")
        var killed = 0
        for i in 1...11 {
            // From its beginning to its end, in eleven steps.
            let answer = try sandbox.run(
                """
                receipts key rotate --to keys/n\(i) --at 2026-02-\(i + 9)T00:00:00Z > /dev/null &
                sleep "$(awk '{ print $1 / 1e9 * \(i) / 10 }' ../length)"; kill -9 $! 2> /dev/null; wait $!; code=$?
                receipts verify ledger --accept-unanchored > ../said || { cat ../said; exit 1; }
                receipts key rotate --to keys/n\(i) --at 2026-02-\(i + 9)T01:00:00Z || exit 1
                receipts verify ledger --accept-unanchored || exit 1
                exit $((code == 137 ? 7 : 0))
                """)
            #expect(answer.code == 0 || answer.code == 7, "\(i): \(answer.output)\(answer.errors)")
            if answer.code == 7 { killed += 1 }
        }
        #expect(killed > 0)
        #expect(try sandbox.run("receipts key show").lines.count == 13)
        #expect(try sandbox.run("receipts collect --at 2026-03-01T02:00:00Z").code == 0)
    }
}
