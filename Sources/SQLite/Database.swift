import CSQLite

/// What SQLite refused, of which file, and the statement it refused.
package struct SQLiteError: Error, CustomStringConvertible, Sendable {
    package let path: String
    /// The extended result code.
    package let code: Int32
    package let message: String
    package let sql: String?
    package var description: String { "\(path): " + message + (sql.map { " in: \($0)" } ?? "") }
    /// The disk is full, cannot be written or cannot be read: no fault of the data.
    package var isInputOutput: Bool { [SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM].contains(code & 255) }
    /// It was stopped: by a limit on its steps, or by whoever waits for it.
    package var isInterrupt: Bool { code & 255 == SQLITE_INTERRUPT }
    /// Its writer was stopped in the middle of a transaction, and one who only reads may not finish it.
    package var isLeftUnfinished: Bool { code == SQLITE_READONLY | (3 << 8) || code == SQLITE_READONLY | (1 << 8) }
    package var isDamage: Bool { [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 255) }
    /// Another process has the file, or there is no memory: the same call may succeed later.
    package var isPassing: Bool { [SQLITE_BUSY, SQLITE_LOCKED, SQLITE_NOMEM, SQLITE_INTERRUPT].contains(code & 255) }
}

/// One connection to one SQLite file, used from one thread at a time. Closed when the last reference goes.
package final class Database {
    /// `uri`: the path is a `file:` URI, whose parameters say how.
    package enum Access { case readOnly, readWrite, create, uri }

    let handle: OpaquePointer
    package let path: String
    private var authorizer: AuthorizerBox?
    private var stepLimit: StepLimit?
    var stopSign: StopSign?

    /// Double-quoted strings are off, the schema is not trusted, a page's cells are checked before one is read, extensions cannot be loaded, a busy file
    /// is waited for five seconds.
    package init(path: String, access: Access) throws(SQLiteError) {
        _ = Database.isConfigured
        let flags: Int32 =
            switch access {
            case .readOnly: SQLITE_OPEN_READONLY
            case .readWrite: SQLITE_OPEN_READWRITE
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .uri: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            }
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let opened else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw SQLiteError(path: path, code: code, message: message, sql: nil)
        }
        handle = opened
        self.path = path
        sqlite3_busy_timeout(handle, 5000)
        for (option, on) in [
            (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_DEFENSIVE, 1),
            (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
        ] { _ = receipts_sqlite3_db_config_flag(handle, option, Int32(on)) }
        // No file is believed: without it a cell's address may point past its page, and what lies there in memory is read as a row.
        try run("PRAGMA cell_size_check = ON")
    }

    deinit { sqlite3_close_v2(handle) }

    /// Once in a process.
    private static let isConfigured = receipts_sqlite3_without_statistics() == SQLITE_OK

    /// Runs statements that return nothing.
    package func run(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, sql) }
    }

    /// A connection of its own to the same file, for SQLite's integrity check: that reads pages with their cells unchecked, and leaves them so in its cache for
    /// whoever reads them next.
    package func apart() throws(SQLiteError) -> Database { try Database(path: path, access: .readOnly) }

    package func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        try Statement(self, sql)
    }

    /// Commits if `body` returns, rolls back if it throws.
    package func transaction<T>(_ body: () throws -> T) throws -> T {
        try run("BEGIN IMMEDIATE")
        do {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // A failed COMMIT or a full disk may already have rolled back; then there is nothing left to undo.
            if isInTransaction { try? run("ROLLBACK") }
            throw error
        }
    }

    /// The first column of the first row, or nil.
    package func integer(_ sql: String) throws(SQLiteError) -> Int64? {
        let statement = try prepare(sql)
        return try statement.step() && !statement.isNull(0) ? statement.integer(0) : nil
    }
    package func text(_ sql: String) throws(SQLiteError) -> String? {
        let statement = try prepare(sql)
        return try statement.step() && !statement.isNull(0) ? statement.text(0) : nil
    }

    /// Everything that the file declares: type, name and statement of each table, index, trigger and view, sorted.
    package func schema() throws(SQLiteError) -> [String] {
        // A name that lies there as a blob reads the same, and is not what was written.
        let kinds = ["type", "name", "tbl_name"].map { "typeof(\($0)) = 'text'" }.joined(separator: " AND ")
        let rows = try prepare(
            """
            SELECT type || ' ' || name || ': ' || coalesce(sql, '') || iif(\(kinds) AND typeof(sql) IN ('text', 'null'), '', ' (not stored as text)')
            FROM sqlite_schema ORDER BY type, name
            """)
        var all: [String] = []
        while try rows.step() { all.append(rows.text(0)) }
        return all
    }

    package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
    package var changes: Int { Int(sqlite3_changes(handle)) }
    /// Of the row inserted last.
    package var lastNumber: Int64 { sqlite3_last_insert_rowid(handle) }

    func error(_ code: Int32, _ sql: String?) -> SQLiteError {
        let error = SQLiteError(
            path: path, code: sqlite3_extended_errcode(handle) == 0 ? code : sqlite3_extended_errcode(handle),
            message: String(cString: sqlite3_errmsg(handle)), sql: sql)
        // A page whose cells were found wrong stays in the cache as one that was checked: whoever reads it next is to be refused too.
        if error.isDamage { sqlite3_db_release_memory(handle) }
        return error
    }
}

/// What a query asks to do, as SQLite's authorizer names it.
package enum SQLAction: Sendable {
    case select
    case read(table: String, column: String)
    case function(String)
    case recursive
    case other(Int32)
}

private final class AuthorizerBox {
    let allows: (SQLAction) -> Bool
    init(_ allows: @escaping (SQLAction) -> Bool) { self.allows = allows }
}

private final class StepLimit {
    var remaining: Int
    init(_ remaining: Int) { self.remaining = remaining }
}

extension Database {
    /// Asks `allows` of everything that a statement prepared from now on would do; a refused one fails to prepare.
    package func authorize(_ allows: ((SQLAction) -> Bool)?) {
        guard let allows else {
            sqlite3_set_authorizer(handle, nil, nil)
            authorizer = nil
            return
        }
        let box = AuthorizerBox(allows)
        authorizer = box
        sqlite3_set_authorizer(
            handle,
            { context, action, first, second, _, _ in
                guard let context else { return SQLITE_DENY }
                let box = Unmanaged<AuthorizerBox>.fromOpaque(context).takeUnretainedValue()
                let a = first.map { String(cString: $0) } ?? ""
                let b = second.map { String(cString: $0) } ?? ""
                let asked: SQLAction =
                    switch action {
                    case SQLITE_SELECT: .select
                    case SQLITE_READ: .read(table: a, column: b)
                    case SQLITE_FUNCTION: .function(b)
                    case SQLITE_RECURSIVE: .recursive
                    default: .other(action)
                    }
                return box.allows(asked) ? SQLITE_OK : SQLITE_DENY
            }, Unmanaged.passUnretained(box).toOpaque())
    }

    /// Interrupts a statement after about `millions` million virtual machine steps, counted from now; nil lifts the limit.
    package func limitSteps(millions: Int?) {
        guard let millions else {
            sqlite3_progress_handler(handle, 0, nil, nil)
            stepLimit = nil
            return
        }
        let limit = StepLimit(millions)
        stepLimit = limit
        sqlite3_progress_handler(
            handle, 1_000_000,
            { context in
                guard let context else { return 1 }
                let limit = Unmanaged<StepLimit>.fromOpaque(context).takeUnretainedValue()
                limit.remaining -= 1
                return limit.remaining < 0 ? 1 : 0
            }, Unmanaged.passUnretained(limit).toOpaque())
    }
}
