/// Why something sealed was refused. Every case is a refusal: there is no partial success.
package enum SealError: Error, Hashable, Sendable {
    /// What was being read when the bytes stopped making sense.
    package enum Form: String, Sendable {
        case note, checkpoint, proof = "tlog-proof", consistency = "consistency proof", verifierKey = "verifier key", signature = "SSH signature"
        case publicKey = "public key", privateKey = "private key", allowedSigners = "allowed_signers", revocationList = "key revocation list"
    }

    case malformed(Form, String)
    /// The private key file is protected by a passphrase, which this program never asks for.
    case encryptedKey
    /// No line of the note is by a key that the reader trusts.
    case noTrustedSignature
    /// A line claims to be by a trusted key and is not.
    case wrongSignature(by: String)
    /// Signed by a key that is not among those allowed.
    case unknownSigner(String)
    case wrongNamespace(expected: String, found: String)
    case wrongOrigin(expected: String, found: String)
    /// A tree without leaves proves nothing, so a proof from or into it is refused.
    case emptyTree
    case outsideTree(index: Int, size: Int)
    case shrunk(from: Int, to: Int)
    case wrongPathLength(expected: Int, found: Int)
    case rootMismatch
}

extension SealError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let form, let reason): "the \(form.rawValue) is malformed: \(reason)"
        case .encryptedKey: "the private key is encrypted: load it into ssh-agent and sign through the agent"
        case .noTrustedSignature: "no signature is by a trusted key"
        case .wrongSignature(let name): "the signature that names '\(name)' does not verify"
        case .unknownSigner(let key): "signed by a key that is not allowed: '\(key)'"
        case .wrongNamespace(let expected, let found): "the signature is for '\(found)', expected '\(expected)'"
        case .wrongOrigin(let expected, let found): "the checkpoint is of '\(found)', expected '\(expected)'"
        case .emptyTree: "a proof about an empty tree proves nothing"
        case .outsideTree(let index, let size): "entry \(index) is outside a tree of \(size)"
        case .shrunk(let from, let to): "the tree shrank from \(from) to \(to) entries"
        case .wrongPathLength(let expected, let found): "the path has \(found) hashes, expected \(expected)"
        case .rootMismatch: "the path does not lead to the root"
        }
    }
}
