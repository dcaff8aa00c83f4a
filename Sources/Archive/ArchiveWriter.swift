import Evidence
import Glibc
import Seal

/// A file to be in an archive. `name` is its place in the bag; under `data/` it is payload, else a tag file.
package struct ArchiveMember: Sendable {
    package enum Content: Sendable {
        case bytes([UInt8])
        /// A regular file, read once, that nobody may change meanwhile.
        case file(String)
    }
    package let name: String
    package let content: Content

    package init(_ name: String, _ content: Content) {
        self.name = name
        self.content = content
    }
}

/// What was written.
package struct ArchiveSummary: Hashable, Sendable {
    package let members: Int
    package let payloadBytes: Int
    package let containerBytes: Int
    /// Of the container file.
    package let sha256: Digest32
}

/// Writes a BagIt 1.0 bag (RFC 8493) as `.tar.zst` or `.zip`. The same members give the same bytes on any machine with the same libraries.
///
/// Each file is read once, for a ZIP twice: members come first, sorted, and the manifests with their digests last. The archive appears under its
/// name complete and synced, with `<path>.sig` already beside it; after a crash there is at most a `.partial` file.
package enum ArchiveWriter {
    /// `modified` becomes the time of every member and its UTC day the Bagging-Date.
    @discardableResult
    package static func write(
        members: [ArchiveMember], bagName: String, modified: Instant, info: [BagInfo], to path: String, format: ArchiveFormat = .tarZstd,
        level: Int = 3, hasSHA512: Bool = false, sign: DetachedSigner? = nil
    ) throws -> ArchiveSummary {
        try check(members, bagName: bagName, info: info)
        let members = members.sorted { MemberName.precedes($0.name, $1.name) }
        let sizes = try members.map { try size(of: $0) }
        let partial = path + ".partial"
        do {
            let summary = try write(
                members, sizes: sizes, bagName: bagName, modified: modified, info: info + (hasSHA512 ? [BagText.twoManifests] : []), partial: partial,
                format: format, level: level, sign: sign)
            // The signature first: no reader ever sees the archive without it.
            if let sign { try Files.write(Array(try sign(summary.sha256, SignatureNamespace.container).utf8), to: path + ".sig") }
            try Files.rename(partial, to: path)
            return summary
        } catch {
            unlink(partial)
            throw error
        }
    }

    private static func write(
        _ members: [ArchiveMember], sizes: [Int], bagName: String, modified: Instant, info: [BagInfo], partial: String,
        format: ArchiveFormat, level: Int, sign: DetachedSigner?
    ) throws -> ArchiveSummary {
        let payload = zip(members, sizes).filter { BagText.isPayload($0.0.name) }.map(\.1)
        let payloadBytes = payload.reduce(0, +)
        let oxum = BagInfo("Payload-Oxum", "\(payloadBytes).\(payload.count)")
        let date = BagInfo("Bagging-Date", "\(modified.split().day)")
        let infoText = (info + [date, oxum]).map { "\($0.label): \($0.value)\n" }.joined()

        let isLong = info.contains(BagText.twoManifests)
        let bag = BagStream(
            try format.writer(try Descriptor.creating(partial), modified: modified, level: level), name: bagName, hashingTwice: isLong)
        try bag.add(BagText.declaration, Array(BagText.declarationText.utf8))
        try bag.add(BagText.info, Array(infoText.utf8))
        for (member, size) in zip(members, sizes) { try bag.add(member, size: size) }
        let isPayload = { (file: BagStream.Digests) in BagText.isPayload(file.name) }
        let long = bag.digests.filter(isPayload).map { (name: $0.name, digest: $0.sha512) }
        try bag.add(BagText.manifest, BagText.manifestText(bag.digests.filter(isPayload).map { (name: $0.name, digest: $0.sha256) }))
        if isLong { try bag.add(BagText.longManifests[0], BagText.manifestText(long)) }
        let tags = bag.digests.filter { !BagText.isPayload($0.name) }.sorted { MemberName.precedes($0.name, $1.name) }
        let tagManifest = BagText.manifestText(tags.map { (name: $0.name, digest: $0.sha256) })
        try bag.add(BagText.tagManifest, tagManifest)
        if isLong { try bag.add(BagText.longManifests[1], BagText.manifestText(tags.map { (name: $0.name, digest: $0.sha512) })) }
        if let sign {
            try bag.add(BagText.signature, Array(try sign(SHA256Stream.digest(of: tagManifest), SignatureNamespace.tagManifest).utf8))
        }
        let end = try bag.writer.finish()
        return ArchiveSummary(members: bag.digests.count, payloadBytes: payloadBytes, containerBytes: end.bytes, sha256: end.sha256)
    }

    /// Every bad name and line at once.
    private static func check(_ members: [ArchiveMember], bagName: String, info: [BagInfo]) throws {
        var all: [Diagnostic] = []
        if let flaw = MemberName.flaw(bagName) ?? (bagName.contains("/") ? "a name with a slash" : nil) {
            all.append(.error("'\(bagName)' cannot name a bag: \(flaw)"))
        }
        var names = NameSet()
        for member in members {
            let flaw =
                MemberName.flaw(member.name) ?? MemberName.flaw("\(bagName)/\(member.name)")
                ?? (BagText.isReserved(member.name) ? "a name that the bag itself uses" : nil) ?? names.add(member.name)
            if let flaw {
                all.append(
                    .error(
                        "'\(member.name)' cannot be archived: \(flaw)", hint: "archive it under another name and record its own in the data"
                    ))
            }
        }
        for line in info {
            if let flaw = line.flaw { all.append(.error("'\(line.label)' cannot stand in bag-info.txt: \(flaw)")) }
        }
        if !all.isEmpty { throw Diagnostics(all) }
    }

    private static func size(of member: ArchiveMember) throws(ArchiveError) -> Int {
        switch member.content {
        case .bytes(let bytes): bytes.count
        case .file(let path): Int(try Descriptor.reading(path).status().st_size)
        }
    }
}

/// The members of a bag on their way into a container, and their digests.
private final class BagStream {
    struct Digests {
        let name: String
        let sha256: Digest32
        /// Empty where nobody asks for it.
        let sha512: [UInt8]
    }
    let writer: any ContainerWriter
    private let isLong: Bool
    private let name: String
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Files.bufferSize, alignment: 4096)
    private(set) var digests: [Digests] = []

    init(_ writer: any ContainerWriter, name: String, hashingTwice: Bool) {
        self.writer = writer
        self.name = name
        isLong = hashingTwice
    }
    deinit { buffer.deallocate() }

    func add(_ member: String, _ bytes: [UInt8]) throws {
        try writer.begin("\(name)/\(member)", size: bytes.count, checksum: writer.needsChecksum ? CRC32.of(bytes) : 0)
        try bytes.withUnsafeBytes { try writer.write($0) }
        digests.append(Digests(name: member, sha256: SHA256Stream.digest(of: bytes), sha512: isLong ? SHA512Stream.digest(of: bytes) : []))
    }

    func add(_ member: ArchiveMember, size: Int) throws {
        switch member.content {
        case .bytes(let bytes): try add(member.name, bytes)
        case .file(let path): try add(member.name, file: path, size: size)
        }
    }

    private func add(_ member: String, file path: String, size: Int) throws {
        // A ZIP's checksum stands before the content, and a stream cannot go back.
        let checksum = writer.needsChecksum ? try self.checksum(path) : 0
        let file = try Descriptor.reading(path)
        try writer.begin("\(name)/\(member)", size: size, checksum: checksum)
        var hasher = SHA256Stream()
        var longHasher = SHA512Stream()
        var crc = CRC32()
        var left = size
        while case let count = try file.read(into: buffer), count > 0 {
            left -= count
            guard left >= 0 else { throw ArchiveError.changed(path: path) }
            let part = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            hasher.update(part)
            if isLong { longHasher.update(part) }
            if writer.needsChecksum { crc.update(part) }
            try writer.write(part)
        }
        guard left == 0, !writer.needsChecksum || crc.value == checksum else { throw ArchiveError.changed(path: path) }
        digests.append(Digests(name: member, sha256: hasher.digest(), sha512: isLong ? longHasher.digest() : []))
    }

    private func checksum(_ path: String) throws -> UInt32 {
        let file = try Descriptor.reading(path)
        var crc = CRC32()
        while case let count = try file.read(into: buffer), count > 0 { crc.update(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
        return crc.value
    }
}
