import CLibArchive
import Foundation

/// One member of a ZIP, held whole; its methods are libarchive's, Zstandard among them.
enum ZipMember {
    static func read(_ member: String, of file: FileName, below root: String, limit: Int) throws(ReadProblem) -> [UInt8] {
        let descriptor = open(file.cPath(below: root), O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0, let archive = archive_read_new() else { throw ReadProblem("'\(file.shown)' cannot be opened") }
        defer {
            archive_read_free(archive)
            close(descriptor)
        }
        archive_read_support_format_zip_seekable(archive)
        var status = archive_read_open_fd(archive, descriptor, 1 << 16)
        var entry: OpaquePointer?
        while status == ARCHIVE_OK {
            status = archive_read_next_header(archive, &entry)
            guard status == ARCHIVE_OK || status == ARCHIVE_WARN else { break }
            status = ARCHIVE_OK
            guard let path = archive_entry_pathname(entry), String(cString: path) == member else { continue }
            return try content(archive, member, file, limit)
        }
        if status == ARCHIVE_EOF { throw ReadProblem("'\(file.shown)' has no member '\(member)'") }
        throw ReadProblem("'\(file.shown)' cannot be read as a ZIP: \(reason(archive))")
    }

    private static func content(_ archive: OpaquePointer, _ member: String, _ file: FileName, _ limit: Int) throws(ReadProblem) -> [UInt8] {
        var content: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = archive_read_data(archive, &block, block.count)
            guard count >= 0 else { throw ReadProblem("'\(member)' of '\(file.shown)' cannot be read beyond byte \(content.count): \(reason(archive))") }
            if count == 0 { return content }
            content += block[..<count]
            guard content.count <= limit else { throw ReadProblem("'\(member)' of '\(file.shown)' is larger than \(limit) bytes") }
        }
    }

    private static func reason(_ archive: OpaquePointer) -> String {
        archive_error_string(archive).map { String(cString: $0) } ?? "unknown reason"
    }
}
