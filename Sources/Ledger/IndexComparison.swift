import Evidence
import SQLite

/// Holds each row of the index against the row that the ledger's bytes give, both in ledger order, one of each at a time.
final class IndexComparison {
    let index: IndexFile
    var tables: [TableCursor]
    /// By table; nil of a kind that is not counted by day.
    var counted: [CountedCursor?]
    /// The small tables made anew from the ledger, compared at the end.
    private let expected: IndexFile
    /// What `seen` must hold if each record that has an id is the first with it.
    var seen = SetDigest()

    init(_ index: IndexFile) throws {
        self.index = index
        expected = try IndexFile(folder: nil, kinds: [], digest: "")
        tables = try index.kinds.map { try TableCursor(index.database, KindColumns($0)) }
        counted = try index.kinds.map { try CountedCursor(index.database, $0) }
    }

    /// An entry that is no pull.
    func expect(_ entry: LedgerEntry, _ seq: Int) throws {
        switch entry {
        case .genesis, .key, .revocation: try expected.mark(seq)
        case .run(let at, _, _): try expected.note(run: seq, at: at)
        case .seal(let seal): try expected.note(seal: seq, seal)
        case .erasure(let erasure): try expected.note(erasure: seq, erasure)
        case .anchor: try expected.mark(seq)
        case .pull: preconditionFailure("a pull is compared record by record")
        }
    }

    func begin(_ pull: LedgerEntry.PullEntry, _ seq: Int) throws -> PullComparison {
        PullComparison(self, pull, try IndexedPull(expected, source: pull.source, entry: seq))
    }

    func finish(into result: inout LedgerVerification) throws {
        for i in tables.indices {
            try tables[i].rows.nameExtra(into: &result)
            try counted[i]?.rows.nameExtra(into: &result)
        }
        for table in IndexFile.ownTables where table != "seen" { try compare(table, with: expected.database, into: &result) }
        for counted in counted.compactMap({ $0 }) { try compare(counted.setsTable, with: counted.expected, into: &result) }
        for kind in index.kinds where !kind.indexes.isEmpty { try compareIndexes(of: kind.name.text, into: &result) }
    }

    /// What queries find by SQLite's own indexes must be what stands in the table, and the table itself is what is read here.
    private func compareIndexes(of table: String, into result: inout LedgerVerification) throws {
        let check = try index.database.apart().prepare("PRAGMA integrity_check(\(table))")
        while try check.step() { if check.text(0) != "ok" { result.found(LedgerFinding(.index, table, check.text(0))) } }
    }

    /// Whether `seen` is just what the records give, as far as that can be told without asking it for each of them.
    func holdsWhatIsSeen() throws -> Bool {
        var found = SetDigest(like: seen)
        let rows = try index.database.prepare("SELECT key, artifact, content FROM seen NOT INDEXED")
        while try rows.step() {
            guard rows.isInteger(1), rows.isInteger(2) else { return false }
            found.add(rows.integer(0), rows.integer(1), rows.integer(2))
        }
        return found == seen
    }

    private func compare(_ table: String, with expected: Database, into result: inout LedgerVerification) throws {
        try compareIndexes(of: table, into: &result)
        // `indexed` has one column only.
        let sql = "SELECT * FROM \(table) NOT INDEXED ORDER BY \(table == "indexed" ? "1" : "1, 2")"
        let a = try index.database.prepare(sql)
        let b = try expected.prepare(sql)
        while true {
            let (more, moreWanted) = (try a.step(), try b.step())
            guard more || moreWanted else { return }
            guard more, moreWanted else {
                result.found(LedgerFinding(.index, table, more ? "has rows that the ledger does not give" : "lacks rows that the ledger gives"))
                return
            }
            for column in 0..<a.columnCount where !equal(a, b, column) {
                result.found(LedgerFinding(.index, "\(table).\(a.columnName(column)) of \(a.text(0))", "differs from what the ledger gives"))
            }
        }
    }

    private func equal(_ a: Statement, _ b: Statement, _ column: Int) -> Bool {
        a.isNull(column) == b.isNull(column) && a.isInteger(column) == b.isInteger(column) && a.bytes(column).elementsEqual(b.bytes(column))
    }
}

/// One pull's part of the comparison.
final class PullComparison {
    private let whole: IndexComparison
    private let pull: LedgerEntry.PullEntry
    private let target: IndexedPull
    private var sheet: JSON = .null

    init(_ whole: IndexComparison, _ pull: LedgerEntry.PullEntry, _ target: IndexedPull) {
        self.whole = whole
        self.pull = pull
        self.target = target
    }

    func expect(_ record: StoredRecord, decoder: inout some RowDecoder, into result: inout LedgerVerification) throws {
        switch record.role {
        case .sheet:
            sheet = (try? JSON.parse(record.bytes)) ?? .null
            target.begin(sheet)
        case .origin:
            guard let json = try? JSON.parse(record.bytes), let name = json["name"]?.text else {
                return result.found(LedgerFinding(.record, "\(record.id)", "an origin cannot be read"))
            }
            try target.origin(record.id, name: name, start: json["start"]?.int ?? 0)
            try decoder.origin(json)
        case .reject:
            try target.reject(record.id, origin: record.origin, ordinal: record.ordinal, reason: StoredReject(record.bytes).reason)
        case .conflict: try expectConflict(record, decoder: &decoder, into: &result)
        case .data: try expectRows(of: record, decoder: &decoder, into: &result)
        case .erased: break
        case .anchor: result.found(LedgerFinding(.record, "\(record.id)", "a part of an anchor in a pull"))
        }
    }

    private func expectConflict(_ record: StoredRecord, decoder: inout some RowDecoder, into result: inout LedgerVerification) throws {
        let conflict = StoredReject(record.bytes)
        guard let other = ArtifactID(conflict.reason) else {
            return result.found(LedgerFinding(.record, "\(record.id)", "a conflict does not name the other record"))
        }
        try IndexBuilder.add(conflict, with: other, of: record, to: target, decoder: &decoder)
        whole.seen.add(DedupeKey.conflict(target.source, bytes: conflict.bytes), record.id.packed, 0)
    }

    private func expectRows(of record: StoredRecord, decoder: inout some RowDecoder, into result: inout LedgerVerification) throws {
        var native: Int64?
        var isFirst = true
        var digest = MemberDigest()
        let unread = try decoder.rows(of: record) { table, row in
            result.rows += 1
            if target.isOfState { digest.add(table: table, row) }
            if isFirst { native = DedupeKey.native(of: row, target.source) }
            isFirst = false
            try whole.tables[table].expect(row, id: record.id, source: target.source, into: &result)
            try whole.counted[table]?.expect(row, id: record.id, into: &result)
        }
        if let unread {
            try target.reject(record.id, origin: record.origin, ordinal: record.ordinal, reason: IndexBuilder.unmapped(unread))
        }
        if target.isOfState { return target.hold(digest, record.id) }
        if let native { whole.seen.add(native, record.id.packed, record.content) } else { try expectSeenByContent(record) }
    }

    /// The keys of equal records without an id are taken in ledger order, none left out, so each has exactly one place. Which one, only the table tells.
    private func expectSeenByContent(_ record: StoredRecord) throws {
        let place = try SeenLookup.place(of: record, target.source, in: whole.index)
        // Without one the sums differ, whatever is added.
        whole.seen.add(place ?? 0, record.id.packed, record.content)
    }

    func finish() throws { try target.finish(pull, sheet: sheet) }
}
