import Evidence
import Seal
import Testing

@Suite struct SSHAgentMessageTests {
    private func string(_ bytes: [UInt8]) -> [UInt8] { [0, 0, UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes }
    private func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

    @Test func identitiesOfOtherTypesAreLeftOut() throws {
        let blob = try string("ssh-ed25519") + string(key().publicKey.bytes)
        let answer = [12, 0, 0, 0, 2] + string(string("ssh-rsa") + string([1, 2])) + string("old") + string(blob) + string("")
        #expect(try SSHAgentMessage.identities(answer) == [key().publicKey])
        for count in answer.indices { #expect(throws: SSHAgentMessage.Refusal.malformed) { try SSHAgentMessage.identities(Array(answer[..<count])) } }
        #expect(throws: SSHAgentMessage.Refusal.malformed) { try SSHAgentMessage.identities(answer + [0]) }
        #expect(throws: SSHAgentMessage.Refusal.malformed) { try SSHAgentMessage.identities([12, 255, 255, 255, 255]) }
    }

    @Test func aSignatureIsSixtyFourBytesOfItsType() throws {
        let bytes = [UInt8](repeating: 5, count: 64)
        #expect(try SSHAgentMessage.signature([14] + string(string("ssh-ed25519") + string(bytes))) == bytes)
        #expect(throws: SSHAgentMessage.Refusal.malformed) { try SSHAgentMessage.signature([14] + string(string("ssh-rsa") + string(bytes))) }
        #expect(throws: SSHAgentMessage.Refusal.malformed) { try SSHAgentMessage.signature([14] + string(string("ssh-ed25519") + string([1]))) }
        #expect(throws: SSHAgentMessage.Refusal.refused) { try SSHAgentMessage.signature([5]) }
        #expect(throws: SSHAgentMessage.Refusal.malformed) { try SSHAgentMessage.signature([]) }
    }

    @Test func aSignerGivesNoSignatureThatDoesNotVerify() throws {
        let (own, other) = (try key(), try key(8))
        #expect(try Signer(own).sign([1, 2]) == own.sign([1, 2]))
        let wrong = Signer(publicKey: own.publicKey) { try other.sign($0) }
        #expect(throws: SealError.wrongSignature(by: own.publicKey.fingerprint)) { try wrong.sign([1, 2]) }
    }
}
