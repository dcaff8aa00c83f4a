import Crypto
import Evidence
import SQLite

/// What a snapshot shows, thing by thing. Two things are the same by the source's id, and unchanged if the mapping reads the same of them.
struct SnapshotMembers {
    struct Member: Equatable {
        let artifact: ArtifactID
        let content: Int64
    }
    private(set) var all: [String: Member] = [:]

    /// The first record with an id speaks for it; under a mapping that has changed since, a second one may have come to it.
    mutating func add(_ object: String, _ member: Member) {
        if all[object] == nil { all[object] = member }
    }
}

/// One record's rows on their way to becoming a member: times of reading left out.
package struct MemberDigest {
    private var hash = SHA256()
    private var object: String?
    package init() {}

    package mutating func add(table: Int, _ row: borrowing Row) {
        if object == nil, let id = row.nativeID { object = row.text(id) }
        number(Int64(table))
        for cell in row.cells {
            switch cell {
            case .null: hash.update(data: [0])
            case .integer(let value):
                hash.update(data: [1])
                number(value)
            case .number(let value):
                hash.update(data: [2])
                number(Int64(bitPattern: value.bitPattern))
            case .text(let range):
                hash.update(data: [3])
                number(Int64(range.count))
                row.arena.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[range])) }
            case .instant(let span):
                hash.update(data: [4])
                number(span.earliest.nanoseconds)
                number(span.latest.nanoseconds)
            }
        }
    }

    private mutating func number(_ value: Int64) { withUnsafeBytes(of: value.littleEndian) { hash.update(bufferPointer: $0) } }

    /// Nil of a record that became no row with an id.
    func member(_ artifact: ArtifactID) -> (object: String, member: SnapshotMembers.Member)? {
        guard let object else { return nil }
        let content = hash.finalize().withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(as: Int64.self)) }
        return (object, SnapshotMembers.Member(artifact: artifact, content: content))
    }
}

extension IndexFile {
    /// The newest snapshot of a source; nil before the first.
    package func lastSnapshot(of source: SourceID) throws -> (entry: Int, at: Instant)? {
        let row = try database.prepare("SELECT entry, taken_at FROM snapshot WHERE source = ? ORDER BY entry DESC LIMIT 1")
        row.bind(1, source.text)
        return try row.step() ? (row.int(0), Instant(nanoseconds: row.integer(1))) : nil
    }

    /// Holds a snapshot against the one before and puts it in its place. Of the first one nothing is a change: nobody knows since when it stood so.
    func note(snapshot entry: Int, of source: SourceID, at: Instant, _ now: [String: SnapshotMembers.Member]) throws {
        let previous = try lastSnapshot(of: source)
        let before = try members(of: source)
        var counts: [StateChange: Int] = [:]
        if let previous {
            let change = try database.prepare(
                "INSERT INTO state_change (entry, object, source, what, before, after, earliest, latest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            for object in Set(before.keys).union(now.keys).sorted() {
                guard let what = StateChange(before[object]?.content, now[object]?.content) else { continue }
                counts[what, default: 0] += 1
                change.bind(1, entry)
                change.bind(2, object)
                change.bind(3, source.text)
                change.bind(4, what.rawValue)
                if let one = before[object] { change.bind(5, one.artifact.packed) } else { change.bindNull(5) }
                if let one = now[object] { change.bind(6, one.artifact.packed) } else { change.bindNull(6) }
                change.bind(7, min(previous.at, at).nanoseconds)
                change.bind(8, at.nanoseconds)
                try change.execute()
            }
        }
        try replaceMembers(of: source, with: now)
        let insert = try database.prepare(
            "INSERT INTO snapshot (entry, source, taken_at, previous, things, appeared, changed, removed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        insert.bind(1, entry)
        insert.bind(2, source.text)
        insert.bind(3, at.nanoseconds)
        if let previous { insert.bind(4, previous.entry) } else { insert.bindNull(4) }
        insert.bind(5, now.count)
        insert.bind(6, counts[.appeared] ?? 0)
        insert.bind(7, counts[.changed] ?? 0)
        insert.bind(8, counts[.removed] ?? 0)
        try insert.execute()
    }

    private func members(of source: SourceID) throws -> [String: SnapshotMembers.Member] {
        let rows = try database.prepare("SELECT object, artifact, content FROM snapshot_member WHERE source = ?")
        rows.bind(1, source.text)
        var found: [String: SnapshotMembers.Member] = [:]
        while try rows.step() {
            guard rows.integer(1) >= 0 else {
                throw LedgerError.damaged(nil, reason: "the index names a record that cannot be; run 'receipts index --rebuild'")
            }
            found[rows.text(0)] = SnapshotMembers.Member(artifact: ArtifactID(packed: rows.integer(1)), content: rows.integer(2))
        }
        return found
    }

    private func replaceMembers(of source: SourceID, with now: [String: SnapshotMembers.Member]) throws {
        let clear = try database.prepare("DELETE FROM snapshot_member WHERE source = ?")
        clear.bind(1, source.text)
        try clear.execute()
        let insert = try database.prepare("INSERT INTO snapshot_member (source, object, artifact, content) VALUES (?, ?, ?, ?)")
        for (object, member) in now.sorted(by: { $0.key < $1.key }) {
            insert.bind(1, source.text)
            insert.bind(2, object)
            insert.bind(3, member.artifact.packed)
            insert.bind(4, member.content)
            try insert.execute()
        }
    }
}

/// What one snapshot shows otherwise than the one before.
enum StateChange: String {
    case appeared, changed, removed

    init?(_ before: Int64?, _ now: Int64?) {
        switch (before, now) {
        case (nil, .some): self = .appeared
        case (.some, nil): self = .removed
        case (.some(let one), .some(let other)) where one != other: self = .changed
        default: return nil
        }
    }
}
