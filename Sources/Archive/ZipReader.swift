import Evidence
import Seal

/// A ZIP file read strictly, from its first byte to its last: what two readers could take for different things is refused.
///
/// It must be as `ZipWriter` writes it: members one after the other, stored, with nothing in between; then a central directory that says of each the
/// same as its own header, in the same order; then the end. So there is nothing that expands, and no byte that nobody looks at.
final class ZipReader: ContainerReader {
    private let file: HashingInput
    private let limits: ArchiveLimits
    private(set) var findings: [ArchiveFinding] = []
    private var members: [ZipMember] = []
    private var left = 0
    private var crc = CRC32()

    init(_ path: String, limits: ArchiveLimits, _ digests: FileDigests) throws(ArchiveError) {
        file = try HashingInput(path, digests)
        self.limits = limits
    }

    func open() throws(ContainerStop) {}

    func next() throws(ContainerStop) -> TarEntry? {
        try read { _ in }
        let offset = file.taken
        var header = try take(4, "the ZIP file is cut short")
        let signature = littleEndian(header, 0, as: UInt32.self)
        if signature == ZipMember.centralSignature, !members.isEmpty {
            try readDirectory(from: offset, after: header)
            return nil
        }
        guard signature == ZipMember.localSignature else { throw .flaw(members.isEmpty ? "not a ZIP file" : "bytes lie between two members") }
        header += try take(26, "a ZIP header is cut short")
        let name = try take(Int(littleEndian(header, 26, as: UInt16.self)), "a ZIP header is cut short")
        let extra = try take(Int(littleEndian(header, 28, as: UInt16.self)), "a ZIP header is cut short")
        let member = try ZipReader.member(header, name, extra, at: offset)
        members.append(member)
        left = member.size
        crc = CRC32()
        guard offset + left <= limits.bytes else { throw .flaw("more than \(limits.bytes) bytes inside") }
        return TarEntry(name: name, kind: name.last == UInt8(ascii: "/") ? .other("a folder of its own") : .file, size: left, mode: 0o644)
    }

    func read(_ body: (UnsafeRawBufferPointer) -> Void) throws(ContainerStop) {
        guard let member = members.last, left > 0 || crc.value != member.checksum else { return }
        while left > 0 {
            guard let piece = try file.next(atMost: left) else { throw .flaw("the ZIP file is cut short") }
            left -= piece.count
            crc.update(piece)
            body(piece)
        }
        if crc.value != member.checksum {
            findings.append(ArchiveFinding("its CRC-32 is not the one in its header", in: String(decoding: member.name, as: UTF8.self)))
            crc = CRC32(value: member.checksum)
        }
    }

    /// Everything in the header that could be read in another way has one value.
    private static func member(_ header: [UInt8], _ name: [UInt8], _ extra: [UInt8], at offset: Int) throws(ContainerStop) -> ZipMember {
        let flags = littleEndian(header, 6, as: UInt16.self)
        if flags & 1 != 0 { throw .flaw("an encrypted member") }
        if flags & 8 != 0 { throw .flaw("a member whose size is told only behind it") }
        if littleEndian(header, 8, as: UInt16.self) != 0 { throw .flaw("a compressed member, which could expand to anything") }
        var size = Int(littleEndian(header, 22, as: UInt32.self))
        if size == Int(UInt32.max), extra.count == 20 { size = Int(clamping: littleEndian(extra, 4, as: UInt64.self)) }
        let member = ZipMember(
            name: name, size: size, checksum: littleEndian(header, 14, as: UInt32.self), offset: offset, time: littleEndian(header, 10, as: UInt32.self))
        guard size < 1 << 62, member.local == header + name + extra else { throw .flaw("a ZIP header that is not as every other is") }
        return member
    }

    /// `header`: its first four bytes, which begin at `start`.
    private func readDirectory(from start: Int, after header: [UInt8]) throws(ContainerStop) {
        var ahead = header
        for member in members {
            let wanted = member.central
            let found = ahead + (try take(wanted.count - ahead.count, "the central directory is cut short"))
            ahead = []
            guard found == wanted else { throw .flaw(ZipReader.difference(found, wanted, member)) }
        }
        let end = ZipMember.end(members: members.count, start: start, length: file.taken - start)
        guard try take(end.count, "the end of the ZIP file is cut short") == end else { throw .flaw("the end of the ZIP file is not that of its members") }
        if try file.next(atMost: 1) != nil { throw .flaw("bytes follow the end of the ZIP file") }
    }

    private static func difference(_ found: [UInt8], _ wanted: [UInt8], _ member: ZipMember) -> String {
        let name = String(decoding: member.name, as: UTF8.self)
        if found.prefix(4) != wanted.prefix(4) { return "the central directory lacks '\(name)'" }
        switch littleEndian(found, 38, as: UInt32.self) >> 28 {
        case 0o10: break
        case 0o12: return "the central directory calls '\(name)' a symbolic link"
        default: return "the central directory calls '\(name)' other than a plain file"
        }
        if littleEndian(found, 38, as: UInt32.self) != littleEndian(wanted, 38, as: UInt32.self) { return "the central directory gives '\(name)' another mode" }
        return "the central directory says of '\(name)' other than its header does"
    }

    private func take(_ count: Int, _ otherwise: String) throws(ContainerStop) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let piece = try file.next(atMost: count - bytes.count) else { throw .flaw(otherwise) }
            bytes.append(contentsOf: piece)
        }
        return bytes
    }

    func finish() throws(ArchiveError) -> (digests: FileDigests.Finished, flaw: String?) { (try file.finish(), nil) }
}

/// A file that is read once, in pieces, and its digests.
final class HashingInput {
    private let file: Descriptor
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Files.bufferSize, alignment: 4096)
    private var rest = UnsafeRawBufferPointer(start: nil, count: 0)
    private var digests: FileDigests

    init(_ path: String, _ digests: FileDigests) throws(ArchiveError) {
        file = try Descriptor.reading(path, followingLinks: true)
        self.digests = digests
    }
    deinit { buffer.deallocate() }

    /// Bytes handed out so far.
    var taken: Int { digests.bytes - rest.count }

    /// Some of what comes next, at least one byte, valid until the next call; nil at the end.
    func next(atMost limit: Int) throws(ContainerStop) -> UnsafeRawBufferPointer? {
        if rest.isEmpty {
            do throws(ArchiveError) { try refill() } catch { throw .failure(error) }
        }
        guard !rest.isEmpty else { return nil }
        let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(limit))
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
        return piece
    }

    private func refill() throws(ArchiveError) {
        let count = try file.read(into: buffer)
        rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        digests.update(rest)
    }

    /// To the end of the file.
    func finish() throws(ArchiveError) -> FileDigests.Finished {
        repeat { try refill() } while !rest.isEmpty
        return digests.finish()
    }
}
