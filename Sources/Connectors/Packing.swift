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

    /// Throws for a file that is packed in a way that is not read, or that is called packed and is empty, as a full disk leaves it.
    static func check(_ name: FileName, _ firstBytes: [UInt8]) throws(ReadProblem) {
        let endings: [StaticString] = [".gz", ".zst", ".zstd"]
        if firstBytes.isEmpty, endings.contains(where: { name.bytes.suffix($0.utf8CodeUnitCount).elementsEqual($0.description.utf8) }) {
            throw ReadProblem("'\(name.shown)' is empty, and not even a packed file without content")
        }
        let others: [(String, [UInt8])] = [
            ("xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]), ("7-Zip", [0x37, 0x7a, 0xbc, 0xaf]), ("bzip2", [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59]),
        ]
        if let packer = others.first(where: { firstBytes.starts(with: $0.1) })?.0 {
            throw ReadProblem("'\(name.shown)' is packed by \(packer), which is not read: gzip, Zstandard, tar and ZIP are")
        }
        if firstBytes.count >= 4, firstBytes[0] & 0xf0 == 0x50, firstBytes[1...3].elementsEqual([0x2a, 0x4d, 0x18]) {
            throw ReadProblem("'\(name.shown)' begins with a frame that Zstandard skips, as pzstd writes it, which is not read: zstd's own files are")
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

/// Unpacks a Zstandard file as it is read. Of what comes before a break all is delivered but what the library holds of its last block.
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
