import Evidence
import SQLite

/// Brings one pull into the index. `collect`, a rebuild and `verify` all go through here, so the index cannot depend on which of them made it.
package final class IndexedPull {
    package let index: IndexFile
    package let source: SourceText
    private let entry: Int
    /// Of a pull of a state source.
    private var members: SnapshotMembers?
    private let origins: Statement
    private let rejects: Statement
    private let conflicts: Statement

    package init(_ index: IndexFile, source: SourceID, entry: Int) throws {
        self.index = index
        self.source = SourceText(source)
        self.entry = entry
        origins = try index.write("INSERT INTO origin (artifact, source, name, start) VALUES (?, ?, ?, ?)")
        rejects = try index.write("INSERT INTO reject (artifact, source, origin, ordinal, reason) VALUES (?, ?, ?, ?, ?)")
        conflicts = try index.write("INSERT INTO conflict (artifact, source, other, occurred_at, occurred_at_latest) VALUES (?, ?, ?, ?, ?)")
    }

    /// Before the records of a state source: each is of this one reading, and none repeats another.
    package func beginState() { members = SnapshotMembers() }
    package var isOfState: Bool { members != nil }
    /// The same from the sheet, which is record 0.
    func begin(_ sheet: JSON) { if IndexedPull.isOfState(sheet) { beginState() } }
    static func isOfState(_ sheet: JSON) -> Bool { sheet["reads"]?.text == "state" }

    package func hold(_ digest: MemberDigest, _ id: ArtifactID) {
        if let (object, member) = digest.member(id) { members?.add(object, member) }
    }

    package func origin(_ id: ArtifactID, name: String, start: Int) throws {
        origins.bind(1, id.packed)
        origins.bind(2, source.id.text)
        origins.bind(3, name)
        origins.bind(4, start)
        try origins.execute()
    }

    package func reject(_ id: ArtifactID, origin: Int, ordinal: Int, reason: String) throws {
        rejects.bind(1, id.packed)
        rejects.bind(2, source.id.text)
        rejects.bind(3, ArtifactID(entry: entry, record: origin).packed)
        rejects.bind(4, ordinal)
        rejects.bind(5, reason)
        try rejects.execute()
    }

    /// `bytes`: the contradicting record's own, and `at` when it says that it happened. The same contradiction read again is then a duplicate.
    package func conflict(_ id: ArtifactID, with other: ArtifactID, at: Span?, bytes: UnsafeRawBufferPointer) throws {
        try index.noteSeen(DedupeKey.conflict(source, bytes: bytes), id, content: 0)
        conflicts.bind(1, id.packed)
        conflicts.bind(2, source.id.text)
        conflicts.bind(3, other.packed)
        conflicts.bind(at, at: 4)
        try conflicts.execute()
    }

    /// The pull's entry and sheet. The last call for a pull.
    package func finish(_ pull: LedgerEntry.PullEntry, sheet: JSON) throws {
        let insert = try index.write("INSERT INTO pull (entry, source, outcome, started_at, root, sheet) VALUES (?, ?, ?, ?, ?, ?)")
        insert.bind(1, entry)
        insert.bind(2, pull.source.text)
        insert.bind(3, pull.outcome.rawValue)
        insert.bind(4, pull.at.nanoseconds)
        insert.bind(5, pull.root.description)
        insert.bind(6, sheet.canonical)
        try insert.execute()
        try noteCursors(sheet)
        try noteDays(sheet)
        if let members, case .object? = sheet["snapshot"] { try index.note(snapshot: entry, of: source.id, at: pull.at, members.all) }
        try index.mark(entry)
    }

    private func noteCursors(_ sheet: JSON) throws {
        let upsert = try index.write("INSERT OR REPLACE INTO cursor (source, name, size, digest, records) VALUES (?, ?, ?, ?, ?)")
        for cursor in sheet["files"]?.list ?? [] {
            guard let name = cursor["name"]?.text, let size = cursor["size"]?.int, let digest = cursor["digest"]?.text,
                let records = cursor["records"]?.int
            else { continue }
            upsert.bind(1, source.id.text)
            upsert.bind(2, name)
            upsert.bind(3, size)
            upsert.bind(4, digest)
            upsert.bind(5, records)
            try upsert.execute()
        }
        let forget = try index.write("DELETE FROM cursor WHERE source = ? AND name = ?")
        for name in sheet["files_broken"]?.list ?? [] {
            guard let name = name.text else { continue }
            forget.bind(1, source.id.text)
            forget.bind(2, name)
            try forget.execute()
        }
    }

    /// A day whose file comes again and cannot be read is not proved any more, until it is read whole.
    private func noteDays(_ sheet: JSON) throws {
        let remove = try index.write("DELETE FROM complete_day WHERE source = ? AND day = ?")
        for day in sheet["spoiled_days"]?.list ?? [] {
            guard let day = day.text else { continue }
            remove.bind(1, source.id.text)
            remove.bind(2, day)
            try remove.execute()
        }
        let insert = try index.write("INSERT OR IGNORE INTO complete_day (source, day, entry) VALUES (?, ?, ?)")
        for day in sheet["complete_days"]?.list ?? [] {
            guard let day = day.text else { continue }
            insert.bind(1, source.id.text)
            insert.bind(2, day)
            insert.bind(3, entry)
            try insert.execute()
        }
    }
}
