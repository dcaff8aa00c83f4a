import CPosix
import Foundation

/// A program run by its arguments alone: no shell, a clean environment, nothing on standard input. It does not outlive the thread that started it.
final class ChildProcess {
    private var pid: pid_t = 0
    private let program: String
    private let output: Int32
    private let errors: Int32
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
    private var isWaitedFor = false
    private let isOverdue: @Sendable () -> Bool

    /// How a program ended.
    enum End: Equatable {
        case status(Int32)
        case signal(Int32)
    }

    /// `folder`: where it runs; nil: where this process does. `isOverdue` is asked about ten times a second while nothing comes.
    init(
        _ program: String, _ arguments: [String], environment: [String], folder: String? = nil, isOverdue: @escaping @Sendable () -> Bool = { false }
    ) throws(ReadProblem) {
        var ends: [Int32] = [-1, -1]
        var scratch = Array("/tmp/receipts-XXXXXX".utf8CString)
        let errors = mkstemp(&scratch)
        guard errors >= 0, pipe(&ends) == 0 else { throw ReadProblem("no pipe to '\(program)': \(String(cString: strerror(errno)))") }
        unlink(scratch)
        for descriptor in ends + [errors] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        output = ends[0]
        self.errors = errors
        self.program = program
        self.isOverdue = isOverdue
        var started: pid_t = 0
        let status = ChildProcess.withCStrings([program] + arguments) { argv in
            ChildProcess.withCStrings(environment) { receipts_spawn(&started, program, argv, $0, folder, ends[1], errors) }
        }
        pid = started
        close(ends[1])
        if status != 0 {
            isWaitedFor = true
            throw ReadProblem("'\(program)' cannot be started: \(String(cString: strerror(status)))")
        }
    }

    deinit {
        kill()
        close(output)
        close(errors)
        buffer.deallocate()
    }

    /// The program and whatever it started that stayed in its group.
    func kill() {
        guard !isWaitedFor else { return }
        Foundation.kill(-pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        isWaitedFor = true
    }

    /// The next bytes of standard output, valid until the next call; empty at its end.
    func next() throws(ReadProblem) -> UnsafeRawBufferPointer {
        var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        repeat { try requireTime() } while poll(&waiting, 1, 100) <= 0
        var count = -1
        repeat { count = read(output, buffer.baseAddress, buffer.count) } while count < 0 && errno == EINTR
        guard count >= 0 else { throw ReadProblem("the output of '\(program)' cannot be read: \(String(cString: strerror(errno)))") }
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }

    private func requireTime() throws(ReadProblem) {
        if isOverdue() { throw ReadProblem("'\(program)' did not end in time and was stopped") }
    }

    /// Waits for the end, which may come after that of the output.
    func end() throws(ReadProblem) -> End {
        var status: Int32 = 0
        while true {
            let answer = waitpid(pid, &status, WNOHANG)
            if answer == pid { break }
            guard answer == 0 || errno == EINTR else { throw ReadProblem("'\(program)' cannot be waited for: \(String(cString: strerror(errno)))") }
            try requireTime()
            usleep(2_000)
        }
        isWaitedFor = true
        // What it left behind in its group ends with it.
        Foundation.kill(-pid, SIGKILL)
        return status & 0x7f == 0 ? .status(status >> 8 & 0xff) : .signal(status & 0x7f)
    }

    /// What it wrote to standard error, from the beginning.
    func said(atMost limit: Int) -> [UInt8] {
        var said = [UInt8](repeating: 0, count: limit)
        let count = pread(errors, &said, limit, 0)
        return Array(said.prefix(max(0, count)))
    }

    /// Waits for the end; nil if it went well, else the first line of what the program said.
    func finish() throws(ReadProblem) -> String? {
        let end = try end()
        if end == .status(0) { return nil }
        let line = String(decoding: said(atMost: 512).prefix { $0 != 10 }, as: UTF8.self)
        guard line.isEmpty else { return line }
        switch end {
        case .status(let code): return "it ended with status \(code)"
        case .signal(let number): return "it was ended by signal \(number)"
        }
    }

    private static func withCStrings<R>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
        let copies = texts.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }
}
