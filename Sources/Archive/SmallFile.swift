import Glibc
import Seal

/// Files that are read whole: keys, signed notes, facts of a revision.
package enum SmallFile {
    package static func read(_ path: String, limit: Int = 1 << 20) throws(ArchiveError) -> [UInt8] {
        guard let bytes = try Files.contents(path, limit: limit) else { throw .io(path: path, operation: "open", code: ENOENT) }
        return bytes
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

extension AllowedSigner {
    /// The keys that an `allowed_signers` file names. Throws `ArchiveError` where it cannot be read, `SealError` where it is not one.
    package static func keys(inFile path: String) throws -> [PublicKey] { try parse(try SmallFile.read(path)).map(\.key) }
}
