import Evidence
import Verification

/// Why a configured key does not sign. Never holds key material; what a program said is redacted and one line.
enum SignerError: Error, Hashable {
    /// No agent is known: neither `socket:` nor SSH_AUTH_SOCK names one.
    case noAgent
    case agentUnreachable(socket: String, reason: String)
    /// Empty, or locked: the protocol does not tell these apart.
    case agentEmpty(socket: String)
    case agentLacks(fingerprint: String, socket: String, held: [String])
    case agentRefused(fingerprint: String, socket: String)
    case agentMalformed(socket: String)
    case commandNotStarted(program: String, reason: String)
    case commandEnded(program: String, how: String, said: String)
    case commandTimedOut(program: String, after: Duration, said: String)
    case commandAnswered(program: String, bytes: Int)
    case commandSignedWrongly(program: String, fingerprint: String)

    var outcome: Outcome {
        switch self {
        case .noAgent, .agentEmpty, .agentLacks, .commandNotStarted, .commandAnswered, .commandSignedWrongly: .badInput
        case .agentUnreachable, .agentRefused, .agentMalformed, .commandEnded, .commandTimedOut: .inputOutput
        }
    }

    var diagnostic: Diagnostic {
        switch self {
        case .noAgent:
            .error("no SSH agent is known: SSH_AUTH_SOCK is not set", hint: "start one (eval \"$(ssh-agent)\"), or name it: key: {agent: …, socket: …}")
        case .agentUnreachable(let socket, let reason):
            .error("the SSH agent at '\(socket)' does not answer: \(reason)", hint: "is it running, and is its socket yours?")
        case .agentEmpty(let socket):
            .error("the SSH agent at '\(socket)' holds no key that it would show: it is empty or locked", hint: "ssh-add FILE loads a key, ssh-add -x unlocks")
        case .agentLacks(let fingerprint, let socket, let held):
            .error(
                "the SSH agent at '\(socket)' does not hold the key \(fingerprint)",
                hint: held.isEmpty ? "it holds no Ed25519 key; ssh-add FILE loads one" : "it holds \(held.joined(separator: ", ")); ssh-add FILE loads another")
        case .agentRefused(let fingerprint, let socket):
            .error(
                "the SSH agent at '\(socket)' refused to sign with \(fingerprint)",
                hint: "was it locked, did its key's time run out, or did nobody confirm? Run the same command again")
        case .agentMalformed(let socket): .error("what answers at '\(socket)' is not an SSH agent")
        case .commandNotStarted(let program, let reason):
            .error("the signing program '\(program)' cannot be started: \(reason)", hint: "command: [program, argument, …] in receipts.yaml; no shell reads it")
        case .commandEnded(let program, let how, let said):
            .error("the signing program '\(program)' \(how)\(said.isEmpty ? "" : ": \(said)")", hint: "nothing was signed; run the same command again")
        case .commandTimedOut(let program, let limit, let said):
            .error(
                "the signing program '\(program)' gave no signature within \(limit.components.seconds) s\(said.isEmpty ? "" : ": \(said)")",
                hint: "it was ended; 'timeout:' of the key gives it longer")
        case .commandAnswered(let program, let bytes):
            .error(
                "the signing program '\(program)' wrote \(bytes) bytes that are no Ed25519 signature",
                hint: "64 raw bytes or their base64 are expected; for openssl: pkeyutl -sign -rawin")
        case .commandSignedWrongly(let program, let fingerprint):
            .error(
                "what the signing program '\(program)' wrote is no signature by \(fingerprint)",
                hint: "does 'public:' name the key that it signs with, and does it sign its standard input as it is?")
        }
    }
}
