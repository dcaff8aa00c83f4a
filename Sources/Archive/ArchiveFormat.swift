import Evidence
import Seal

/// The containers that a bag is written in and read from, told apart by the file's ending.
package enum ArchiveFormat: String, CaseIterable, Sendable {
    case tarZstd = "tar.zst"
    /// For who has nothing that reads zstd. Members are stored as they are, so its bytes depend on no library and nothing in it expands.
    case zip

    package var ending: String { "." + rawValue }

    /// Nil if the name has neither ending.
    package init?(path: String) {
        guard let format = ArchiveFormat.allCases.first(where: { path.hasSuffix($0.ending) }) else { return nil }
        self = format
    }

    /// Reads the container at `path`; one of another ending is taken for a `.tar.zst`.
    static func reader(_ path: String, limits: ArchiveLimits, _ digests: FileDigests) throws(ArchiveError) -> any ContainerReader {
        switch ArchiveFormat(path: path) {
        case .zip: try ZipReader(path, limits: limits, digests)
        case .tarZstd, nil: try TarZstdReader(path, limits: limits, digests)
        }
    }

    func writer(_ file: consuming Descriptor, modified: Instant, level: Int) throws(ArchiveError) -> any ContainerWriter {
        switch self {
        case .zip: ZipWriter(file: file, modified: modified)
        case .tarZstd: try TarZstdWriter(file: file, modified: modified, level: level)
        }
    }
}

/// The members of a container, one after the other, as a stream.
protocol ContainerReader: AnyObject {
    /// To be called once, before `next`.
    func open() throws(ContainerStop)
    func next() throws(ContainerStop) -> TarEntry?
    /// The content of the member that `next` returned, in pieces.
    func read(_ body: (UnsafeRawBufferPointer) -> Void) throws(ContainerStop)
    /// What is wrong and did not keep the next member from being read.
    var findings: [ArchiveFinding] { get }
    /// Reads the file to its end, so that its digests are those of all its bytes.
    func finish() throws(ArchiveError) -> (digests: FileDigests.Finished, flaw: String?)
}

protocol ContainerWriter: AnyObject {
    /// Whether `begin` has to be told the CRC-32 of what follows.
    var needsChecksum: Bool { get }
    func begin(_ name: String, size: Int, checksum: UInt32) throws(ArchiveError)
    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError)
    /// Ends the container and puts it on the disk.
    func finish() throws(ArchiveError) -> FileDigests.Finished
}

/// A tar stream in one zstd frame.
final class TarZstdReader: ContainerReader {
    private let container: Container
    private let tar: TarReader
    let findings: [ArchiveFinding] = []

    init(_ path: String, limits: ArchiveLimits, _ digests: FileDigests) throws(ArchiveError) {
        container = try Container(path, limits: limits, digests)
        tar = TarReader(container)
    }
    func open() throws(ContainerStop) { try container.open() }
    func next() throws(ContainerStop) -> TarEntry? { try tar.next() }
    func read(_ body: (UnsafeRawBufferPointer) -> Void) throws(ContainerStop) { try tar.read(body) }
    func finish() throws(ArchiveError) -> (digests: FileDigests.Finished, flaw: String?) { try container.finish() }
}
