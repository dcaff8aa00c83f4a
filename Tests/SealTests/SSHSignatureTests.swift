import Foundation
import Testing

@testable import Seal

@Suite struct SSHSignatureTests {
    private let message = Array("manifest\n".utf8)
    private let namespace = "receipts-archive@v1"

    private func signature() throws -> SSHSignature {
        try SSHSignature(digest: SHA256Stream.digest(of: message), namespace: namespace, signer: signer())
    }

    @Test func sshKeygenVerifiesOurSignature() throws {
        let scratch = try Scratch()
        let signer = AllowedSigner(principal: "receipts.example", namespaces: [namespace], key: try key().publicKey)
        try scratch.write("allowed", (signer.line + "\n").utf8)
        try scratch.write("sig", signature().armored.utf8)
        try scratch.write("message", message)
        let verify = "ssh-keygen -Y verify -f allowed -I receipts.example -n"
        #expect(try scratch.run("\(verify) \(namespace) -s sig < message").code == 0)
        #expect(try scratch.run("\(verify) other@v1 -s sig < message").code != 0)
        #expect(try scratch.run("\(verify) \(namespace) -s sig < allowed").code != 0)
    }

    /// SHA-512 is what it takes by itself, SHA-256 what ours are made over.
    @Test(arguments: ["sha256", "sha512"])
    func weVerifyTheSignatureOfSshKeygenAndItEqualsOurs(hash: String) throws {
        let scratch = try Scratch()
        try scratch.write("key", SSHKeyFile.text(of: key(), comment: "test").utf8)
        try scratch.write("message", message)
        #expect(try scratch.run("ssh-keygen -Y sign -q -O hashalg=\(hash) -f key -n \(namespace) message").code == 0)
        let text = try scratch.read("message.sig")
        let read = try SSHSignature(armored: text)
        #expect(read.hash.rawValue == hash)
        try read.verify(digest: read.hash.digest(of: message), namespace: namespace, allowed: [key().publicKey])
        #expect(try (signature().armored == String(decoding: text, as: UTF8.self)) == (hash == "sha256"))
    }

    @Test func refusalsNameTheirReason() throws {
        let digest = SHA256Stream.digest(of: message).bytes
        let signature = try signature()
        #expect(throws: SealError.wrongNamespace(expected: "x", found: namespace)) {
            try signature.verify(digest: digest, namespace: "x", allowed: [key().publicKey])
        }
        #expect(throws: SealError.unknownSigner(try key().publicKey.fingerprint)) {
            try signature.verify(digest: digest, namespace: namespace, allowed: [key(8).publicKey])
        }
        #expect(throws: SealError.wrongSignature(by: try key().publicKey.fingerprint)) {
            try signature.verify(digest: SHA256Stream.digest(of: []).bytes, namespace: namespace, allowed: [key().publicKey])
        }
    }

    @Test func everyChangedByteOfASignatureIsRefused() throws {
        let digest = SHA256Stream.digest(of: message).bytes
        let text = Array(try signature().armored.utf8)
        let allowed = [try key().publicKey]
        for i in text.indices {
            for bit in [0, 5] {
                var changed = text
                changed[i] ^= 1 << bit
                do {
                    try SSHSignature(armored: changed).verify(digest: digest, namespace: namespace, allowed: allowed)
                    Issue.record("byte \(i) bit \(bit)")
                } catch {}
            }
        }
        for count in text.indices { #expect(throws: SealError.self) { try SSHSignature(armored: Array(text[..<count])) } }
        #expect(throws: SealError.self) { try SSHSignature(armored: text + [10]) }
    }
}
