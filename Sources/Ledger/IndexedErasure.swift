import Evidence
import SQLite

extension IndexFile {
    /// A tombstone. One that does not know the day of its record is a reject as well, so that coverage breaks as it does there; an origin
    /// happened on no day.
    package func note(erasure entry: Int, _ erasure: LedgerEntry.Erasure) throws {
        let insert = try database.prepare("INSERT INTO erasure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        insert.bind(1, erasure.artifact.packed)
        insert.bind(2, entry)
        insert.bind(3, erasure.source.text)
        insert.bind(4, erasure.at.nanoseconds)
        insert.bind(5, String(decoding: [erasure.role.rawValue], as: UTF8.self))
        insert.bind(6, erasure.kinds.map(\.text).joined(separator: " "))
        if let days = erasure.days {
            insert.bind(7, days.lowerBound.description)
            insert.bind(8, days.upperBound.description)
        } else {
            insert.bindNull(7)
            insert.bindNull(8)
        }
        if erasure.days == nil, erasure.role != .origin {
            try IndexedPull(self, source: erasure.source, entry: erasure.artifact.entry)
                .reject(erasure.artifact, origin: erasure.origin, ordinal: 0, reason: "erased")
        }
        insert.bind(9, erasure.leaf.description)
        insert.bind(10, erasure.mark)
        insert.bind(11, erasure.reason)
        insert.bind(12, erasure.approver)
        try insert.execute()
        try mark(entry)
    }

    /// What was erased of a source: by the mark of its key, how many records came to it, and whether the day of each is known.
    package func erased(from source: SourceID) throws -> [String: (count: Int, isDated: Bool)] {
        let rows = try database.prepare("SELECT mark, count(*), min(first_day IS NOT NULL OR role = 'O') FROM erasure WHERE source = ? GROUP BY mark")
        rows.bind(1, source.text)
        var marks: [String: (Int, Bool)] = [:]
        while try rows.step() { marks[rows.text(0)] = (rows.int(1), rows.int(2) != 0) }
        return marks
    }

    /// Deletes every row, within the caller's transaction, and leaves zeros behind.
    func clear() throws {
        try database.run("PRAGMA secure_delete = ON")
        for kind in kinds {
            let counted = kind.byDay == nil ? [] : [DayCounts.sets(of: kind.name), DayCounts.counted(of: kind.name)]
            for table in [kind.name.text] + counted { try database.run("DELETE FROM \"\(table)\"") }
        }
        forgetKeys()
        forgetSets()
        for table in IndexFile.ownTables { try database.run("DELETE FROM \(table)") }
        try noteSize()
    }

    /// The ledger's own lists, without the kinds.
    static let ownTables = [
        "indexed", "pull", "run", "seal", "origin", "complete_day", "cursor", "reject", "conflict", "erasure", "snapshot", "snapshot_member",
        "state_change", "seen",
    ]
}
