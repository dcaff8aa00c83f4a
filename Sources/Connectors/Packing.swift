import CLibArchive

enum Packing {
    case plain
    case gzip
    case zstandard

    init(firstBytes: [UInt8]) {
        if firstBytes.starts(with: [0x1f, 0x8b]) {
            self = .gzip
        } else if firstBytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) {
            self = .zstandard
        } else {
            self = .plain
        }
    }

    /// What is packed in the reader's file, from where it stands.
    func unpacked(_ reader: FileReader) throws(ReadProblem) -> any FileBytes {
        switch self {
        case .plain: reader
        case .gzip: try Gunzip(reader)
        case .zstandard: try Unzstd(reader)
        }
    }
}

/// Unpacks a Zstandard file as it is read. What comes before a break is delivered before the break is told.
final class Unzstd: FileBytes {
    private let reader: FileReader
    private let archive: OpaquePointer
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    private var problem: ReadProblem?

    init(_ reader: FileReader) throws(ReadProblem) {
        guard let archive = archive_read_new() else { throw ReadProblem("no memory to unpack '\(reader.name.shown)'") }
        self.reader = reader
        self.archive = archive
        archive_read_support_filter_zstd(archive)
        archive_read_support_format_raw(archive)
        archive_read_support_format_empty(archive)
        archive_read_set_read_callback(archive) { _, client, block in
            guard let client, let block else { return -1 }
            return Unmanaged<Unzstd>.fromOpaque(client).takeUnretainedValue().readBlock(block)
        }
        archive_read_set_callback_data(archive, Unmanaged.passUnretained(self).toOpaque())
        var entry: OpaquePointer?
        let opened = archive_read_open1(archive)
        let status = opened == ARCHIVE_OK ? archive_read_next_header(archive, &entry) : opened
        isAtEnd = status == ARCHIVE_EOF
        guard status == ARCHIVE_OK || status == ARCHIVE_EOF else { throw failure() }
    }
    private var isAtEnd = false
    deinit {
        archive_read_free(archive)
        buffer.deallocate()
    }

    private func readBlock(_ block: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
        do throws(ReadProblem) {
            let bytes = try reader.next()
            block.pointee = bytes.baseAddress
            return bytes.count
        } catch {
            problem = error
            return -1
        }
    }

    func next() throws(ReadProblem) -> UnsafeRawBufferPointer {
        if isAtEnd { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw failure() }
        if count == 0 { isAtEnd = true }
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }

    private func failure() -> ReadProblem {
        if let problem { return problem }
        let why = archive_error_string(archive).map { String(cString: $0) } ?? "unknown reason"
        return ReadProblem("'\(reader.name.shown)' cannot be unpacked beyond byte \(reader.offset) of \(reader.size): \(why)")
    }
}
