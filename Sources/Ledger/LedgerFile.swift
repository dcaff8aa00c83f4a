import Evidence
import Glibc
import SQLite

/// The truth: one SQLite file of entries, segments and checkpoints. The only code that writes it is in this target.
package final class LedgerFile {
    package let folder: String
    package let genesis: LedgerEntry.Genesis
    let database: Database

    static func path(in folder: String) -> String { folder + "/ledger.sqlite" }
    package static func exists(in folder: String) -> Bool { access(path(in: folder), F_OK) == 0 }

    /// Makes the folder's ledger with its first entry. The caller holds the lock.
    package static func create(in folder: String, genesis: LedgerEntry.Genesis) throws -> LedgerFile {
        let path = path(in: folder)
        guard !exists(in: folder) else { throw LedgerError.alreadyExists(path: path) }
        // Built under another name, so that a crash leaves either no ledger or a whole one.
        let building = path + ".new"
        unlink(building)
        do {
            let database = try Database(path: building, access: .create)
            try configure(database)
            try database.transaction {
                try database.run(schema)
                let insert = try database.prepare("INSERT INTO entry (seq, bytes) VALUES (0, ?)")
                insert.bind(1, blob: LedgerEntry.genesis(genesis).bytes)
                try insert.execute()
            }
        }
        unlink(building + "-journal")
        guard rename(building, path) == 0 else { throw LedgerError.inputOutput(path: path, reason: reason(errno)) }
        try syncFolder(folder)
        return try LedgerFile(in: folder)
    }

    /// Opens it. Read-only unless the caller, who then holds the lock, says `writing`.
    package convenience init(in folder: String, writing: Bool = true) throws {
        let path = LedgerFile.path(in: folder)
        guard LedgerFile.exists(in: folder) else { throw LedgerError.missing(path: path) }
        try LedgerHeader.check(path)
        do {
            try self.init(opening: path, in: folder, writing: writing)
        } catch let error as SQLiteError where error.blamesFile {
            throw LedgerError.unreadable(path: path, reason: error.message)
        }
    }

    private init(opening path: String, in folder: String, writing: Bool) throws {
        self.folder = folder
        database = try Database(path: path, access: writing ? .readWrite : .readOnly)
        if writing { try LedgerFile.configure(database) }
        guard try database.integer("PRAGMA application_id") == LedgerFile.applicationID else {
            throw LedgerError.unreadable(path: path, reason: "not a ledger")
        }
        let version = try database.integer("PRAGMA user_version") ?? 0
        guard version == 1 else { throw LedgerError.unreadable(path: path, reason: "ledger format \(version), this program reads format 1") }
        let first = try database.prepare("SELECT bytes FROM entry WHERE seq = 0")
        guard try first.step(), case .genesis(let genesis)? = LedgerEntry(first.blob(0)) else {
            throw LedgerError.unreadable(path: path, reason: "the first entry is not a genesis entry")
        }
        self.genesis = genesis
    }

    /// SQLite's file header: "Rcpt".
    static let applicationID: Int64 = 0x5263_7074

    /// A rollback journal that is truncated and synced to commit: unlinking it instead (DELETE) costs a new file for every transaction, and
    /// without EXTRA the unlinking may be lost with the power, and with it an acknowledged commit.
    /// WAL is out of the question before SQLite 3.51.3, whose reset bug lost commits in the releases before.
    private static func configure(_ database: Database) throws {
        try database.run("PRAGMA foreign_keys = ON; PRAGMA synchronous = EXTRA; PRAGMA cache_size = -16000")
        let mode = try database.text("PRAGMA journal_mode = TRUNCATE") ?? ""
        guard mode == "truncate" else { throw LedgerError.unsafeSetting(name: "journal_mode", wanted: "truncate", found: mode) }
        let level = try database.integer("PRAGMA synchronous") ?? -1
        guard level == 3 else { throw LedgerError.unsafeSetting(name: "synchronous", wanted: "3", found: String(level)) }
    }

    /// The triggers are a guard rail against mistakes; the tree is the proof against intent.
    static let schema = """
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = 1;
        CREATE TABLE entry (
            seq   INTEGER PRIMARY KEY,
            bytes BLOB NOT NULL
        ) STRICT;
        CREATE TABLE segment (
            entry   INTEGER NOT NULL,
            number  INTEGER NOT NULL,
            first   INTEGER NOT NULL,
            count   INTEGER NOT NULL,
            raw     INTEGER NOT NULL,
            data    BLOB NOT NULL,
            lengths BLOB NOT NULL,
            salts   BLOB NOT NULL,
            PRIMARY KEY (entry, number)
        ) STRICT;
        CREATE TABLE checkpoint (
            size INTEGER PRIMARY KEY,
            note BLOB NOT NULL
        ) STRICT;
        CREATE TABLE open_pull (
            source TEXT NOT NULL,
            at     TEXT NOT NULL
        ) STRICT;
        CREATE TRIGGER entry_is_final BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER segment_is_final BEFORE UPDATE ON segment BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER segment_stays BEFORE DELETE ON segment BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER checkpoint_is_final BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER checkpoint_stays BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        """

    // MARK: Entries

    /// Number of entries: the tree's size.
    package func size() throws -> Int { Int(try database.integer("SELECT count(*) FROM entry") ?? 0) }

    /// Every entry from `first`, in order, as stored.
    package func forEachEntry(from first: Int = 0, _ body: (Int, [UInt8]) throws -> Void) throws {
        let rows = try database.prepare("SELECT seq, bytes FROM entry WHERE seq >= ? ORDER BY seq")
        rows.bind(1, first)
        while try rows.step() { try body(rows.int(0), rows.blob(1)) }
    }

    /// The newest entry that `body` answers for; nothing older is read than it takes to find that.
    package func newest<Found>(_ body: (LedgerEntry) -> Found?) throws -> Found? {
        let rows = try database.prepare("SELECT bytes FROM entry ORDER BY seq DESC")
        while try rows.step() {
            if let entry = LedgerEntry(rows.blob(0)), let found = body(entry) { return found }
        }
        return nil
    }

    package func entryBytes(_ seq: Int) throws -> [UInt8]? {
        let row = try database.prepare("SELECT bytes FROM entry WHERE seq = ?")
        row.bind(1, seq)
        return try row.step() ? row.blob(0) : nil
    }

    /// Appends outside of a pull, in one transaction with the pull that was held, and gives its number.
    package func append(_ entry: LedgerEntry) throws -> Int {
        guard database.isInTransaction else { return try database.transaction { try insert(entry) } }
        let seq = try insert(entry)
        try settle()
        return seq
    }

    func insert(_ entry: LedgerEntry) throws -> Int {
        let bytes = entry.bytes
        guard bytes.count <= LedgerEntry.limit else { throw LedgerError.entryTooLarge(bytes: bytes.count) }
        // Not counted: that would read the whole table for each entry. A gap is for the sealer to find.
        let last = try database.integer("SELECT max(seq) FROM entry") ?? -1
        guard last < .max else { throw LedgerError.damaged(nil, reason: "no entry can follow number \(last)") }
        let seq = Int(last) + 1
        let insert = try database.prepare("INSERT INTO entry (seq, bytes) VALUES (?, ?)")
        insert.bind(1, seq)
        insert.bind(2, blob: bytes)
        try insert.execute()
        return seq
    }

    // MARK: Checkpoints

    package func storeCheckpoint(size: Int, note: [UInt8]) throws {
        try database.transaction {
            let insert = try database.prepare("INSERT OR IGNORE INTO checkpoint (size, note) VALUES (?, ?)")
            insert.bind(1, size)
            insert.bind(2, blob: note)
            try insert.execute()
        }
    }

    /// Whether the last entry is one that a checkpoint follows, and the checkpoint is not there: a crash came between.
    package func endsUnsigned() throws -> Bool {
        let size = try size()
        switch try entryBytes(size - 1).flatMap({ LedgerEntry($0) }) {
        case .run?, .seal?, .anchor?, .erasure?, .key?, .revocation?: break
        case .genesis?, .pull?, nil: return false
        }
        let row = try database.prepare("SELECT 1 FROM checkpoint WHERE size = ?")
        row.bind(1, size)
        return try !row.step()
    }

    /// By tree size.
    package func checkpoints() throws -> [(size: Int, note: [UInt8])] {
        let rows = try database.prepare("SELECT size, note FROM checkpoint ORDER BY size")
        var all: [(Int, [UInt8])] = []
        while try rows.step() { all.append((rows.int(0), rows.blob(1))) }
        return all
    }
}

/// Makes a rename in the folder last through a power cut.
func syncFolder(_ folder: String) throws(LedgerError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .inputOutput(path: folder, reason: reason(errno)) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .inputOutput(path: folder, reason: reason(errno)) }
}
