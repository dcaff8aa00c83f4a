import ArgumentParser
import Evidence
import Ledger

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say what the ledger holds, when each source last answered, and what was published.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions

    func run() throws {
        try reporting {
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let facts = try StatusFacts(work.folder)
            world.output(format.format == .json ? facts.json.canonical : facts.text)
            return .done
        }
    }
}

struct StatusFacts {
    struct Source {
        let id: SourceID
        let lastAnswered: Instant?
        let outcome: String?
        /// Of a state source.
        let snapshots: SnapshotFacts?
    }
    let origin: String
    let entries: Int
    let isSimulated: Bool
    let sources: [Source]
    let revisions: [String]

    init(_ folder: ProgrammeFolder) throws {
        let store = try Store(folder)
        try store.catchUp()
        origin = store.ledger.genesis.origin
        entries = try store.ledger.size()
        isSimulated = store.ledger.genesis.isSimulated
        sources = try folder.programme.sources.map { source in
            let row = try store.index.database.prepare("SELECT outcome FROM pull WHERE source = ? ORDER BY entry DESC LIMIT 1")
            row.bind(1, source.id.text)
            return Source(
                id: source.id, lastAnswered: try store.index.lastPull(of: source.id), outcome: try row.step() ? row.text(0) : nil,
                snapshots: try SnapshotFacts(store, source))
        }
        var revisions: [String] = []
        try store.ledger.forEachEntry { _, bytes in
            if case .seal(let seal)? = LedgerEntry(bytes) { revisions.append("\(seal.period) r\(seal.revision)") }
        }
        self.revisions = revisions
    }

    var text: String {
        var lines = ["ledger \(origin): \(entries) entries\(isSimulated ? ", simulated clock" : "")"]
        lines += sources.map {
            "source \($0.id): \($0.outcome ?? "never pulled")\($0.lastAnswered.map { ", last answered \($0.wholeSeconds)" } ?? "")\($0.snapshots?.text ?? "")"
        }
        lines.append(revisions.isEmpty ? "nothing published" : "published: \(revisions.joined(separator: ", "))")
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        let sources = sources.map { source in
            JSON.object(["id": .string(source.id.text), "outcome": .text(source.outcome), "last_answered": .instant(source.lastAnswered)])
                .adding("snapshots", source.snapshots?.json)
        }
        return [
            "origin": .string(origin), "entries": .int(entries), "simulated": .bool(isSimulated), "sources": .array(sources),
            "revisions": .array(revisions.map { .string($0) }),
        ]
    }
}
