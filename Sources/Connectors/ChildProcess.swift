import CPosix
import Foundation

/// A program run by its arguments alone: no shell, a clean environment, nothing on standard input. It does not outlive the thread that started it.
final class ChildProcess {
    private var pid: pid_t = 0
    private let program: String
    private let output: Int32
    private let errors: Int32
    /// The beginning of standard error; what comes after it is read and left, so that the program is not held up.
    private var complaint: [UInt8] = []
    private static let complaintLimit = 1 << 18
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: ChildProcess.chunk, alignment: 16)
    /// The most bytes of its output that come at once.
    static let chunk = 1 << 17
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
        var errorEnds: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ChildProcess.noPipe(program) }
        guard pipe(&errorEnds) == 0 else {
            ends.forEach { close($0) }
            throw ChildProcess.noPipe(program)
        }
        for descriptor in ends + errorEnds { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(errorEnds[0], F_SETFL, O_NONBLOCK)
        output = ends[0]
        errors = errorEnds[0]
        self.program = program
        self.isOverdue = isOverdue
        var started: pid_t = 0
        let status = ChildProcess.withCStrings([program] + arguments) { argv in
            ChildProcess.withCStrings(environment) { receipts_spawn(&started, program, argv, $0, folder, ends[1], errorEnds[1]) }
        }
        pid = started
        close(ends[1])
        close(errorEnds[1])
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

    private static func noPipe(_ program: String) -> ReadProblem { ReadProblem("no pipe to '\(program)': \(String(cString: strerror(errno)))") }

    /// The next bytes of standard output, valid until the next call; empty at its end.
    func next() throws(ReadProblem) -> UnsafeRawBufferPointer {
        try awaitOutput()
        var count = -1
        repeat { count = read(output, buffer.baseAddress, buffer.count) } while count < 0 && errno == EINTR
        guard count >= 0 else { throw ReadProblem("the output of '\(program)' cannot be read: \(String(cString: strerror(errno)))") }
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }

    private func awaitOutput() throws(ReadProblem) {
        var quiet = 0
        while true {
            try requireTime()
            var ends = [pollfd(fd: output, events: Int16(POLLIN), revents: 0), pollfd(fd: isSilent ? -1 : errors, events: Int16(POLLIN), revents: 0)]
            let ready = poll(&ends, 2, 100)
            if ready > 0, ends[1].revents != 0 { listen() }
            if ready > 0, ends[0].revents != 0 { return }
            quiet = ready == 0 && hasEnded ? quiet + 1 : 0
            // What it left in the background may still have something to write; for how long nobody can say.
            if quiet >= ChildProcess.patience {
                throw ReadProblem("'\(program)' ended, and what it started holds its output open: whether all came is not known")
            }
        }
    }
    /// Tenths of a second without a byte.
    private static let patience = 50
    /// Nobody can write to standard error any more.
    private var isSilent = false

    /// Asked without taking its status, which `end` wants.
    private var hasEnded: Bool {
        var found = siginfo_t()
        return waitid(P_PID, id_t(pid), &found, WEXITED | WNOHANG | WNOWAIT) == 0 && found.si_signo == SIGCHLD
    }

    private func listen() {
        while !isSilent {
            var said = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(errors, &said, said.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return isSilent = errno != EAGAIN }
            isSilent = count == 0
            complaint += said.prefix(min(count, ChildProcess.complaintLimit - complaint.count))
        }
    }

    private func requireTime() throws(ReadProblem) {
        if isOverdue() { throw ReadProblem("'\(program)' did not end in time and was stopped") }
    }

    /// Waits for the end, which may come after that of the output.
    func end() throws(ReadProblem) -> End {
        var status: Int32 = 0
        while true {
            let answer = waitpid(pid, &status, WNOHANG)
            listen()
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

    /// What it wrote to standard error, from the beginning; at most 256 KiB of it.
    func said(atMost limit: Int) -> [UInt8] { Array(complaint.prefix(limit)) }

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
