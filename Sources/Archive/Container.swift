import CLibArchive
import Glibc
import Seal

/// Why reading of a container stopped.
enum ContainerStop: Error {
    /// The archive's fault, in words for a finding.
    case flaw(String)
    /// The file could not be read.
    case failure(ArchiveError)
}

/// The bytes inside a `.tar.zst`, block by block; the file itself is hashed as it is read.
final class Container {
    private let source: Source
    private let unpacker: Unpacker
    private var ahead: ReadAhead?

    /// What libarchive's callback reads from; it keeps the first error, since the callback can only say "failed".
    private final class Source {
        let file: Descriptor
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Files.bufferSize, alignment: 4096)
        var digests: FileDigests
        var frame = ZstdFrame()
        var error: ArchiveError?

        init(_ file: consuming Descriptor, _ digests: FileDigests) {
            self.file = file
            self.digests = digests
        }
        deinit { buffer.deallocate() }

        func next() -> Int {
            do {
                let count = try file.read(into: buffer)
                let part = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                digests.update(part)
                frame.consume(part)
                return count
            } catch {
                self.error = error
                return -1
            }
        }
    }

    /// What the thread that unpacks works with. It holds this on its own: whoever stops reading in the middle lets go of the container alone.
    private final class Unpacker {
        let archive: OpaquePointer
        private let source: Source
        private let limits: ArchiveLimits
        private var produced = 0

        init(_ archive: OpaquePointer, _ source: Source, _ limits: ArchiveLimits) {
            self.archive = archive
            self.source = source
            self.limits = limits
        }
        deinit { archive_read_free(archive) }

        func unpack() throws(ContainerStop) -> UnsafeRawBufferPointer? {
            while true {
                var block: UnsafeRawPointer?
                var count = 0
                var offset: Int64 = 0
                let code = archive_read_data_block(archive, &block, &count, &offset)
                if code == ARCHIVE_EOF { return nil }
                guard code == ARCHIVE_OK else { throw failure() }
                if count == 0 { continue }
                produced += count
                guard produced <= limits.bytes else { throw ContainerStop.flaw("more than \(limits.bytes) bytes inside") }
                guard produced <= limits.ratioFrom || produced / limits.ratio <= source.digests.bytes else {
                    throw ContainerStop.flaw("expands more than \(limits.ratio) times")
                }
                return UnsafeRawBufferPointer(start: block, count: count)
            }
        }

        func failure() -> ContainerStop {
            source.error.map { .failure($0) } ?? .flaw(archive_error_string(archive).map { String(cString: $0) } ?? "unreadable")
        }
    }

    init(_ path: String, limits: ArchiveLimits, _ digests: FileDigests) throws(ArchiveError) {
        source = Source(try Descriptor.reading(path, followingLinks: true), digests)
        guard let archive = archive_read_new() else { throw .library("out of memory") }
        unpacker = Unpacker(archive, source, limits)
        archive_read_support_filter_zstd(archive)
        archive_read_support_format_raw(archive)
    }

    deinit { ahead?.stop() }

    /// To be called once, before `next`.
    func open() throws(ContainerStop) {
        let archive = unpacker.archive
        let code = archive_read_open(
            archive, Unmanaged.passUnretained(source).toOpaque(), nil,
            { _, context, buffer in
                guard let context, let buffer else { return -1 }
                let source = Unmanaged<Source>.fromOpaque(context).takeUnretainedValue()
                buffer.pointee = UnsafeRawPointer(source.buffer.baseAddress)
                return source.next()
            }, nil)
        guard code == ARCHIVE_OK else { throw unpacker.failure() }
        var entry: OpaquePointer?
        guard archive_read_next_header(archive, &entry) == ARCHIVE_OK else { throw unpacker.failure() }
        // Two filters: zstd, and the file itself. libarchive would undo zstd within zstd, other tools would not.
        guard archive_filter_count(archive) == 2, archive_filter_code(archive, 0) == ARCHIVE_FILTER_ZSTD else {
            throw .flaw("not a zstd file")
        }
    }

    /// The next bytes, never none, valid until the next call; nil at the end. They are unpacked ahead, on a thread of its own.
    func next() throws(ContainerStop) -> UnsafeRawBufferPointer? {
        let ahead = self.ahead ?? ReadAhead { [unpacker] () throws(ContainerStop) in try unpacker.unpack() }
        self.ahead = ahead
        return try ahead.next()
    }

    /// Reads the file to its end, so that its digests are those of all its bytes.
    func finish() throws(ArchiveError) -> (digests: FileDigests.Finished, flaw: String?) {
        ahead?.stop()
        while source.error == nil, source.next() > 0 {}
        if let error = source.error { throw error }
        let flaw: String? =
            switch source.frame.state {
            case .ended: source.frame.trailing > 0 ? "\(source.frame.trailing) bytes follow the end of the zstd frame" : nil
            case .malformed: "not one zstd frame"
            case .header, .block, .checksum: "the zstd frame is cut short"
            }
        return (source.digests.finish(), flaw)
    }
}
