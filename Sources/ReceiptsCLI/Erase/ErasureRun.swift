import Evidence
import Glibc
import Ledger

/// `receipts erase`: tombstones made, records overwritten, index thrown away and made anew, head signed, holders listed.
struct ErasureRun {
    private let folder: ProgrammeFolder
    private let world: World

    struct Report {
        let erasures: [LedgerEntry.Erasure]
        /// Relative to the programme's folder, with what each still holds.
        let holders: [(place: String, holds: String)]
        /// Nil if nothing was erased.
        let head: SignedHead?
        var isCompacted = true
    }

    init(_ folder: ProgrammeFolder, _ world: World) {
        self.folder = folder
        self.world = world
    }

    func run(_ order: ErasureOrder, isDry: Bool) throws -> Report {
        try order.check()
        let erasures = try prepare(order)
        let holders = try Holders(folder.outputFolder, origin: try LedgerFile(in: folder.ledgerFolder, writing: false).genesis.origin).of(erasures)
        if isDry { return Report(erasures: erasures, holders: holders, head: nil) }
        // First the index: should the process die after the ledger's commit, nothing derived from the records is left.
        for suffix in ["", "-journal"] { try Files.remove(IndexFile.path(in: folder.ledgerFolder) + suffix) }
        let isCompacted = try LedgerFile(in: folder.ledgerFolder).erase(erasures)
        let store = try Store(folder)
        try store.catchUp()
        let head = try store.sealer(folder).seal().head
        return Report(erasures: erasures, holders: holders, head: head, isCompacted: isCompacted)
    }

    /// With the index open only for as long as it is there.
    private func prepare(_ order: ErasureOrder) throws -> [LedgerEntry.Erasure] {
        let store = try Store(folder)
        try store.prepareToSign(folder)
        try store.catchUp()
        let ids = try order.artifacts(in: store.index.database, folder.catalogue)
        return try Tombstones(folder, store, order, at: world.now()).make(for: ids)
    }
}

extension ErasureRun.Report {
    var text: String {
        let verb = head == nil ? "would erase" : "erased"
        var lines = erasures.map { "\(verb): \($0.artifact) of \($0.source), \($0.what)" }
        if let head { lines.append("sealed: \(head.size) entries, root \(head.root)") }
        lines += holders.map { "still held: \($0.place), \($0.holds)" }
        if holders.isEmpty { lines.append("no revision or archive in the output folder holds any of it") }
        if !holders.isEmpty { lines.append("what was published is never changed: replace it, and call back what was handed out") }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        [
            "erased": .array(
                erasures.map { ["record": .string($0.artifact.description), "source": .string($0.source.text), "leaf": .string($0.leaf.description)] }),
            "dry_run": .bool(head == nil), "size": head.map { .int($0.size) } ?? .null, "root": .text(head?.root.description),
            "holders": .array(holders.map { ["place": .string($0.place), "holds": .string($0.holds)] }), "compacted": .bool(isCompacted),
        ]
    }
}

extension LedgerEntry.Erasure {
    /// `access_log on 2026-01-05`, as far as it is known.
    var what: String {
        let kind = kinds.isEmpty ? "a record of no kind" : kinds.map(\.text).joined(separator: ", ")
        guard let days else { return kind + ", day unknown" }
        return kind + (days.lowerBound == days.upperBound ? " on \(days.lowerBound)" : " from \(days.lowerBound) to \(days.upperBound)")
    }
}
