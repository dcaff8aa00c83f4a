import Evidence
import SQLite
import Seal

extension LedgerFile {
    /// Overwrites records and enters their tombstones, all in one transaction: after a crash either none or all of it is there.
    ///
    /// An erased record has the length 0, and its leaf hash stands where its salt was. The segment is compressed anew without it, SQLite zeroes what
    /// it frees, and the file is then written anew so that no page keeps an old copy; false where there was no room for that. The caller
    /// holds the lock, and has thrown away the index.
    package func erase(_ erasures: [LedgerEntry.Erasure]) throws -> Bool {
        try database.run("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")
        try database.transaction {
            // The guard rail is put up again, to the letter, before anybody else sees the file.
            guard let trigger = try database.text("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = 'segment_is_final'") else {
                throw LedgerError.damaged(nil, reason: "the trigger 'segment_is_final' is missing")
            }
            try database.run("DROP TRIGGER segment_is_final")
            for (entry, group) in Dictionary(grouping: erasures, by: \.artifact.entry).sorted(by: { $0.key < $1.key }) {
                for erasure in group { try requireErasable(erasure) }
                try rewriteSegments(of: entry, without: Set(group.map(\.artifact.record)))
                try requireRoot(of: entry)
            }
            try database.run(trigger)
            for erasure in erasures { _ = try insert(.erasure(erasure)) }
        }
        do { try database.run("VACUUM") } catch {
            guard error.isInputOutput else { throw error }
            return false
        }
        return true
    }

    private func requireErasable(_ erasure: LedgerEntry.Erasure) throws {
        let found = try withRecord(erasure.artifact) { $0.role == .sheet || $0.role == .erased ? nil : $0.leaf.digest }
        guard let leaf = found ?? nil, leaf == erasure.leaf else {
            throw LedgerError.damaged(erasure.artifact, reason: "is no record that can be erased, or not the one that was looked at")
        }
    }

    private func rewriteSegments(of entry: Int, without erased: Set<Int>) throws {
        let rows = try database.prepare("SELECT number, first, count FROM segment WHERE entry = ? ORDER BY number")
        rows.bind(1, entry)
        var numbers: [Int] = []
        while try rows.step() {
            if erased.contains(where: { $0 >= rows.int(1) && $0 < rows.int(1) + rows.int(2) }) { numbers.append(rows.int(0)) }
        }
        rows.reset()
        for number in numbers { try rewrite(entry, number, without: erased) }
    }

    private func rewrite(_ entry: Int, _ number: Int, without erased: Set<Int>) throws {
        var block: [UInt8] = []
        var lengths: [UInt8] = []
        var salts: [UInt8] = []
        try forEachRecord(of: entry, segment: number) { record in
            let isErased = erased.contains(record.id.record)
            let whole = isErased ? UnsafeRawBufferPointer(rebasing: record.whole[..<0]) : record.whole
            withUnsafeBytes(of: UInt32(whole.count).littleEndian) { lengths.append(contentsOf: $0) }
            block.append(contentsOf: whole)
            salts += isErased ? record.leaf.bytes : Array(record.salt)
        }
        let update = try database.prepare("UPDATE segment SET raw = ?, data = ?, lengths = ?, salts = ? WHERE entry = ? AND number = ?")
        update.bind(1, block.count)
        update.bind(2, blob: try Compressor().compress(block))
        update.bind(3, blob: lengths)
        update.bind(4, blob: salts)
        update.bind(5, entry)
        update.bind(6, number)
        try update.execute()
    }

    /// The records of a pull, erased ones by their leaf hash, still form the root that its entry names. Throws `damaged` if not.
    func requireRoot(of entry: Int) throws {
        guard case .pull(let pull)? = try entryBytes(entry).flatMap({ LedgerEntry($0) }) else {
            throw LedgerError.damaged(nil, reason: "entry \(entry) is no pull")
        }
        let tree = try forEachRecord(of: entry, hashing: .leaves) { _ in }
        guard tree.end == pull.count, tree.root().digest == pull.root else {
            throw LedgerError.damaged(ArtifactID(entry: entry, record: 0), reason: "what lies on the disk are not the records that the pull's entry names")
        }
    }
}
