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

    func finish() throws(ArchiveError) -> (bytes: Int, sha256: Digest32, sha512: [UInt8]) {
        let start = file.bytes
        for member in members { try file.write(member.central) }
        try file.write(ZipMember.end(members: members.count, start: start, length: file.bytes - start))
        return try file.finish()
    }
}

/// A file that is being written, and its digests.
final class HashedFile {
    private let file: Descriptor
    private var sha256 = SHA256Stream()
    private var sha512 = SHA512Stream()
    private(set) var bytes = 0

    init(_ file: consuming Descriptor) { self.file = file }

    func write(_ part: UnsafeRawBufferPointer) throws(ArchiveError) {
        try file.write(part)
        sha256.update(part)
        sha512.update(part)
        bytes += part.count
    }

    func write(_ part: [UInt8]) throws(ArchiveError) {
        try part.withUnsafeBufferPointer { (part) throws(ArchiveError) in try write(UnsafeRawBufferPointer(part)) }
    }

    /// Puts it on the disk.
    func finish() throws(ArchiveError) -> (bytes: Int, sha256: Digest32, sha512: [UInt8]) {
        try file.publish()
        return (bytes, sha256.digest(), sha512.digest())
    }
}
