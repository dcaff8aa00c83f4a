import Glibc
import Seal

/// A key in a running SSH agent. Each question is a connection of its own; its private half never comes here.
struct AgentSigner: Sendable {
    let socket: String
    let key: PublicKey
    /// A person may have to confirm, or touch a token.
    private static let patience = 120

    /// Throws unless the agent holds the key at this moment.
    func signer() throws -> Signer {
        let held = try read { try SSHAgentMessage.identities(ask(SSHAgentMessage.requestIdentities)) }
        guard held.contains(key) else {
            if held.isEmpty { throw SignerError.agentEmpty(socket: socket) }
            throw SignerError.agentLacks(fingerprint: key.fingerprint, socket: socket, held: held.map(\.fingerprint).sorted())
        }
        return Signer(publicKey: key) { message in
            try read { try SSHAgentMessage.signature(ask(SSHAgentMessage.signRequest(key, message: message))) }
        }
    }

    private func read<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let refusal as SSHAgentMessage.Refusal {
            switch refusal {
            case .refused: throw SignerError.agentRefused(fingerprint: key.fingerprint, socket: socket)
            case .malformed: throw SignerError.agentMalformed(socket: socket)
            }
        }
    }

    // MARK: The wire

    private func ask(_ question: [UInt8]) throws -> [UInt8] {
        let descriptor = try connected()
        defer { close(descriptor) }
        let count = UInt32(question.count)
        try send(descriptor, [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> UInt32($0)) } + question)
        let length = try receive(descriptor, 4).reduce(0) { $0 << 8 | Int($1) }
        guard length > 0, length <= SSHAgentMessage.limit else { throw SignerError.agentMalformed(socket: socket) }
        return try receive(descriptor, length)
    }

    private func connected() throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(socket.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.count < room else { throw SignerError.agentUnreachable(socket: socket, reason: "the path is longer than \(room - 1) bytes") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure(errno) }
        var patience = timeval(tv_sec: AgentSigner.patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard status == 0 else {
            let code = errno
            close(descriptor)
            throw failure(code)
        }
        return descriptor
    }

    private func send(_ descriptor: Int32, _ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { throw failure(errno) }
            rest = rest.dropFirst(sent)
        }
    }

    private func receive(_ descriptor: Int32, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        while got < count {
            let read = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress.map { $0 + got }, count - got, 0) }
            if read == 0 { throw SignerError.agentUnreachable(socket: socket, reason: "it hung up") }
            guard read > 0 else { throw failure(errno) }
            got += read
        }
        return bytes
    }

    private func failure(_ code: Int32) -> SignerError {
        .agentUnreachable(socket: socket, reason: code == EAGAIN ? "no answer within \(AgentSigner.patience) s" : String(cString: strerror(code)))
    }
}
