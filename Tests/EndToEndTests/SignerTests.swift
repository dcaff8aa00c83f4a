import Foundation
import Testing

/// Keys that are not a file of ours: a real ssh-agent, a program that signs.
@Suite struct SignerTests {
    private func small(_ key: String) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.takeUpSmallProgramme()
        try sandbox.run("printf '%s\\n' 'key: \(key)' >> receipts.yaml")
        return sandbox
    }

    /// An agent at ../agent that ends with the shell, then the commands. A test's threads block the milder signals, and so do their children.
    private static let agent = """
        rm -f ../agent; eval "$(ssh-agent -a ../agent)" > /dev/null; trap 'kill -9 $SSH_AGENT_PID' EXIT
        export SSH_ASKPASS_REQUIRE=force SSH_ASKPASS=../word
        printf '#!/bin/sh\\necho word\\n' > ../word; chmod +x ../word

        """

    /// Checkpoints, the portal's manifest and both of the archive's signatures verify with the programs of others.
    private static let published = """
        set -e
        receipts collect --at 2026-01-08T02:00:00Z --randomness r > /dev/null
        receipts publish --period 2026-01 --at 2026-01-08T03:00:00Z > /dev/null
        receipts verify ledger --accept-unanchored
        receipts verify portal output/2026-01/r1 --accept-unanchored
        receipts verify archive output/2026-01/receipts-2026-01-r1.tar.zst --accept-unanchored
        (cd output/2026-01/r1 && sh proof/verify.sh.txt checkpoint)

        """

    private func expectPublished(_ sandbox: Sandbox, _ setup: String) throws {
        let answer = try sandbox.run(setup + SignerTests.published)
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        let fingerprint = try sandbox.run("ssh-keygen -l -f keys/signing_ed25519.pub | cut -d' ' -f2").output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(fingerprint.hasPrefix("SHA256:"))
        #expect(answer.output.components(separatedBy: "signed by: \(fingerprint)").count == 4, "\(answer.output)")
        #expect(answer.output.contains("checkpoint: signature verified"))
    }

    @Test func anAgentSignsEverythingAndTheKeyNeedNotBeThere() throws {
        let sandbox = try small("{agent: keys/signing_ed25519.pub}")
        try expectPublished(sandbox, SignerTests.agent + "ssh-add -q keys/signing_ed25519; rm keys/signing_ed25519\n")
    }

    @Test func anEncryptedKeySignsThroughTheAgentAtItsSocket() throws {
        let sandbox = try small("{agent: keys/signing_ed25519.pub, socket: ../agent}")
        #expect(try sandbox.run("receipts check").errors.contains("'socket' of a key must be a path"))
        try sandbox.run("sed -i \"s#socket: ../agent#socket: $(cd ..; pwd)/agent#\" receipts.yaml")
        try expectPublished(
            sandbox, SignerTests.agent + "ssh-keygen -q -p -N word -f keys/signing_ed25519; ssh-add -q keys/signing_ed25519; unset SSH_AUTH_SOCK\n")
    }

    @Test func anEncryptedKeyFileIsRefusedWithTheWayOut() throws {
        let sandbox = try small("{file: keys/signing_ed25519}")
        let answer = try sandbox.run("ssh-keygen -q -p -N word -f keys/signing_ed25519; receipts collect")
        #expect(answer.code == 2)
        #expect(
            answer.errors == """
                receipts: error: ./keys/signing_ed25519: the private key is encrypted, and this program asks for no passphrase
                receipts: hint: load it into an agent (ssh-add './keys/signing_ed25519') and write key: {agent: keys/signing_ed25519.pub} in receipts.yaml

                """)
    }

    @Test(arguments: [
        ("unset SSH_AUTH_SOCK;", "no SSH agent is known", 2), ("SSH_AUTH_SOCK=../nobody;", "'../nobody' does not answer: No such file", 74),
        ("ssh-add -q -D;", "it is empty or locked", 2), ("ssh-add -q -x;", "it is empty or locked", 2),
        ("ssh-add -q -D; ssh-keygen -q -t ed25519 -N '' -f ../other; ssh-add -q ../other;", "does not hold the key SHA256:", 2),
        ("ssh-add -q -D; ssh-keygen -q -t rsa -N '' -f ../other; ssh-add -q ../other;", "it is empty or locked", 2),
        ("ssh-add -q -D; ssh-add -q -c keys/signing_ed25519; printf '#!/bin/sh\\nexit 1\\n' > ../word;", "refused to sign with SHA256:", 74),
        (
            "python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.bind(\"../web\"); s.listen(); c = s.accept()[0]; c.recv(99); c.send(b\"HTTP/1.1 400 Bad\")' &"
                + "while [ ! -S ../web ]; do sleep 0.05; done; SSH_AUTH_SOCK=../web;", "at '../web' is not an SSH agent", 74
        ),
    ])
    func anAgentThatDoesNotSignIsNamedWithTheReason(setup: String, says: String, code: Int32) throws {
        let sandbox = try small("{agent: keys/signing_ed25519.pub}")
        // The ledger is begun while all is well; afterwards nothing may be lost by what the agent does.
        let begin = SignerTests.agent + "ssh-add -q keys/signing_ed25519; receipts collect --at 2026-01-06T02:00:00Z > /dev/null\n"
        let answer = try sandbox.run(begin + setup + " receipts collect --at 2026-01-07T02:00:00Z")
        #expect(answer.code == code && answer.errors.contains(says), "\(answer.code) \(answer.errors)")
        #expect(answer.errors.contains("receipts: hint: ") || code == 74)
        let verified = try sandbox.run("receipts verify ledger --accept-unanchored")
        #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
        let after = try sandbox.run(SignerTests.agent + "ssh-add -q keys/signing_ed25519; receipts collect --at 2026-01-08T02:00:00Z > /dev/null")
        #expect(after.code == 0, "\(after.errors)")
    }

    // MARK: A program

    /// As a key in a KMS would be: made by openssl, of which only the public half is in the programme.
    private static let openssl = """
        openssl genpkey -algorithm ed25519 -out ../kms.pem
        { printf 'ssh-ed25519 '; { printf '\\0\\0\\0\\013ssh-ed25519\\0\\0\\0\\040'; openssl pkey -in ../kms.pem -pubout -outform DER | tail -c 32; } | base64 -w0
          echo; } > keys/signing_ed25519.pub
        rm keys/signing_ed25519

        """

    @Test(arguments: ["openssl, pkeyutl, -sign, -rawin, -inkey, ../kms.pem, -in, /dev/stdin", "../base64"]) func aProgramSigns(words: String) throws {
        let sandbox = try small("{command: [\(words)], public: keys/signing_ed25519.pub, timeout: 20s}")
        let script = "printf '#!/bin/sh\\nopenssl pkeyutl -sign -rawin -inkey ../kms.pem -in /dev/stdin | base64 -w 40\\n' > ../base64; chmod +x ../base64\n"
        try expectPublished(sandbox, SignerTests.openssl + script)
    }

    @Test(arguments: [
        ("echo nonsense", "wrote 9 bytes that are no Ed25519 signature", 2),
        ("printf %064d 0", "what the signing program 'sh' wrote is no signature by SHA256:", 2),
        ("openssl genpkey -algorithm ed25519 -out k; openssl pkeyutl -sign -rawin -inkey k -in /dev/stdin", "'sh' wrote is no signature by SHA256:", 2),
        ("echo; echo 'denied for ana@example.com,\tas always' >&2; echo more >&2; exit 3", "ended with 3: denied for [redacted:email], as always\n", 74),
        ("kill -9 $$", "was ended by signal 9\n", 74), ("echo waiting >&2; sleep 60 & sleep 60", "gave no signature within 1 s: waiting\n", 74),
        ("head -c 300000000 /dev/zero", "wrote 4097 bytes that are no", 2),
    ])
    func aProgramThatDoesNotSignIsNamedWithTheReason(script: String, says: String, code: Int32) throws {
        let sandbox = try small("{command: [sh, -c, \". ../sign\"], public: keys/signing_ed25519.pub, timeout: 1s}")
        try sandbox.run("cat > ../sign <<'END'\n\(script)\nEND\n")
        let answer = try sandbox.run("receipts collect --at 2026-01-08T02:00:00Z")
        #expect(answer.code == code && answer.errors.contains(says), "\(answer.code) \(answer.errors)")
        #expect(!answer.errors.contains("ana@") && !answer.errors.contains("more"))
    }

    @Test func aProgramThatIsNotThereIsNamed() throws {
        let sandbox = try small("{command: [no-such-signer], public: keys/signing_ed25519.pub}")
        let answer = try sandbox.run("receipts collect")
        #expect(answer.code == 2 && answer.errors.contains("the signing program 'no-such-signer' cannot be started: No such file"), "\(answer.errors)")
    }

    // MARK: What is no place for a key

    @Test func aKeyInTheEnvironmentIsRefused() throws {
        let sandbox = try small("{file: keys/signing_ed25519}")
        let answer = try sandbox.run("RECEIPTS_KEY=\"$(cat keys/signing_ed25519)\" receipts collect")
        #expect(answer.code == 2 && answer.errors.contains("'RECEIPTS_KEY' holds what looks like a private key"), "\(answer.errors)")
        #expect(!answer.errors.contains("BEGIN"))
    }

    @Test func aKeyOfAnotherKindIsFoundBeforeItIsNeeded() throws {
        let sandbox = try small("{file: keys/rsa}")
        let answer = try sandbox.run("ssh-keygen -q -t rsa -N '' -f keys/rsa; receipts check")
        #expect(answer.code == 2 && answer.errors.contains("keys/rsa: ") && answer.errors.contains("ssh-keygen -t ed25519"), "\(answer)")
    }

    @Test func aKeyFileThatOthersCanReadSignsNothing() throws {
        let sandbox = try small("{file: keys/signing_ed25519}")
        let answer = try sandbox.run("chmod 644 keys/signing_ed25519; receipts run")
        #expect(answer.code == 2 && answer.errors.contains("others than its owner can read the key"), "\(answer.errors)")
    }

    @Test func aReplacedKeyFileIsRefusedBeforeAnythingIsPulled() throws {
        let sandbox = try small("{file: keys/signing_ed25519}")
        let answer = try sandbox.run(
            """
            receipts collect --at 2026-01-08T02:00:00Z > /dev/null && rm keys/signing_ed25519* && ssh-keygen -q -t ed25519 -N '' -f keys/signing_ed25519
            sqlite3 ledger/ledger.sqlite 'SELECT count(*) FROM entry' > ../before
            receipts run --at 2026-01-09T02:00:00Z; code=$?
            sqlite3 ledger/ledger.sqlite 'SELECT count(*) FROM entry' | diff - ../before && exit $code
            """)
        #expect(
            answer.code == 2 && answer.errors.contains("and the key in force is SHA256:") && answer.errors.contains("receipts key rotate"), "\(answer.errors)")
    }
}
