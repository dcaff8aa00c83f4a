import CPosix
import Evidence
import Glibc
import Redaction
import Seal

/// A program that signs: for a key in a KMS, an HSM, a PKCS #11 token. The message goes to its standard input, whole; it answers with
/// the signature of 64 bytes, raw or as base64. It gets the environment and runs in the programme's folder.
struct CommandSigner: Sendable {
    let words: [String]
    let key: PublicKey
    let timeout: Duration
    let folder: String
    let environment: [String: String]

    private static let answerLimit = 4096

    func signer() -> Signer {
        Signer(publicKey: key) { message in try sign(message) }
    }

    private func sign(_ message: [UInt8]) throws -> [UInt8] {
        let signature = try signature(try run(message))
        guard key.isValid(signature: signature, for: message) else { throw SignerError.commandSignedWrongly(program: words[0], fingerprint: key.fingerprint) }
        return signature
    }

    private func signature(_ answer: [UInt8]) throws -> [UInt8] {
        if answer.count == 64 { return answer }
        let text = String(decoding: answer.filter { $0 != 10 && $0 != 13 && $0 != 32 }, as: UTF8.self)
        guard let signature = Base64.decode(text), signature.count == 64 else {
            throw SignerError.commandAnswered(program: words[0], bytes: answer.count)
        }
        return signature
    }

    /// What the program wrote, once it has ended well.
    private func run(_ message: [UInt8]) throws -> [UInt8] {
        let (input, output, errors) = (try Descriptor(holding: message), try Pipe(), try Pipe())
        let pid = try start(input, output, errors)
        for end in [input, output.writing, errors.writing] { end.close() }
        var said = (output: [UInt8](), errors: [UInt8]())
        let isInTime = collect(output.reading, errors.reading, into: &said)
        if !isInTime { kill(-pid, SIGKILL) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        guard isInTime else { throw SignerError.commandTimedOut(program: words[0], after: timeout, said: CommandSigner.oneLine(said.errors)) }
        guard status == 0 else {
            let how = status & 0x7f == 0 ? "ended with \(status >> 8 & 0xff)" : "was ended by signal \(status & 0x7f)"
            throw SignerError.commandEnded(program: words[0], how: how, said: CommandSigner.oneLine(said.errors))
        }
        return said.output
    }

    private func start(_ input: Descriptor, _ output: Pipe, _ errors: Pipe) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addchdir_np(&actions, folder)
        for (end, descriptor) in [(input, Int32(0)), (output.writing, 1), (errors.writing, 2)] {
            posix_spawn_file_actions_adddup2(&actions, end.descriptor, descriptor)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, so that what it started ends with it.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var pid: pid_t = 0
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let status = withCStrings(words) { argv in withCStrings(variables) { posix_spawnp(&pid, words[0], &actions, &attributes, argv, $0) } }
        guard status == 0 else { throw SignerError.commandNotStarted(program: words[0], reason: String(cString: strerror(status))) }
        return pid
    }

    /// Reads both until they end; false if the time ran out first. What is beyond a few thousand bytes is dropped.
    private func collect(_ output: Descriptor, _ errors: Descriptor, into said: inout (output: [UInt8], errors: [UInt8])) -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        var open = [output, errors]
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !open.isEmpty {
            let left = (deadline - clock.now).inNanoseconds / 1_000_000
            var polls = open.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            guard left > 0 else { return false }
            guard poll(&polls, nfds_t(polls.count), Int32(min(left, 1000))) >= 0 || errno == EINTR else { return false }
            for (poll, end) in zip(polls, open) where poll.revents != 0 {
                let count = read(end.descriptor, &buffer, buffer.count)
                if count <= 0 {
                    open.removeAll { $0 === end }
                } else if end === output {
                    said.output += buffer[..<min(count, CommandSigner.answerLimit + 1 - min(said.output.count, CommandSigner.answerLimit + 1))]
                } else {
                    said.errors += buffer[..<min(count, max(0, CommandSigner.answerLimit - said.errors.count))]
                }
            }
        }
        return true
    }

    /// The first line that says something, without what looks like a secret or a person, at most 200 bytes.
    static func oneLine(_ bytes: [UInt8]) -> String {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let first = lines.first(where: { $0.contains { !$0.isWhitespace } }) else { return "" }
        var text = Array(String(first).utf8.map { $0 < 32 || $0 == 127 ? 32 : $0 })
        for hit in LeakScan.scan(text).reversed() { text.replaceSubrange(hit.range, with: "[redacted:\(hit.rule.rawValue)]".utf8) }
        return String(decoding: text.prefix(200), as: UTF8.self) + (text.count > 200 ? "…" : "")
    }
}

/// Closed when it is let go of, and not inherited.
private final class Descriptor {
    let descriptor: Int32
    private var isOpen = true
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// A file without a name, read from its beginning: openssl wants to know how long its input is, which no pipe says.
    convenience init(holding bytes: [UInt8]) throws {
        var name = Array("/tmp/receipts-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw FileError(path: "/tmp", code: errno) }
        self.init(descriptor)
        unlink(name)
        guard bytes.withUnsafeBytes({ pwrite(descriptor, $0.baseAddress, $0.count, 0) }) == bytes.count else { throw FileError(path: "/tmp", code: errno) }
    }

    deinit { close() }
    func close() {
        if isOpen { Glibc.close(descriptor) }
        isOpen = false
    }
}

private struct Pipe {
    let reading: Descriptor
    let writing: Descriptor

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw FileError(path: "pipe", code: errno) }
        (reading, writing) = (Descriptor(ends[0]), Descriptor(ends[1]))
    }
}

private func withCStrings<R>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    let copies = texts.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies + [nil])
}
