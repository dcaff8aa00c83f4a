import Evidence
import Glibc
import Ledger
import Verification

/// The world outside: the only place where the program asks for the time, the environment, a terminal or chance.
package struct World: Sendable {
    /// Where relative paths begin; `-C` moves it.
    package var folder: String
    package let now: @Sendable () -> Instant
    package let environment: [String: String]
    /// The program's own file, for finding what was installed beside it.
    package let executable: String
    package let isErrorTerminal: Bool
    package let randomness: Randomness
    /// Its clock or chance was set from outside, which only a ledger that says so may see.
    package var isSimulated = false
    /// Results, whole lines.
    package let output: @Sendable (String) -> Void
    /// Diagnostics and progress, as they are.
    package let errors: @Sendable (String) -> Void

    package static func live() -> World {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let executable = length > 0 ? String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
        return World(
            folder: ".",
            now: {
                var time = timespec()
                clock_gettime(CLOCK_REALTIME, &time)
                return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
            },
            environment: environment(), executable: executable, isErrorTerminal: isatty(2) == 1, randomness: .kernel,
            output: { StandardStreams.write($0 + "\n", to: 1) }, errors: { StandardStreams.write($0, to: 2) })
    }

    private static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") { variables[String(text[..<equals])] = String(text[text.index(after: equals)...]) }
            next += 1
        }
        return variables
    }

    /// A line for people: overwritten in place on a terminal, a plain line elsewhere.
    package func progress(_ text: String) {
        errors(isErrorTerminal ? "\r\u{1B}[K\(text)" : text + "\n")
    }
    package func endProgress() {
        if isErrorTerminal { errors("\r\u{1B}[K") }
    }
}

/// What a whole day has in it of Instant precision: whole seconds are enough for what people read.
extension Instant {
    package var wholeSeconds: Instant { Instant(nanoseconds: nanoseconds - nanoseconds % 1_000_000_000) }
}
