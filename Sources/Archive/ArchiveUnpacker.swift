import Glibc
import Seal

/// Writes some members of a bag below a folder. For archives that `ArchiveVerifier` found intact: what it refuses, this refuses too,
/// but it stops at the first flaw and leaves what it wrote.
package enum ArchiveUnpacker {
    /// `wanted` is asked of each name in the bag (`data/…`). Every file is new, mode 0600, and nothing is written outside `folder`.
    /// Returns the SHA-256 of the container file, for the caller to hold against that of the archive it had verified.
    package static func unpack(
        _ path: String, to folder: String, limits: ArchiveLimits = ArchiveLimits(), where wanted: (String) -> Bool
    ) throws(ArchiveError) -> Digest32 {
        let container = try ArchiveFormat.reader(path, limits: limits, FileDigests())
        do throws(ContainerStop) {
            try container.open()
            while let entry = try container.next() {
                if entry.kind == .folder { continue }
                guard entry.kind == .file, MemberName.flaw(entry.name) == nil else { throw ContainerStop.flaw("a member that the verifier refuses") }
                let name = String(decoding: entry.name.drop { $0 != UInt8(ascii: "/") }.dropFirst(), as: UTF8.self)
                if wanted(name) { try write(container, to: "\(folder)/\(name)") }
            }
        } catch {
            switch error {
            case .flaw(let reason): throw .flawed(path: path, reason: reason)
            case .failure(let error): throw error
            }
        }
        return try container.finish().digests.sha256
    }

    private static func write(_ container: any ContainerReader, to path: String) throws(ContainerStop) {
        makeFolders(of: path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failure(.io(path: path, operation: "create", code: errno)) }
        defer { close(descriptor) }
        var failure: Int32?
        try container.read { piece in
            var sent = 0
            while sent < piece.count, failure == nil {
                let got = Glibc.write(descriptor, piece.baseAddress.map { $0 + sent }, piece.count - sent)
                if got > 0 { sent += got } else { failure = errno }
            }
        }
        if let failure { throw .failure(.io(path: path, operation: "write", code: failure)) }
    }

    /// A folder that cannot be made shows when the file is opened.
    private static func makeFolders(of path: String) {
        for slash in path.indices.dropFirst() where path[slash] == "/" { mkdir(String(path[..<slash]), 0o700) }
    }
}
