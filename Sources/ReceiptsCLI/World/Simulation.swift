import Evidence
import Ledger

extension World {
    /// This world with its clock and chance fixed. A ledger that is made in it says so in its first entry.
    func simulated(at: String?, randomness: String?) throws -> World {
        var instant: Instant?
        if let at {
            guard let parsed = Instant(at) else { throw CommandError(.usage, "'\(at)' is not an instant", hint: "write it like 2026-07-01T02:00:00Z") }
            instant = parsed
        }
        var world = fixed(at: instant, randomness: randomness)
        world.isSimulated = true
        return world
    }

    /// No flag can set the clock of a ledger whose first entry is not a simulated clock. Asked under the ledger's lock.
    func requireRealClock(unlessSimulated folder: String) throws {
        guard isSimulated, LedgerFile.exists(in: folder), try !LedgerFile(in: folder, writing: false).genesis.isSimulated else { return }
        throw CommandError(
            .badInput, "--at and --randomness are refused: this ledger's clock is real",
            hint: "only a ledger that 'receipts demo' made, or that began with these options, has a simulated clock")
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
