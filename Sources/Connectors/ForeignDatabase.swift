import Evidence
import Foundation
import SQLite

/// A SQLite file that another program owns and may be writing, opened so that nothing is written to it or beside it.
///
/// - With a rollback journal, SQLite's own shared lock shows one state; a writer is waited for.
/// - In WAL mode while a program has it open, its `-shm` is mapped for reading only, and the reader's snapshot is SQLite's own.
/// - In WAL mode with nobody at it, an ordinary read-only open would leave a `-wal` and `-shm` of ours behind, so the file is read as immutable;
///   SQLite then locks nothing, so a file that was changed meanwhile is found out by its times and size, and proves nothing.
/// - A `-wal` that holds something without its `-shm` is what a crash or a copy by hand leaves: only a writer can put it together again.
struct ForeignDatabase {
    let database: Database
    private let path: String
    private let shown: String
    private let before: Marks?
    /// When the file or its log was last written; a file that is a copy says nothing of what came after.
    let writtenAt: Instant?

    /// What changes when a file is written.
    private struct Marks: Equatable {
        let inode: UInt64
        let size: Int64
        let modified: [Int]
    }

    init(_ name: String, below root: String) throws(ReadProblem) {
        shown = name
        path = try ForeignDatabase.location(name, below: root)
        let header = try ForeignDatabase.header(path, name)
        // SQLite takes what is missing of a last page for zeros.
        let page = max(1, Int64(header[16]) << 8 | Int64(header[17]))
        guard let size = ForeignDatabase.marks(path)?.size, size % (page == 1 ? 65_536 : page) == 0 else {
            throw ReadProblem("'\(name)' breaks off within a page")
        }
        var parameters = "mode=ro"
        var marks: Marks?
        if header[18] == 2 || header[19] == 2 {
            if ForeignDatabase.marks(path + "-shm") != nil {
                parameters += "&readonly_shm=1"
            } else if (ForeignDatabase.marks(path + "-wal")?.size ?? 0) == 0 {
                parameters = "immutable=1"
                marks = ForeignDatabase.marks(path)
            } else {
                throw ReadProblem(
                    "'\(name)' has a write-ahead log and no '-shm' beside it, as after a crash or in a copy: its own program must open it once first")
            }
        }
        before = marks
        let written = [path, path + "-wal"].compactMap(ForeignDatabase.marks).map { ($0.modified[0], $0.modified[1]) }.max { $0 < $1 }
        writtenAt = written.map { Instant(nanoseconds: Int64($0.0) &* 1_000_000_000 &+ Int64($0.1)) }
        do throws(SQLiteError) {
            database = try Database(path: "file:" + ForeignDatabase.encoded(path) + "?" + parameters, access: .uri)
        } catch {
            throw ReadProblem("'\(name)' cannot be opened: \(error.message)")
        }
    }

    /// With a rollback journal that a crash left, only a writer can take back what was half done.
    static func unfinished(_ name: String) -> ReadProblem {
        ReadProblem("'\(name)' was left in the middle of a transaction, as after a crash or in a copy: its own program must open it once first")
    }

    /// Nil if what was read is one state of the file.
    func problem() -> ReadProblem? {
        guard let before, ForeignDatabase.marks(path) != before else { return nil }
        return ReadProblem("'\(shown)' was written while it was read; the next pull reads it again")
    }

    private static func location(_ name: String, below root: String) throws(ReadProblem) -> String {
        guard let base = realpath(root, nil) else { throw ReadProblem("the programme's folder cannot be read") }
        defer { free(base) }
        guard let real = realpath(root + "/" + name, nil) else { throw ReadProblem("'\(name)' cannot be read: \(String(cString: strerror(errno)))") }
        defer { free(real) }
        let location = String(cString: real)
        guard location.utf8.starts(with: (String(cString: base) + "/").utf8) else { throw ReadProblem("'\(name)' leads out of the programme's folder") }
        return location
    }

    private static func header(_ path: String, _ name: String) throws(ReadProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw ReadProblem("'\(name)' cannot be opened: \(String(cString: strerror(errno)))") }
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        // No lock of ours can be lost by this: the database is opened later.
        close(descriptor)
        guard count == bytes.count, bytes.starts(with: Array("SQLite format 3".utf8) + [0]) else { throw ReadProblem("'\(name)' is not a SQLite database") }
        return bytes
    }

    private static func marks(_ path: String) -> Marks? {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        return Marks(
            inode: UInt64(info.st_ino), size: Int64(info.st_size),
            modified: [info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_ctim.tv_sec, info.st_ctim.tv_nsec])
    }

    private static func encoded(_ path: String) -> String {
        var text = ""
        for byte in path.utf8 {
            let isPlain = (48...57).contains(byte) || (97...122).contains(byte | 32) && byte > 64 || "/._-~".utf8.contains(byte)
            text += isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return text
    }
}
