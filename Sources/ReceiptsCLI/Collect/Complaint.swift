import Connectors
import Evidence
import Glibc
import Redaction

/// What a program or server said of its failure becomes a problem of the sheet, without what looks like a person or a secret.
enum Complaint {
    static func tell(_ report: inout PullReport, key: [UInt8]) {
        let said = report.complaint.map { $0 < 32 || $0 == 127 ? 32 : $0 }
        report.complaint = []
        guard said.contains(where: { $0 != 32 }) else { return }
        // A source that holds no personal data may still be complained of with a password.
        var redactor = Redactor(key: key, mode: .redact)
        var redacted: [UInt8] = []
        _ = said.withUnsafeBytes { redactor.redact($0, replacing: [], exempt: [], shape: .text, into: &redacted) }
        let words = redacted.split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
        report.problems.append("it said: " + words.joined(separator: " "))
    }
}

extension Limits {
    /// With stopwatches that really run, waits that really wait, and the clock, if it is a real one.
    static func timed(by world: World) -> Limits {
        var limits = Limits()
        limits.clock = world.isSimulated ? nil : world.now
        limits.pause = { duration in
            var time = timespec(tv_sec: Int(duration.components.seconds), tv_nsec: Int(duration.inNanoseconds % 1_000_000_000))
            // A signal may cut it short.
            var left = timespec()
            while nanosleep(&time, &left) != 0 && errno == EINTR { time = left }
        }
        limits.stopwatch = { duration in
            let clock = ContinuousClock()
            let end = clock.now + duration
            return { clock.now >= end }
        }
        return limits
    }
}

extension PullRequest {
    /// What is new since `last`, of a source of the programme.
    init(
        of source: SourceDefinition, _ folder: ProgrammeFolder, _ key: [UInt8], _ world: World, since last: Instant?, cursors: [String: FileCursor],
        at now: Instant
    ) {
        self.init(
            source: source, root: folder.root, window: Window(start: last.map { min($0, now) } ?? .distantPast, end: now), cursors: cursors, digestKey: key,
            limits: .timed(by: world), now: now, environment: world.environment)
        if source.personalData == .redact { nameTold = NameRedaction(key: key).callAsFunction }
    }
}
