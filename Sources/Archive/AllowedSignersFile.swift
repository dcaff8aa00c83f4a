import Glibc
import Seal

extension AllowedSigner {
    private static let fileLimit = 1 << 20

    /// The keys that an `allowed_signers` file names. Throws `ArchiveError` where it cannot be read, `SealError` where it is not one.
    package static func keys(inFile path: String) throws -> [PublicKey] {
        guard let text = try Files.contents(path, limit: fileLimit) else { throw ArchiveError.io(path: path, operation: "open", code: ENOENT) }
        return try parse(text).map(\.key)
    }
}
