import Evidence
import Glibc
import SQLite

/// The index: typed tables derived from the ledger, one per kind. It may be deleted at any time; it is rebuilt from the ledger's bytes.
package final class IndexFile {
    package let database: Database
    package let kinds: [Kind]
    /// By table; there are more kinds than most runs bring.
    private var inserts: [Statement?]
    /// By table; nil also of a kind that is not counted.
    private var counted: [CountedRows?]
    /// By their text.
    private var writes: [String: Statement] = [:]
    private let seenKeys: SeenKeys
    private let lateOrder: LateOrder
    private let many: Many
    private var unsettledRows = 0
    /// Pages in use when the transaction began.
    private var pagesBefore: Int64 = 0
    /// The transaction in hand makes much of the file.
    private(set) var isLarge = false

    package static func path(in folder: String) -> String { folder + "/index.sqlite" }

    /// Opens the folder's index, or begins an empty one if there is none, or if it was made for other kinds or mappings (`digest`).
    package convenience init(folder: String?, kinds: [Kind], digest: String, many: Many = Many()) throws {
        let columns = kinds.map(KindColumns.init)
        let path = folder.map(IndexFile.path) ?? ":memory:"
        var opened = try Database(path: path, access: .create)
        if try !IndexFile.isCurrent(opened, columns, digest: digest) {
            if folder != nil {
                // Nothing in an index is worth keeping: the truth is next door.
                unlink(path)
                unlink(path + "-journal")
                opened = try Database(path: path, access: .create)
            }
            try IndexFile.configure(opened)
            try opened.transaction {
                try IndexFile.declare(columns, in: opened)
                let insert = try opened.prepare("INSERT INTO made_for (format, digest) VALUES (?, ?)")
                insert.bind(1, IndexFile.format)
                insert.bind(2, digest)
                try insert.execute()
            }
        } else {
            try IndexFile.configure(opened)
        }
        try self.init(opened, kinds, columns, many)
    }

    private init(_ database: Database, _ kinds: [Kind], _ columns: [KindColumns], _ many: Many = Many()) throws {
        self.database = database
        self.kinds = kinds
        self.many = many
        seenKeys = try SeenKeys(database, holding: many.keys)
        lateOrder = LateOrder(database, kinds)
        inserts = Array(repeating: nil, count: columns.count)
        counted = Array(repeating: nil, count: columns.count)
    }

    /// The folder's index to be looked at, as it lies there; nil if there is none, or if it was made for other kinds or mappings, or is no index.
    package static func existing(in folder: String, kinds: [Kind], digest: String) throws -> IndexFile? {
        let columns = kinds.map(KindColumns.init)
        guard access(path(in: folder), F_OK) == 0 else { return nil }
        do {
            // Not read-only: what a crash left in its journal is taken back first, or nothing could be read.
            let opened = try Database(path: path(in: folder), access: .readWrite)
            return try isCurrent(opened, columns, digest: digest) ? IndexFile(opened, kinds, columns) : nil
        } catch let error as SQLiteError where error.blamesFile {
            return nil
        }
    }

    private static let format: Int64 = 7

    private static func declare(_ columns: [KindColumns], in database: Database) throws {
        try database.run(schema)
        for statement in columns.flatMap({ $0.create + CountedRows.declarations($0.kind) }) { try database.run(statement) }
    }

    /// The tables are those that this program would make for these kinds, and it says so itself.
    private static func isCurrent(_ database: Database, _ columns: [KindColumns], digest: String) throws -> Bool {
        do {
            let fresh = try Database(path: ":memory:", access: .create)
            try declare(columns, in: fresh)
            guard try database.schema() == fresh.schema(), try database.integer("SELECT count(*) FROM made_for") == 1 else { return false }
            return try database.text("SELECT digest FROM made_for") == digest && database.integer("SELECT format FROM made_for") == format
        } catch let error as SQLiteError where error.blamesFile {
            return false
        }
    }

    /// FULL, though the index can be made anew: after a power failure NORMAL may leave a torn file, and who verifies then is alarmed for nothing.
    private static func configure(_ database: Database) throws {
        try database.run("PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA temp_store = FILE")
        try database.run(usualCache)
    }
    /// Of a large index the upper pages of each tree.
    private static let usualCache = "PRAGMA cache_size = -48000"
    /// Where all is appended little is read again, and what is sorted at a time takes as much memory as this.
    private static let smallCache = "PRAGMA cache_size = -16000"

    private static let schema = """
        CREATE TABLE made_for (format INTEGER NOT NULL, digest TEXT NOT NULL) STRICT;
        CREATE TABLE indexed (entry INTEGER PRIMARY KEY) STRICT;
        CREATE TABLE pull (
            entry INTEGER PRIMARY KEY, source TEXT NOT NULL, outcome TEXT NOT NULL, started_at INTEGER NOT NULL, root TEXT NOT NULL,
            sheet TEXT NOT NULL
        ) STRICT;
        CREATE INDEX pull_by_source ON pull (source, outcome, started_at);
        CREATE TABLE run (entry INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
        CREATE TABLE seal (entry INTEGER PRIMARY KEY, at INTEGER NOT NULL, period TEXT NOT NULL, revision INTEGER NOT NULL, inputs TEXT NOT NULL) STRICT;
        CREATE TABLE origin (artifact INTEGER PRIMARY KEY, source TEXT NOT NULL, name TEXT NOT NULL, start INTEGER NOT NULL) STRICT;
        CREATE TABLE complete_day (source TEXT NOT NULL, day TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (source, day)) STRICT;
        CREATE TABLE cursor (
            source TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, digest TEXT NOT NULL, records INTEGER NOT NULL,
            PRIMARY KEY (source, name)
        ) STRICT;
        CREATE TABLE reject (artifact INTEGER PRIMARY KEY, source TEXT NOT NULL, origin INTEGER NOT NULL, ordinal INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
        CREATE TABLE conflict (
            artifact INTEGER PRIMARY KEY, source TEXT NOT NULL, other INTEGER NOT NULL, occurred_at INTEGER, occurred_at_latest INTEGER
        ) STRICT;
        CREATE TABLE erasure (
            artifact INTEGER PRIMARY KEY, entry INTEGER NOT NULL, source TEXT NOT NULL, at INTEGER NOT NULL, role TEXT NOT NULL,
            kinds TEXT NOT NULL, first_day TEXT, last_day TEXT, leaf TEXT NOT NULL, mark TEXT NOT NULL, reason TEXT NOT NULL, approver TEXT NOT NULL
        ) STRICT;
        CREATE TABLE snapshot (
            entry INTEGER PRIMARY KEY, source TEXT NOT NULL, taken_at INTEGER NOT NULL, previous INTEGER, things INTEGER NOT NULL,
            appeared INTEGER NOT NULL, changed INTEGER NOT NULL, removed INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE snapshot_member (
            source TEXT NOT NULL, object TEXT NOT NULL, artifact INTEGER NOT NULL, content INTEGER NOT NULL, PRIMARY KEY (source, object)
        ) STRICT;
        CREATE TABLE state_change (
            entry INTEGER NOT NULL, object TEXT NOT NULL, source TEXT NOT NULL, what TEXT NOT NULL, before INTEGER, after INTEGER,
            earliest INTEGER NOT NULL, latest INTEGER NOT NULL, PRIMARY KEY (entry, object)
        ) STRICT;
        CREATE TABLE seen (key INTEGER PRIMARY KEY, artifact INTEGER NOT NULL, content INTEGER NOT NULL) STRICT;
        """

    /// The first entry that is not indexed yet.
    package func nextEntry() throws -> Int { Int(min(try database.integer("SELECT max(entry) FROM indexed") ?? -1, 1 << 31)) + 1 }

    /// Begins a transaction, or goes on with the one that is not due yet.
    package func begin() throws {
        guard !database.isInTransaction else { return }
        try database.run("BEGIN IMMEDIATE")
        try noteSize()
    }
    /// What comes from here on is held against what there is.
    func noteSize() throws { pagesBefore = try usedPages() }
    package func commit() throws {
        try seenKeys.settle()
        try lateOrder.settle()
        try database.run("COMMIT")
        try forgetUnsettled()
    }
    /// Much has come together. The rest is left to the next commit: one costs five synced writes, and after a crash the ledger has all of it. What a crash
    /// would leave to be read again stays within seconds.
    package var isDue: Bool { unsettledRows >= IndexFile.settledRows }
    private static let settledRows = 50_000
    /// Undoes what was not committed, of earlier pulls too: they are read again from the ledger.
    package func rollback() {
        // Nothing to undo when the failure was the commit's own.
        try? database.run("ROLLBACK")
        forgetSets()
        try? forgetUnsettled()
    }

    private func forgetUnsettled() throws {
        seenKeys.forget()
        lateOrder.forget()
        unsettledRows = 0
        if isLarge { try database.run(IndexFile.usualCache) }
        isLarge = false
    }

    /// What is put in order at the end of a transaction and not row by row.
    package struct Many: Sendable {
        /// How often it is asked whether a transaction is a large one, and of how many rows a kind's order is worth the while.
        let rows: Int
        /// How many keys are held at most.
        let keys: Int
        package init(rows: Int = 1 << 14, keys: Int = 1 << 18) {
            self.rows = rows
            self.keys = keys
        }
    }

    /// A transaction that made a fifth of the file is a large one: a first reading, a backlog, an index that is made anew.
    ///
    /// No SELECT on this connection may be half read here: SQLite drops no index then.
    private func gatherIfMany() throws {
        guard unsettledRows % many.rows == 0, try isLarge || usedPages() > pagesBefore + pagesBefore / 4 else { return }
        if !isLarge { try database.run(IndexFile.smallCache) }
        isLarge = true
        try seenKeys.gather()
        try lateOrder.gather(few: many.rows / 2)
    }

    private func usedPages() throws -> Int64 { try (database.integer("PRAGMA page_count") ?? 0) - (database.integer("PRAGMA freelist_count") ?? 0) }

    /// The table is emptied: of those that were to go into it too.
    func forgetKeys() { seenKeys.forget() }
    func forgetSets() { for rows in counted { rows?.forget() } }

    func mark(_ entry: Int) throws {
        let mark = try write("INSERT INTO indexed (entry) VALUES (?)")
        mark.bind(1, entry)
        try mark.execute()
    }

    private func prepareInsert(_ table: Int) throws -> Statement {
        let statement = try database.prepare(KindColumns(kinds[table]).insert)
        counted[table] = try CountedRows(database, kinds[table])
        inserts[table] = statement
        return statement
    }

    /// A statement that is executed for every pull, prepared once.
    func write(_ sql: String) throws -> Statement {
        if let known = writes[sql] { return known }
        let statement = try database.prepare(sql)
        writes[sql] = statement
        return statement
    }

    /// Adds a row of the kind at `table` in `kinds`.
    package func insert(table: Int, row: Row, id: ArtifactID, source: SourceText) throws {
        let statement = try inserts[table] ?? prepareInsert(table)
        try row.arena.withUnsafeBytes { arena in
            try source.bytes.withUnsafeBytes { source in
                statement.bind(1, id.packed)
                statement.bind(2, text: source)
                if let native = row.nativeID { statement.bind(3, text: slice(arena, native)) } else { statement.bindNull(3) }
                statement.bind(row.occurredAt, at: 4)
                var at = 6
                for (cell, field) in zip(row.cells, kinds[table].fields) {
                    at = bind(cell, isInstant: field.type == .instant, to: statement, at: at, arena)
                }
                try statement.execute()
            }
        }
        try counted[table]?.add(row, id: id)
        lateOrder.note(table)
        unsettledRows += 1
        try gatherIfMany()
    }

    private func slice(_ arena: UnsafeRawBufferPointer, _ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: arena[range])
    }

    private func bind(_ cell: Cell, isInstant: Bool, to statement: Statement, at index: Int, _ arena: UnsafeRawBufferPointer) -> Int {
        if isInstant {
            if case .instant(let span) = cell { statement.bind(span, at: index) } else { statement.bind(nil, at: index) }
            return index + 2
        }
        switch cell {
        case .null, .instant: statement.bindNull(index)
        case .integer(let value): statement.bind(index, value)
        case .number(let value): statement.bind(index, value)
        case .text(let range): statement.bind(index, text: slice(arena, range))
        }
        return index + 1
    }

    // MARK: What was seen

    package func seen(_ key: Int64) throws -> (artifact: ArtifactID, content: Int64)? {
        guard let seen = try packedSeen(key) else { return nil }
        guard seen.artifact >= 0 else { throw LedgerError.damaged(nil, reason: "the index names a record that cannot be; run 'receipts index --rebuild'") }
        return (ArtifactID(packed: seen.artifact), seen.content)
    }

    func packedSeen(_ key: Int64) throws -> (artifact: Int64, content: Int64)? { try seenKeys.find(key) }

    /// The first record with a key keeps it: after a change of mapping two stored records may have come to one id. False if an earlier one has it.
    @discardableResult
    package func noteSeen(_ key: Int64, _ id: ArtifactID, content: Int64) throws -> Bool {
        try seenKeys.enter(key, artifact: id.packed, content: content)
    }
}

/// A source's id as bytes, made once.
package struct SourceText: Sendable {
    package let id: SourceID
    package let bytes: [UInt8]
    package init(_ id: SourceID) {
        self.id = id
        bytes = Array(id.text.utf8)
    }
}
