/// How the programme signs: one way of reaching one key. Paths are as `receipts.yaml` has them, from the programme's folder or absolute.
package enum KeySetting: Hashable, Sendable {
    /// An unencrypted OpenSSH private key file that only its owner can read.
    case file(String)
    /// A key that an SSH agent holds: its public key file, and the agent's socket if not the one of SSH_AUTH_SOCK.
    case agent(publicKey: String, socket: String?)
    /// A program and its arguments, no shell: the message on its standard input, the signature on its standard output.
    case command([String], publicKey: String, timeout: Duration)

    /// The file that tells this key from others.
    package var path: String {
        switch self {
        case .file(let path), .agent(let path, _), .command(_, let path, _): path
        }
    }
}
