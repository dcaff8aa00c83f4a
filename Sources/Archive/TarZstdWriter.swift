import CLibArchive
import Evidence
import Glibc
import Seal

/// A tar stream (pax where a header needs it, else ustar) through zstd into a file, hashed on its way.
///
/// The same members give the same bytes: no owner, no clock, one mode, a fixed number of zstd workers.
final class TarZstdWriter: ContainerWriter {
    private let archive: OpaquePointer
    private let entry: OpaquePointer
    private let sink: Sink
    private let modified: Int

    /// Where libarchive's callback writes to; it keeps the first error, since the callback can only say "failed".
    private final class Sink {
        let file: HashedFile
        var error: ArchiveError?
        init(_ file: consuming Descriptor) { self.file = HashedFile(file) }

        func take(_ part: UnsafeRawBufferPointer) -> Int {
            do { try file.write(part) } catch {
                self.error = error
                return -1
            }
            return part.count
        }
    }

    /// `modified`: whole seconds are kept.
    init(file: consuming Descriptor, modified: Instant, level: Int) throws(ArchiveError) {
        guard let archive = archive_write_new(), let entry = archive_entry_new() else { throw .library("out of memory") }
        self.archive = archive
        self.entry = entry
        sink = Sink(file)
        self.modified = Int(modified.nanoseconds / 1_000_000_000)
        try check(archive_write_set_format_pax_restricted(archive))
        try check(archive_write_add_filter_zstd(archive))
        try check(archive_write_set_filter_option(archive, "zstd", "compression-level", String(level)))
        // Zero workers give other bytes than one or more; two use both cores.
        try check(archive_write_set_filter_option(archive, "zstd", "threads", "2"))
        try check(archive_write_set_bytes_per_block(archive, 1 << 16))
        try check(archive_write_set_bytes_in_last_block(archive, 1))
        try check(
            archive_write_open(
                archive, Unmanaged.passUnretained(sink).toOpaque(), nil,
                { _, context, buffer, count in
                    guard let context else { return -1 }
                    return Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue().take(
                        UnsafeRawBufferPointer(start: buffer, count: count))
                }, nil))
    }

    deinit {
        archive_entry_free(entry)
        archive_write_free(archive)
    }

    let needsChecksum = false

    func begin(_ name: String, size: Int, checksum: UInt32) throws(ArchiveError) {
        archive_entry_clear(entry)
        archive_entry_set_pathname(entry, name)
        archive_entry_set_filetype(entry, receipts_ae_regular)
        archive_entry_set_perm(entry, 0o644)
        archive_entry_set_uid(entry, 0)
        archive_entry_set_gid(entry, 0)
        archive_entry_set_mtime(entry, modified, 0)
        archive_entry_set_size(entry, Int64(size))
        try check(archive_write_header(archive, entry))
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard archive_write_data(archive, bytes.baseAddress, bytes.count) == bytes.count else { throw failure() }
    }

    /// Ends the stream and puts it on the disk.
    func finish() throws(ArchiveError) -> FileDigests.Finished {
        try check(archive_write_close(archive))
        if let error = sink.error { throw error }
        return try sink.file.finish()
    }

    private func check(_ code: Int32) throws(ArchiveError) {
        // A warning would mean a header that is not what was asked for.
        guard code == ARCHIVE_OK else { throw failure() }
    }
    private func failure() -> ArchiveError {
        sink.error ?? .library(archive_error_string(archive).map { String(cString: $0) } ?? "unknown error")
    }
}
