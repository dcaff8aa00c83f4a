import Foundation

/// A program run by its arguments alone: no shell, a clean environment, nothing on standard input.
final class ChildProcess {
    private var pid: pid_t = 0
    private let output: Int32
    private let errors: Int32
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
    private var isWaitedFor = false

    init(_ program: String, _ arguments: [String], environment: [String]) throws(ReadProblem) {
        var ends: [Int32] = [-1, -1]
        var scratch = Array("/tmp/receipts-XXXXXX".utf8CString)
        let errors = mkstemp(&scratch)
        guard errors >= 0, pipe(&ends) == 0 else { throw ReadProblem("no pipe to '\(program)': \(String(cString: strerror(errno)))") }
        unlink(scratch)
        for descriptor in ends + [errors] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        output = ends[0]
        self.errors = errors
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        let status = ChildProcess.withCStrings([program] + arguments) { argv in
            ChildProcess.withCStrings(environment) { posix_spawn(&pid, program, &actions, nil, argv, $0) }
        }
        posix_spawn_file_actions_destroy(&actions)
        close(ends[1])
        if status != 0 {
            isWaitedFor = true
            throw ReadProblem("'\(program)' cannot be started: \(String(cString: strerror(status)))")
        }
    }

    deinit {
        if !isWaitedFor {
            kill(pid, SIGKILL)
            var status: Int32 = 0
            waitpid(pid, &status, 0)
        }
        close(output)
        close(errors)
        buffer.deallocate()
    }

    /// The next bytes of standard output, valid until the next call; empty at its end.
    func next() throws(ReadProblem) -> UnsafeRawBufferPointer {
        var count = -1
        repeat { count = read(output, buffer.baseAddress, buffer.count) } while count < 0 && errno == EINTR
        guard count >= 0 else { throw ReadProblem("the output of a program cannot be read: \(String(cString: strerror(errno)))") }
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }

    /// Waits for the end; nil if it went well, else the first line of what the program said.
    func finish() -> String? {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        isWaitedFor = true
        if status == 0 { return nil }
        var said = [UInt8](repeating: 0, count: 512)
        let count = pread(errors, &said, said.count, 0)
        let line = String(decoding: said.prefix(max(0, count)).prefix { $0 != 10 }, as: UTF8.self)
        return line.isEmpty ? "it ended with status \(status >> 8)" : line
    }

    private static func withCStrings<R>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
        let copies = texts.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }
}
