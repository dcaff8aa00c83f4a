import Evidence
import Ledger

extension World {
    /// This world with its clock and chance fixed. No flag can do that to a ledger whose first entry is not a simulated clock.
    func simulated(at: String?, randomness: String?) throws -> World {
        let programme = try ProgrammeFolder(folder)
        if LedgerFile.exists(in: programme.ledgerFolder) {
            guard try LedgerFile(in: programme.ledgerFolder, writing: false).genesis.isSimulated else {
                throw CommandError(
                    .badInput, "--at and --randomness are refused: this ledger's clock is real",
                    hint: "only 'receipts demo' makes a ledger with a simulated clock")
            }
        }
        var instant: Instant?
        if let at {
            guard let parsed = Instant(at) else { throw CommandError(.usage, "'\(at)' is not an instant", hint: "write it like 2026-07-01T02:00:00Z") }
            instant = parsed
        }
        return fixed(at: instant, randomness: randomness)
    }

    /// For a ledger that the caller knows to be simulated.
    func fixed(at instant: Instant?, randomness seed: String?) -> World {
        let live = now
        let clock: @Sendable () -> Instant = { instant ?? live() }
        let chance = seed.map { Randomness.seeded($0) } ?? self.randomness
        return World(
            folder: folder, now: clock, environment: environment, executable: executable, isErrorTerminal: isErrorTerminal, randomness: chance,
            output: output, errors: errors)
    }
}
