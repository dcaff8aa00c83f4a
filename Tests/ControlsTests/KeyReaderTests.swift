import Controls
import Evidence
import Testing

struct KeyReaderTests {
    private func programme(_ key: String) throws -> Programme { try Small.programme(Small.programme + "\nkey: \(key)\n") }
    private func findings(_ key: String) -> [String] { ControlsTests.findings { _ = try programme(key) } }

    @Test func withoutTheKeyNothingIsSaid() throws {
        #expect(try Small.programme(Small.programme).keys == [])
    }

    @Test func eachKindIsRead() throws {
        #expect(try programme("{file: keys/a}").keys == [.file("keys/a")])
        #expect(try programme("{agent: keys/a.pub}").keys == [.agent(publicKey: "keys/a.pub", socket: nil)])
        #expect(try programme("{agent: /etc/a.pub, socket: /run/agent}").keys == [.agent(publicKey: "/etc/a.pub", socket: "/run/agent")])
        #expect(
            try programme("{command: [kms, sign, 'a b'], public: a.pub}").keys
                == [.command(["kms", "sign", "a b"], publicKey: "a.pub", timeout: .seconds(30))])
        #expect(
            try programme("[{file: a}, {command: [kms], public: b.pub, timeout: 2m}]").keys
                == [.file("a"), .command(["kms"], publicKey: "b.pub", timeout: .seconds(120))])
    }

    @Test(arguments: [
        ("{fil: keys/a}", "'fil' is not a key of a key\nreceipts: hint: did you mean 'file'?"),
        ("{file: a, socket: b}", "'socket' is not a key of a key\nreceipts: hint: one of: file"),
        ("{agent: a, sockets: b}", "'sockets' is not a key of a key\nreceipts: hint: did you mean 'socket'?"),
        ("{command: [a], publik: b}", "'publik' is not a key of a key\nreceipts: hint: did you mean 'public'?"),
        ("{file: a, agent: b}", "a key is one of 'file', 'agent' and 'command', found 2 of them"),
        ("{socket: a}", "a key needs one of 'file', 'agent' and 'command'"),
        ("{file: ../a}", "must be a path, absolute or inside the programme's folder, found '../a'"), ("{command: [a]}", "a key needs 'public'"),
        ("{command: [''], public: b}", "'command' names no program"), ("{command: [[a]], public: b}", "'command' holds words, found a list"),
        ("{command: [a], public: b, timeout: 0s}", "a time from 1s to 10m"), ("keys/a", "'key' must be a mapping, found 'keys/a'"),
        ("[{file: a}, {file: a}]", "'a' stands twice in 'key'"),
    ])
    func aMistakeIsNamed(key: String, says: String) {
        #expect(findings(key).contains { $0.contains(says) }, "\(findings(key))")
    }

    /// What is found is never repeated: messages end in logs.
    @Test(arguments: [
        ("|\n  -----BEGIN OPENSSH PRIVATE KEY-----\n  b3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n", "a private key", "b3Blbn"),
        ("{file: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'}", "a private key", "9d61b1"),
        ("{file: 'nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A='}", "a private key", "nWGxne"),
        ("{command: [sign, 'MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMRESclpezJpGXA7rAMcrn9g'], public: a}", "a private key", "MC4CAQ"),
        ("{file: $RECEIPTS_KEY}", "a variable of the environment", "RECEIPTS_KEY"), ("{file: '${KEY}'}", "a variable of the environment", "KEY}"),
        ("{command: [openssl, -passin, 'pass:hunter2'], public: a}", "a passphrase or PIN", "hunter2"),
        ("{command: [p11, 'pkcs11:object=k?pin-value=1234'], public: a}", "a passphrase or PIN", "1234"),
    ])
    func whatLooksLikeAKeyIsRefusedAndNotRepeated(key: String, what: String, secret: String) {
        let found = findings(key)
        #expect(found.count == 1 && found.allSatisfy { $0.contains("'key' holds what looks like \(what)") && !$0.contains(secret) }, "\(found)")
    }
}
