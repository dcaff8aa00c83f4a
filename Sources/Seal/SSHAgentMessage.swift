/// The two questions that a signer asks an SSH agent, and its answers (RFC 9987). Only Ed25519.
///
/// On the wire each message stands behind its length in four bytes, big-endian; here it is without.
package enum SSHAgentMessage {
    /// An agent's answer is never larger: OpenSSH's own limit.
    package static let limit = 256 * 1024

    private static let failure: UInt8 = 5
    private static let identitiesAnswer: UInt8 = 12
    private static let signResponse: UInt8 = 14

    package enum Refusal: Error, Hashable {
        /// SSH_AGENT_FAILURE: locked, not confirmed, not there any more; the protocol does not say which.
        case refused
        case malformed
    }

    /// SSH_AGENTC_REQUEST_IDENTITIES. A locked agent answers that it has none.
    package static let requestIdentities: [UInt8] = [11]

    /// SSH_AGENTC_SIGN_REQUEST without flags: those are for RSA.
    package static func signRequest(_ key: PublicKey, message: [UInt8]) -> [UInt8] {
        var writer = SSHWriter()
        writer.raw([13])
        writer.string(key.sshBlob)
        writer.string(message)
        writer.number(0)
        return writer.bytes
    }

    /// The Ed25519 keys of the answer; keys of other types are left out.
    package static func identities(_ answer: [UInt8]) throws(Refusal) -> [PublicKey] {
        var reader = try opened(answer, as: identitiesAnswer)
        guard let count = reader.number(), count <= 4096 else { throw .malformed }
        var keys: [PublicKey] = []
        for _ in 0..<count {
            guard let blob = reader.string(), reader.string() != nil else { throw .malformed }
            if let key = try? PublicKey(sshBlob: blob) { keys.append(key) }
        }
        guard reader.isAtEnd else { throw .malformed }
        return keys
    }

    /// 64 bytes, not verified here.
    package static func signature(_ answer: [UInt8]) throws(Refusal) -> [UInt8] {
        var reader = try opened(answer, as: signResponse)
        guard let blob = reader.string(), reader.isAtEnd else { throw .malformed }
        var inner = SSHReader(blob)
        guard let type = inner.string(), type.elementsEqual(PublicKey.sshType.utf8), let signature = inner.string(), inner.isAtEnd, signature.count == 64
        else { throw .malformed }
        return signature
    }

    private static func opened(_ answer: [UInt8], as wanted: UInt8) throws(Refusal) -> SSHReader {
        guard let type = answer.first else { throw .malformed }
        if type == failure { throw .refused }
        guard type == wanted else { throw .malformed }
        return SSHReader(Array(answer.dropFirst()))
    }
}
