import ArgumentParser
import Evidence
import Ledger
import Seal
import Verification

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say what the ledger holds, how each source stands, and what was published.",
        discussion: """
            With 'every:' and 'retention:' of a source in receipts.yaml it tells when the source is due and how far the ledger lags behind it. Exits with 4 \
            if the lag is over half of what the source keeps, or a pull that was due did not begin; with 1 if the ledger does not go on from the last head \
            that its key signed.
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions

    func run() throws {
        try reporting {
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let facts = try StatusFacts(work.folder, now: world.now())
            let alarms = facts.sources.compactMap(\.alarm)
            alarms.forEach { world.errors($0.text + "\n") }
            world.output(format.format == .json ? facts.json.canonical : facts.text)
            return Outcome.gravest([alarms.isEmpty ? .done : .attention, facts.report(world)])
        }
    }
}

struct StatusFacts {
    let origin: String
    let entries: Int
    let isSimulated: Bool
    let keys: [KeyHistory.Tenure]
    let sources: [SourceStanding]
    /// As the seal entries say; one that no signature covers is nobody's word yet.
    let revisions: [(name: String, isSigned: Bool)]
    /// Why the next run will sign nothing; nil where it will go on from the last signed head.
    private let obstacle: LedgerError?

    init(_ folder: ProgrammeFolder, now: Instant) throws {
        let store = try Store(folder)
        try store.catchUp()
        origin = store.ledger.genesis.origin
        entries = try store.ledger.size()
        isSimulated = store.ledger.genesis.isSimulated
        let signed = try store.ledger.signedSize()
        keys = try KeyHistory(store.ledger, below: signed).tenures
        sources = try folder.programme.sources.map { try SourceStanding($0, store, now: now) }
        var revisions: [(name: String, isSigned: Bool)] = []
        try store.ledger.forEachEntry { seq, bytes in
            if case .seal(let seal)? = LedgerEntry(bytes) { revisions.append(("\(seal.period) r\(seal.revision)", seq < signed)) }
        }
        self.revisions = revisions
        do {
            try store.sealer(folder).check()
            obstacle = nil
        } catch let error as LedgerError { obstacle = error }
    }

    /// Tells why nothing will be signed.
    fileprivate func report(_ world: World) -> Outcome {
        guard let text = obstacle.map({ ErrorText($0) }) else { return .done }
        text.diagnostics.forEach { world.errors($0.text + "\n") }
        return text.outcome
    }

    var text: String {
        var lines = ["ledger \(origin): \(entries) entries\(isSimulated ? ", simulated clock" : "")"]
        lines += revoked.map { "key \($0.key.fingerprint): revoked since \($0.revocation.since): \($0.revocation.reason)" }
        lines += sources.map(\.text)
        lines.append(
            revisions.isEmpty ? "nothing published" : "published: \(revisions.map { $0.name + ($0.isSigned ? "" : " (not signed)") }.joined(separator: ", "))")
        return lines.joined(separator: "\n")
    }

    private var revoked: [(key: PublicKey, revocation: LedgerEntry.Revocation)] { keys.compactMap { one in one.revocation.map { (one.key, $0) } } }

    var json: JSON {
        [
            "origin": .string(origin), "entries": .int(entries), "simulated": .bool(isSimulated), "sources": .array(sources.map(\.json)),
            "revoked_keys": .array(
                revoked.map { ["fingerprint": .string($0.key.fingerprint), "since": .instant($0.revocation.since), "reason": .string($0.revocation.reason)] }),
            "revisions": .array(revisions.filter(\.isSigned).map { .string($0.name) }),
            "unsigned_revisions": .array(revisions.filter { !$0.isSigned }.map { .string($0.name) }),
        ]
    }
}
