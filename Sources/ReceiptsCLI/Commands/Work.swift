import Assessment
import Evidence
import Glibc
import Ledger
import SQLite

/// A command's hold on one programme: its folder read, its ledger locked for as long as this lives.
struct Work {
    let folder: ProgrammeFolder
    let world: World
    private let lock: LedgerLock

    /// Makes the ledger's folder if there is none, so that there is something to lock.
    init(_ world: World, waiting: Bool) throws {
        self.world = world
        folder = try ProgrammeFolder(world.folder, environment: world.environment)
        try Files.makeFolder(folder.ledgerFolder)
        lock = try LedgerLock(folder: folder.ledgerFolder, waiting: waiting)
        try world.requireRealClock(unlessSimulated: folder.ledgerFolder)
        guard LedgerFile.exists(in: folder.ledgerFolder) || !Files.exists(folder.signerState.path) else {
            throw CommandError(
                .integrityBroken, "there is no ledger in '\(folder.ledgerFolder)', yet its key has signed one ('\(folder.signerState.path)')",
                hint: "restore the ledger; to begin another one, move that file away")
        }
    }

    func collect(only: [String]) throws -> CollectRun.Report {
        for id in only { _ = try folder.source(named: id) }
        if !LedgerFile.exists(in: folder.ledgerFolder) {
            try Store.createLedger(folder, at: world.now(), isSimulated: world.isSimulated, randomness: world.randomness)
        }
        return try CollectRun(folder, try Store(folder), world).run(only: only)
    }

    func rebuildIndex() throws -> Int {
        unlink(IndexFile.path(in: folder.ledgerFolder))
        let store = try Store(folder)
        try store.catchUp()
        return try store.ledger.size()
    }

    func session(period: String?) throws -> Session {
        let store = try Store(folder)
        let pinned = try PinnedHead(store)
        return try Session(folder, store, period: try folder.period(period, now: pinned.sealedAt))
    }

    func publication(period: String?, output: String?) throws -> Publication {
        let store = try Store(folder)
        // Also where nothing new would be signed: what is shown once more is a ledger that goes on from the last signed head.
        try store.sealer(folder).check()
        try store.sealUnsigned(folder)
        return try Publication(try session(period: period), world, output: output ?? folder.outputFolder)
    }
}
