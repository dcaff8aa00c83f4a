import Evidence
import SQLite
import Seal

/// Holds each row of the index against the row that the ledger's bytes give, both in ledger order, one of each at a time.
final class IndexComparison {
    let index: IndexFile
    fileprivate var tables: [TableCursor]
    /// The small tables made anew from the ledger, compared at the end.
    fileprivate let expected: IndexFile
    fileprivate var seenCount = 0

    init(_ index: IndexFile) throws {
        self.index = index
        expected = try IndexFile(folder: nil, kinds: [], digest: "")
        tables = try index.kinds.map { try TableCursor(index.database, KindColumns($0)) }
    }

    func expect(_ entry: LedgerEntry, _ seq: Int, into result: inout LedgerVerification) throws {
        switch entry {
        case .genesis: try expected.mark(seq)
        case .run(let at, _, _): try expected.note(run: seq, at: at)
        case .seal(let seal): try expected.note(seal: seq, seal)
        case .pull: preconditionFailure("a pull is compared record by record")
        }
    }

    func begin(_ pull: LedgerEntry.PullEntry, _ seq: Int) throws -> PullComparison {
        PullComparison(self, pull, seq, try IndexedPull(expected, source: pull.source, entry: seq))
    }

    func finish(indexedEntries: Int, into result: inout LedgerVerification) throws {
        for i in tables.indices {
            while let extra = try tables[i].extra() {
                result.found(LedgerFinding(.index, "\(tables[i].name) of \(extra)", "a row that no record gives"))
            }
        }
        let seen = Int(try index.database.integer("SELECT count(*) FROM seen") ?? 0)
        if seen != seenCount { result.found(LedgerFinding(.index, "seen", "\(seen) keys, the ledger gives \(seenCount)")) }
        for table in ["indexed", "pull", "run", "seal", "origin", "complete_day", "cursor", "reject", "conflict"] {
            try compare(table, into: &result)
        }
    }

    private func compare(_ table: String, into result: inout LedgerVerification) throws {
        // `indexed` has one column only.
        let sql = "SELECT * FROM \(table) ORDER BY \(table == "indexed" ? "1" : "1, 2")"
        let a = try index.database.prepare(sql)
        let b = try expected.database.prepare(sql)
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
        a.isNull(column) == b.isNull(column) && a.bytes(column).elementsEqual(b.bytes(column))
    }
}

/// One pull's part of the comparison.
final class PullComparison {
    private let whole: IndexComparison
    private let pull: LedgerEntry.PullEntry
    private let target: IndexedPull
    private var sheet: JSON = .null

    init(_ whole: IndexComparison, _ pull: LedgerEntry.PullEntry, _ seq: Int, _ target: IndexedPull) {
        self.whole = whole
        self.pull = pull
        self.target = target
    }

    func expect(_ record: StoredRecord, decoder: inout some RowDecoder, into result: inout LedgerVerification) throws {
        switch record.role {
        case .sheet: sheet = (try? JSON.parse(record.bytes)) ?? .null
        case .origin:
            let json = try? JSON.parse(record.bytes)
            try target.origin(record.id, name: json?["name"]?.text ?? "", start: json?["start"]?.int ?? 0)
        case .reject:
            try target.reject(record.id, origin: record.origin, ordinal: record.ordinal, reason: StoredReject(record.bytes).reason)
        case .conflict:
            let conflict = StoredReject(record.bytes)
            if let other = ArtifactID(conflict.reason) { try target.conflict(record.id, with: other, bytes: conflict.bytes) }
            whole.seenCount += 1
        case .data: try expectRows(of: record, decoder: &decoder, into: &result)
        }
    }

    private func expectRows(of record: StoredRecord, decoder: inout some RowDecoder, into result: inout LedgerVerification) throws {
        var native: Int64?
        try decoder.rows(of: record) { table, row in
            result.rows += 1
            if native == nil, let id = row.nativeID {
                native = row.arena.withUnsafeBytes { DedupeKey.native(target.source, id: UnsafeRawBufferPointer(rebasing: $0[id])) }
            }
            try whole.tables[table].expect(row, id: record.id, source: target.source, into: &result)
        }
        whole.seenCount += 1
        let content = DedupeKey.content(of: record.bytes)
        if try !isSeen(record, native, content) {
            result.found(LedgerFinding(.index, "seen of \(record.id)", "does not know the record"))
        }
    }

    private func isSeen(_ record: StoredRecord, _ native: Int64?, _ content: Int64) throws -> Bool {
        if let native { return try whole.index.seen(native).map { $0 == (record.id, content) } ?? false }
        var occurrence = 0
        while true {
            let key = DedupeKey.content(target.source, bytes: record.bytes, receivedDigest: record.receivedDigest, occurrence: occurrence)
            guard let seen = try whole.index.seen(key) else { return false }
            if seen == (record.id, content) { return true }
            occurrence += 1
        }
    }

    func finish(into result: inout LedgerVerification) throws { try target.finish(pull, sheet: sheet) }
}

/// The rows of one kind's table, in ledger order.
private struct TableCursor {
    let name: String
    private let columns: [String]
    private let statement: Statement
    private let fields: [Field]
    private var isAtRow: Bool

    init(_ database: Database, _ columns: KindColumns) throws {
        name = columns.kind.name.text
        self.columns = columns.all
        fields = columns.kind.fields
        statement = try database.prepare(columns.selectAll)
        isAtRow = try statement.step()
    }

    mutating func extra() throws -> ArtifactID? {
        guard isAtRow else { return nil }
        let id = ArtifactID(packed: statement.integer(0))
        isAtRow = try statement.step()
        return id
    }

    mutating func expect(_ row: borrowing Row, id: ArtifactID, source: SourceText, into result: inout LedgerVerification) throws {
        while isAtRow, statement.integer(0) < id.packed {
            let extra = ArtifactID(packed: max(0, statement.integer(0)))
            result.found(LedgerFinding(.index, "\(name) of \(extra)", "a row that no record gives"))
            isAtRow = try statement.step()
        }
        guard isAtRow, statement.integer(0) == id.packed else {
            result.found(LedgerFinding(.index, "\(name) of \(id)", "the row is missing"))
            return
        }
        compare(row, id, source, into: &result)
        isAtRow = try statement.step()
    }

    private func compare(_ row: borrowing Row, _ id: ArtifactID, _ source: SourceText, into result: inout LedgerVerification) {
        var differing: Int?
        row.arena.withUnsafeBytes { arena in
            if !statement.bytes(1).elementsEqual(source.bytes) { differing = 1 }
            if !isEqual(2, row.nativeID, arena) { differing = 2 }
            if !isEqual(3, row.occurredAt) { differing = 3 }
            var column = 5
            for i in fields.indices {
                if fields[i].type == .instant {
                    var span: Span?
                    if case .instant(let value) = row.cells[i] { span = value }
                    if !isEqual(column, span) { differing = column }
                    column += 2
                } else {
                    if !isEqual(column, row.cells[i], arena) { differing = column }
                    column += 1
                }
            }
        }
        if let differing {
            result.found(LedgerFinding(.index, "\(name).\(columns[differing]) of \(id)", "differs from what the record gives"))
        }
    }

    private func isEqual(_ column: Int, _ range: Range<Int>?, _ arena: UnsafeRawBufferPointer) -> Bool {
        guard let range else { return statement.isNull(column) }
        let bytes = statement.bytes(column)
        return !statement.isNull(column) && bytes.count == range.count && bytes.elementsEqual(arena[range])
    }

    private func isEqual(_ column: Int, _ span: Span?) -> Bool {
        guard let span else { return statement.isNull(column) && statement.isNull(column + 1) }
        return statement.isInteger(column) && statement.integer(column) == span.earliest.nanoseconds
            && statement.isInteger(column + 1) && statement.integer(column + 1) == span.latest.nanoseconds
    }

    private func isEqual(_ column: Int, _ cell: Cell, _ arena: UnsafeRawBufferPointer) -> Bool {
        switch cell {
        case .null, .instant: statement.isNull(column)
        case .integer(let value): statement.isInteger(column) && statement.integer(column) == value
        case .number(let value): !statement.isNull(column) && statement.double(column) == value
        case .text(let range): isEqual(column, Optional(range), arena)
        }
    }
}
