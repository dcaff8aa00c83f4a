import Evidence
import Foundation
import Testing

@testable import Seal

@Suite struct KeyTests {
    /// RFC 8032 section 7.1, TEST 2.
    @Test func signsAsRFC8032Says() throws {
        let seed = try #require(Hex.decode("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
        let key = try SigningKey(seed: seed)
        #expect(Hex.encode(key.publicKey.bytes) == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        let signature = try key.sign([0x72])
        #expect(Hex.encode(signature).hasPrefix("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"))
        #expect(try key.sign([0x72]) == signature)
        #expect(key.publicKey.isValid(signature: signature, for: [0x72]))
        #expect(!key.publicKey.isValid(signature: signature, for: [0x73]))
        #expect("\(key)" == "SigningKey")
    }

    /// S and S plus the group's order satisfy the same equation; only the smaller is a signature.
    @Test func aSecondSpellingOfASignatureIsRefused() throws {
        let key = try key()
        let order = try #require(Hex.decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"))
        var signature = try key.sign([1])
        #expect(key.publicKey.isValid(signature: signature, for: [1]))
        var carry = 0
        for i in 0..<32 {
            carry += Int(signature[32 + i]) + Int(order[i])
            signature[32 + i] = UInt8(carry & 255)
            carry >>= 8
        }
        #expect(!key.publicKey.isValid(signature: signature, for: [1]))
        #expect(!key.publicKey.isValid(signature: Array(signature.dropLast()), for: [1]))
    }

    @Test func wycheproofSignaturesGetTheirVerdict() throws {
        guard let folder = shared("vectors/ed25519/testvectors_v1") else { return }
        let json = try JSON.parse(Array(Data(contentsOf: folder.appendingPathComponent("ed25519_test.json"))))
        var agreed = 0
        for group in json["testGroups"]?.list ?? [] {
            let bytes = try #require(Hex.decode(group["publicKey"]?["pk"]?.text ?? ""))
            let key = try PublicKey(bytes)
            for test in group["tests"]?.list ?? [] {
                let message = try #require(Hex.decode(test["msg"]?.text ?? ""))
                let signature = try #require(Hex.decode(test["sig"]?.text ?? ""))
                if key.isValid(signature: signature, for: message) == (test["result"]?.text == "valid") { agreed += 1 }
            }
        }
        #expect(agreed == 151)
    }

    @Test func opensshReadsOurKeyFile() throws {
        let scratch = try Scratch()
        for comment in ["", "a", "receipts.example/log", "seven ch", "ünïcode"] {
            let key = try key()
            let text = SSHKeyFile.text(of: key, comment: comment)
            #expect(text == SSHKeyFile.text(of: key, comment: comment))
            try scratch.write("key", text.utf8)
            let public_ = try scratch.run("ssh-keygen -y -f key")
            #expect(public_.code == 0 && public_.output == key.publicKey.sshLine(comment: comment) + "\n")
            try scratch.write("key.pub", (key.publicKey.sshLine(comment: comment) + "\n").utf8)
            #expect(try scratch.run("ssh-keygen -l -f key.pub").output.contains(key.publicKey.fingerprint))
            let read = try SSHKeyFile.read(Array(text.utf8))
            #expect(read.key.publicKey == key.publicKey && read.comment == comment)
        }
    }

    @Test func weReadTheKeyFileOfOpenssh() throws {
        let scratch = try Scratch()
        #expect(try scratch.run("ssh-keygen -q -t ed25519 -N '' -C 'somebody@somewhere' -f key").code == 0)
        let read = try SSHKeyFile.read(scratch.read("key"))
        let line = String(decoding: try scratch.read("key.pub").dropLast(), as: UTF8.self)
        #expect(read.key.publicKey.sshLine(comment: read.comment) == line)
        #expect(try PublicKey(sshLine: line) == read.key.publicKey)
    }

    @Test func encryptedAndForeignKeyFilesAreRefused() throws {
        let scratch = try Scratch()
        #expect(try scratch.run("ssh-keygen -q -t ed25519 -a 1 -N secret -f locked && ssh-keygen -q -t ecdsa -N '' -f other").code == 0)
        #expect(throws: SealError.encryptedKey) { try SSHKeyFile.read(scratch.read("locked")) }
        #expect("\(SealError.encryptedKey)".contains("ssh-agent"))
        #expect(throws: SealError.self) { try SSHKeyFile.read(scratch.read("other")) }
        #expect(throws: SealError.self) { try SSHKeyFile.read([]) }
    }

    @Test func everyChangedByteOfAKeyFileIsRefusedOrIsInTheComment() throws {
        let key = try key()
        let text = Array(SSHKeyFile.text(of: key, comment: "").utf8)
        for i in text.indices {
            for bit in [UInt8(1), 0x20] {
                var changed = text
                changed[i] ^= bit
                if let read = try? SSHKeyFile.read(changed), read.key.publicKey != key.publicKey { Issue.record("byte \(i)") }
            }
        }
        for count in text.indices { #expect(throws: SealError.self) { try SSHKeyFile.read(Array(text[..<count])) } }
    }

    @Test func verifierKeysReadAsTheyPrint() throws {
        // The example of golang.org/x/mod/sumdb/note.
        let line = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        #expect(try VerifierKey(line).text == line)
        for bad in [
            "", "a+b", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "P N+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            #expect(throws: SealError.self) { try VerifierKey(bad) }
        }
        #expect(throws: SealError.self) { try VerifierKey(name: "two words", key: key().publicKey) }
        #expect(throws: SealError.self) { try VerifierKey(name: "a\u{00a0}b", key: key().publicKey) }
    }

    @Test func allowedSignersReadAsTheyPrint() throws {
        let signer = AllowedSigner(principal: "receipts.example/log", namespaces: ["archive@v1", "site@v1"], key: try key().publicKey)
        let plain = AllowedSigner(principal: "auditor", namespaces: [], key: try key(8).publicKey)
        #expect(try AllowedSigner.parse(Array("# who may sign\n\(signer.line)\n\n\(plain.line)\n".utf8)) == [signer, plain])
        #expect(throws: SealError.self) { try AllowedSigner.parse(Array("*,x ssh-ed25519 AAAA\n".utf8)) }
        #expect(throws: SealError.self) { try AllowedSigner.parse(Array(signer.line.utf8)) }
    }
}
