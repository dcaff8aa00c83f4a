import Evidence
import Glibc
import SQLite

/// The fields of an SQLite file's header that a ledger never has otherwise. SQLite would take some of them as a wish: to write a log beside
/// the file, to open it read-only, to move its pages.
enum LedgerHeader {
    private static let fixed: [(offset: Int, bytes: [UInt8])] = [
        (0, Array("SQLite format 3\0".utf8)),
        // Rollback journal for writers and readers, no reserved space, the only payload fractions there are.
        (18, [1, 1, 0, 64, 32, 32]),
        // Schema format 4.
        (44, [0, 0, 0, 4]),
        // No auto-vacuum.
        (52, [0, 0, 0, 0]),
        // UTF-8.
        (56, [0, 0, 0, 1]),
        (64, [0, 0, 0, 0]),
        (72, [UInt8](repeating: 0, count: 20)),
    ]

    static func check(_ path: String) throws(LedgerError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .inputOutput(path: path, reason: reason(errno)) }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: 100)
        let got = header.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard got >= 0 else { throw .inputOutput(path: path, reason: reason(errno)) }
        guard got == header.count else { throw .unreadable(path: path, reason: "shorter than the header of a database") }
        for (offset, bytes) in fixed where !header[offset..<offset + bytes.count].elementsEqual(bytes) {
            throw .unreadable(path: path, reason: "the file's header differs at byte \(offset) from that of every ledger")
        }
    }
}

extension SQLiteError {
    /// What is in the file is at fault, neither the machine nor another process.
    var blamesFile: Bool { !isInputOutput && !isPassing }
}
