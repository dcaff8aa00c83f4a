import Evidence
import Seal

/// A ZIP file, hashed on its way. No clock, no zone, no library: the same members give the same bytes everywhere.
final class ZipWriter: ContainerWriter {
    private let file: HashedFile
    private let time: UInt32
    private var members: [ZipMember] = []
    let needsChecksum = true

    init(file: consuming Descriptor, modified: Instant) {
        self.file = HashedFile(file)
        time = ZipMember.time(modified)
    }

    func begin(_ name: String, size: Int, checksum: UInt32) throws(ArchiveError) {
        let member = ZipMember(name: Array(name.utf8), size: size, checksum: checksum, offset: file.bytes, time: time)
        members.append(member)
        try file.write(member.local)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) { try file.write(bytes) }

    func finish() throws(ArchiveError) -> FileDigests.Finished {
        let start = file.bytes
        for member in members { try file.write(member.central) }
        try file.write(ZipMember.end(members: members.count, start: start, length: file.bytes - start))
        return try file.finish()
    }
}

/// A file that is being written, and its digests.
final class HashedFile {
    private let file: Descriptor
    private var digests = FileDigests()
    var bytes: Int { digests.bytes }

    init(_ file: consuming Descriptor) { self.file = file }

    func write(_ part: UnsafeRawBufferPointer) throws(ArchiveError) {
        try file.write(part)
        digests.update(part)
    }

    func write(_ part: [UInt8]) throws(ArchiveError) {
        try part.withUnsafeBufferPointer { (part) throws(ArchiveError) in try write(UnsafeRawBufferPointer(part)) }
    }

    /// Puts it on the disk.
    func finish() throws(ArchiveError) -> FileDigests.Finished {
        try file.publish()
        return digests.finish()
    }
}
