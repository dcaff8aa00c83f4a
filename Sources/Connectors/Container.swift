import CLibArchive
import Foundation

/// A ZIP, or a tar, plain or packed by gzip or Zstandard, member by member from front to back. Nothing of it is ever written anywhere.
///
/// A ZIP is read by its central directory, as every other reader does; its methods are libarchive's, Zstandard (93) among them.
final class Container {
    struct Member {
        enum Sort { case file, folder, other }
        /// As it stands there, less a leading `./`.
        var name: FileName
        let sort: Sort
    }

    private let name: String
    private let archive: OpaquePointer
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    private let limit: Int
    /// Of all members so far, unpacked.
    private var length = 0
    /// Of a tar; nil for a ZIP, which is read by seeking.
    private let blocks: TarBlocks?
    private let end: ZipEnd?

    /// `limit`: bytes of all members together, unpacked.
    init(_ reader: FileReader, limit: Int) throws(ReadProblem) {
        name = reader.name.shown
        self.limit = limit
        let packing = Packing(firstBytes: reader.firstBytes(4))
        let isZip = packing == .plain && Packing.isZip(reader.firstBytes(4))
        blocks = isZip ? nil : TarBlocks(try packing.unpacked(reader))
        guard let archive = archive_read_new() else { throw ReadProblem("no memory to read '\(reader.name.shown)'") }
        self.archive = archive
        let opened: Int32
        if let blocks {
            end = nil
            archive_read_support_format_tar(archive)
            opened = blocks.open(archive)
        } else {
            let descriptor = try reader.wholeForSeeking()
            end = ZipEnd(descriptor)
            archive_read_support_format_zip_seekable(archive)
            opened = archive_read_open_fd(archive, descriptor, 1 << 18)
        }
        guard opened == ARCHIVE_OK else { throw failure("cannot be read as an archive") }
    }
    deinit {
        archive_read_free(archive)
        buffer.deallocate()
    }

    /// The next member; nil after the last. What was not read of the one before is passed over.
    func next() throws(ReadProblem) -> Member? {
        var entry: OpaquePointer?
        let status = archive_read_next_header(archive, &entry)
        if status == ARCHIVE_EOF {
            try blocks?.end(at: Int(archive_read_header_position(archive)), of: name)
            let count = Int(archive_file_count(archive))
            if let end, end.members != count { throw ReadProblem("'\(name)' counts \(end.members) members and holds \(count)") }
            return nil
        }
        // Asked again libarchive would go on behind a damaged header, and after a warning without what it could not read, such as a long name.
        guard status == ARCHIVE_OK || status == ARCHIVE_WARN && isOfCharacters else { throw failure("cannot be read as an archive") }
        guard let path = archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry) else {
            throw ReadProblem("'\(name)' holds a member whose name cannot be read")
        }
        var bytes = Array(UnsafeRawBufferPointer(start: path, count: strlen(path)))
        while bytes.starts(with: [46, 47]) { bytes.removeFirst(2) }
        return Member(name: FileName(bytes: bytes), sort: sort(entry))
    }

    /// What is warned of is a name that the locale cannot write, and its bytes are there.
    private var isOfCharacters: Bool {
        archive_error_string(archive).map { String(cString: $0) }.map { $0.contains("can't be converted") || $0.contains("cannot be converted") } ?? false
    }

    private func sort(_ entry: OpaquePointer?) -> Member.Sort {
        if archive_entry_hardlink(entry) != nil || archive_entry_symlink(entry) != nil { return .other }
        switch archive_entry_filetype(entry) & 0o170000 {
        case 0o100000: return .file
        case 0o040000: return .folder
        default: return .other
        }
    }

    /// Bytes of the member in hand, valid until the next call; empty at its end.
    func read(of member: FileName) throws(ReadProblem) -> UnsafeRawBufferPointer {
        let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw failure("cannot be read in its member '\(member.shown)'") }
        length += count
        guard length <= limit else { throw ReadProblem("'\(name)' holds more than \(limit) bytes; the rest was left") }
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }

    private func failure(_ what: String) -> ReadProblem {
        if let problem = blocks?.problem { return problem }
        return ReadProblem("'\(name)' \(what): \(archive_error_string(archive).map { String(cString: $0) } ?? "unknown reason")")
    }
}

/// A member on its way to a decoder.
struct MemberStream: ByteStream {
    private let container: Container
    private let member: FileName
    private let shown: String
    private let isFirst = First()

    private final class First { var value = true }

    init(_ container: Container, _ member: FileName, shown: String) {
        self.container = container
        self.member = member
        self.shown = shown
    }

    func next() throws -> UnsafeRawBufferPointer {
        let bytes = try container.read(of: member)
        if isFirst.value, Packing.isContainer(bytes) || Packing(firstBytes: Array(bytes.prefix(4))) != .plain {
            throw ReadProblem("'\(shown)' is packed itself: an archive in an archive is not read")
        }
        isFirst.value = false
        return bytes
    }
    func end() throws -> ReadProblem? { nil }
}

extension Packing {
    /// A ZIP or an unpacked tar, by its first bytes; at least 262 are needed to know a tar.
    static func isContainer(_ bytes: some Collection<UInt8>) -> Bool {
        isZip(bytes) || bytes.dropFirst(257).starts(with: "ustar".utf8)
    }

    static func isZip(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: [0x50, 0x4b, 3, 4]) || bytes.starts(with: [0x50, 0x4b, 5, 6]) }
}
