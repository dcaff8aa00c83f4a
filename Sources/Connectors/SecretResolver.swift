import Foundation
import Evidence

/// Fetches a secret when it is needed. What it says of a failure names the place and never the secret.
struct SecretResolver {
    let root: String
    let environment: [String: String]
    let stopwatch: @Sendable (Duration) -> @Sendable () -> Bool

    private static let limit = 16_384

    init(_ request: PullRequest) {
        root = request.root
        environment = request.environment
        stopwatch = request.limits.stopwatch
    }

    func resolve(_ reference: SecretReference) throws(ReadProblem) -> String {
        let bytes: [UInt8]
        switch reference {
        case .file(let path): bytes = try file(path.hasPrefix("/") ? path : root + "/" + path, reference)
        case .credential(let name):
            guard let folder = environment["CREDENTIALS_DIRECTORY"], folder.hasPrefix("/") else {
                throw ReadProblem("\(reference.shown) is not there: systemd handed over none (CREDENTIALS_DIRECTORY is not set)")
            }
            bytes = try file(folder + "/" + name, reference)
        case .command(let words): bytes = try output(words, reference)
        case .environment(let name):
            guard let value = environment[name] else { throw ReadProblem("the environment has no '\(name)'") }
            bytes = Array(value.utf8)
        }
        var text = bytes[...]
        while let last = text.last, last == 10 || last == 13 { text = text.dropLast() }
        guard !text.isEmpty else { throw ReadProblem("\(reference.shown) holds no secret") }
        guard text.count <= SecretResolver.limit, !text.contains(where: { $0 < 32 || $0 == 127 }), let secret = String(validating: text, as: UTF8.self) else {
            throw ReadProblem("\(reference.shown) holds no secret of one line")
        }
        return secret
    }

    /// Only one that is the user's own, or root's as systemd makes them, and that nobody else may read or write.
    private func file(_ path: String, _ reference: SecretReference) throws(ReadProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ReadProblem("\(reference.shown) cannot be read: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { throw ReadProblem("\(reference.shown) is no file") }
        let isCredential = if case .credential = reference { true } else { false }
        guard facts.st_uid == geteuid() || isCredential && facts.st_uid == 0 else {
            throw ReadProblem("\(reference.shown) belongs to somebody else, and is not used")
        }
        guard facts.st_mode & 0o077 == 0 || isCredential && facts.st_mode & 0o007 == 0 else {
            throw ReadProblem("\(reference.shown) may be read by others, and is not used: chmod 600")
        }
        var bytes = [UInt8](repeating: 0, count: SecretResolver.limit + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { break }
            count += got
        }
        return Array(bytes.prefix(count))
    }

    private func output(_ words: [String], _ reference: SecretReference) throws(ReadProblem) -> [UInt8] {
        let home = environment["HOME"].map { ["HOME=" + $0] } ?? []
        let usual = ["PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin", "LC_ALL=C.UTF-8", "TZ=UTC"]
        let child = try ChildProcess(
            words.first ?? "", Array(words.dropFirst()), environment: usual + home, folder: root, isOverdue: stopwatch(.seconds(30)))
        var bytes: [UInt8] = []
        while true {
            let chunk = try child.next()
            if chunk.isEmpty { break }
            bytes += chunk
            guard bytes.count <= SecretResolver.limit + 1 else { throw ReadProblem("\(reference.shown) wrote no secret of one line") }
        }
        // What it says of its failure may repeat what it was asked for.
        guard try child.end() == .status(0) else { throw ReadProblem("\(reference.shown) failed, and no secret was had") }
        return bytes
    }
}
