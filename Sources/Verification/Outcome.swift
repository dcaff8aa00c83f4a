/// The program's exit codes: a contract with schedulers, listed in the README.
package enum Outcome: Int32, CaseIterable, Sendable {
    case done = 0
    case integrityBroken = 1
    case badInput = 2
    case unanchored = 3
    case attention = 4
    case sourceFailed = 5
    case usage = 64
    case inputOutput = 74
    case locked = 75

    package var meaning: String {
        switch self {
        case .done: "done (deviations are results, not errors)"
        case .integrityBroken: "integrity broken"
        case .badInput: "bad configuration or unreadable input"
        case .unanchored: "intact, but self-attested: no external anchor (`--accept-unanchored` makes it 0)"
        case .attention: "attention: a blocker in the gap report, or evidence about to be lost"
        case .sourceFailed: "a source failed or was partial"
        case .usage: "wrong usage"
        case .inputOutput: "input/output error or disk full"
        case .locked: "locked by another run"
        }
    }

    /// `run` does everything it can, then ends with the gravest of what it met.
    private static let gravity: [Outcome] = [.locked, .inputOutput, .integrityBroken, .badInput, .sourceFailed, .attention, .unanchored, .usage, .done]
    package static func gravest(_ outcomes: [Outcome]) -> Outcome { gravity.first { outcomes.contains($0) } ?? .done }
}
