import Evidence
import Foundation
import Seal
import Testing

/// Lists and windows as OpenSSH's own programs read and write them.
@Suite struct RevocationListTests {
    private func made() throws -> Instant { try #require(Instant("2026-07-01T02:00:00.7Z")) }

    @Test func sshKeygenFindsTheRevokedKeyAndNoOther() throws {
        let folder = try Scratch()
        for number: UInt8 in 1...3 { try folder.write("k\(number).pub", try key(number).publicKey.sshLine().utf8 + [10]) }
        let list = RevocationList(keys: [try key(1).publicKey, try key(2).publicKey])
        try folder.write("revoked.krl", list.bytes(number: 2, made: try made(), comment: "a list"))
        for (number, word) in [(1, "REVOKED"), (2, "REVOKED"), (3, "ok")] {
            let (code, output) = try folder.run("ssh-keygen -Q -f revoked.krl k\(number).pub")
            #expect(output.contains(word) && (code == 0) == (word == "ok"), "\(output)")
        }
        let dump = try folder.run("TZ=UTC ssh-keygen -Q -l -f revoked.krl").output
        #expect(dump.contains("# KRL version 2") && dump.contains("# Generated at 20260701T020000") && dump.contains("# Comment: a list"), "\(dump)")
        #expect(dump.contains(try key(1).publicKey.fingerprint.dropFirst(0)) || dump.contains("hash: ") || dump.contains("ssh-ed25519"), "\(dump)")
    }

    /// Byte for byte what ssh-keygen writes, but for the time.
    @Test func theBytesAreThoseOfSSHKeygen() throws {
        let folder = try Scratch()
        for number: UInt8 in 1...4 { try folder.write("k\(number).pub", try key(number).publicKey.sshLine().utf8 + [10]) }
        #expect(try folder.run("ssh-keygen -q -k -f theirs.krl -z 7 k3.pub k1.pub k4.pub k2.pub").code == 0)
        var theirs = try folder.read("theirs.krl")
        let list = RevocationList(keys: Set(try (1...4).map { try key(UInt8($0)).publicKey }))
        let ours = list.bytes(number: 7, made: try made(), comment: "")
        theirs.replaceSubrange(20..<28, with: ours[20..<28])
        #expect(theirs == ours)
    }

    @Test func listsOfSSHKeygenAreRead() throws {
        let folder = try Scratch()
        for number: UInt8 in 1...3 { try folder.write("k\(number).pub", try key(number).publicKey.sshLine().utf8 + [10]) }
        try folder.write("spec", "key: \(try key(1).publicKey.sshLine())\nsha256: \(try key(2).publicKey.sshLine())\n".utf8)
        #expect(try folder.run("ssh-keygen -q -t rsa -N '' -f other && ssh-keygen -q -k -f theirs.krl spec other.pub").code == 0)
        let read = try RevocationList(folder.read("theirs.krl"))
        for (number, isRevoked) in [(UInt8(1), true), (2, true), (3, false)] { #expect(try read.contains(key(number).publicKey) == isRevoked, "\(number)") }
        try folder.write("spec", "sha1: \(try key(1).publicKey.sshLine())\n".utf8)
        #expect(try folder.run("ssh-keygen -q -k -f sha1.krl spec").code == 0)
        #expect(throws: SealError.self) { try RevocationList(folder.read("sha1.krl")) }
    }

    @Test func whatIsCutShortIsRefused() throws {
        let bytes = RevocationList(keys: [try key(1).publicKey]).bytes(number: 1, made: try made(), comment: "c")
        #expect(try RevocationList(bytes).contains(key(1).publicKey))
        let header = bytes.count - 5 - 4 - 51
        for count in bytes.indices where count != header { #expect(throws: SealError.self, "\(count)") { try RevocationList(Array(bytes[..<count])) } }
        #expect(throws: SealError.self) { try RevocationList([UInt8]("SSHKRL\n\u{1}".utf8) + bytes.dropFirst(8)) }
    }

    // MARK: Windows

    private func signed(_ folder: Scratch, _ namespace: String = "site@v1") throws {
        let message = Array("evidence\n".utf8)
        try folder.write("message", message)
        try folder.write("message.sig", Array(try SSHSignature(digest: SHA256Stream.digest(of: message), namespace: namespace, signer: signer()).armored.utf8))
    }

    @Test func sshKeygenTakesASignatureInTheKeysTimeOnly() throws {
        let folder = try Scratch()
        try signed(folder)
        let line = AllowedSigner(
            principal: "log", namespaces: ["site@v1"], validAfter: Instant("2026-01-05T02:00:00.5Z"),
            validBefore: Instant("2026-07-01T00:00:00.000000001Z"), key: try key().publicKey)
        #expect(line.line.hasPrefix(#"log namespaces="site@v1",valid-after="20260105020000Z",valid-before="20260701000001Z" ssh-ed25519 "#))
        try folder.write("allowed", Array((line.line + "\n").utf8))
        for (time, isTaken) in [
            ("20260105015959Z", false), ("20260105020000Z", true), ("20260301000000Z", true), ("20260701000001Z", true), ("20260701000002Z", false),
        ] {
            let command = "ssh-keygen -Y verify -f allowed -I log -n site@v1 -s message.sig -O verify-time=\(time) < message"
            let (code, output) = try folder.run(command)
            #expect((code == 0) == isTaken, "\(time): \(output)")
            #expect(line.isValid(at: try #require(Instant(instant(time)))) == isTaken, "\(time)")
            #expect(try folder.run(command.replacingOccurrences(of: "-n site@v1", with: "-n archive@v1")).code != 0)
            #expect(try folder.run(command.replacingOccurrences(of: "-I log", with: "-I somebody")).code != 0)
        }
        #expect(try AllowedSigner.parse(folder.read("allowed")) == [line])
        // Its own time, and revoked all the same.
        try folder.write("revoked.krl", RevocationList(keys: [try key().publicKey]).bytes(number: 1, made: try made(), comment: ""))
        let revoked = try folder.run("ssh-keygen -Y verify -f allowed -I log -n site@v1 -s message.sig -r revoked.krl -O verify-time=20260301000000Z < message")
        #expect(revoked.code != 0, "\(revoked.output)")
    }

    private func instant(_ time: String) -> String {
        let d = Array(time)
        return "\(String(d[0..<4]))-\(String(d[4..<6]))-\(String(d[6..<8]))T\(String(d[8..<10])):\(String(d[10..<12])):\(String(d[12..<14]))Z"
    }

    @Test(arguments: [
        #"log valid-after="20260105" ssh"#, #"log valid-after="2026010502Z" ssh"#, #"log cert-authority,namespaces="a" ssh"#,
        #"log namespaces="a",namespaces="b" ssh"#, #"log valid-before="20261305Z" ssh"#, #"log namespaces="a"valid-after="20260105Z" ssh"#,
    ])
    func anOptionThatIsNotUnderstoodIsRefused(line: String) throws {
        let text = line.replacingOccurrences(of: " ssh", with: " \(try key().publicKey.sshLine())\n")
        #expect(throws: SealError.self) { try AllowedSigner.parse(Array(text.utf8)) }
    }
}
