import Evidence

/// Why the ledger cannot do what was asked. Findings of a verification are not errors: see `LedgerFinding`.
package enum LedgerError: Error, Hashable, Sendable {
    /// Another run holds the lock.
    case locked(path: String)
    case missing(path: String)
    case alreadyExists(path: String)
    /// Not a ledger, or not one of a format that this program knows.
    case unreadable(path: String, reason: String)
    /// The file system refused: disk full, no permission.
    case inputOutput(path: String, reason: String)
    /// SQLite did not accept a setting that durability rests on.
    case unsafeSetting(name: String, wanted: String, found: String)
    /// The head is not an extension of the last one that this key signed.
    case rolledBack(signedSize: Int, foundSize: Int)
    case forked(size: Int)
    /// The ledger was signed before, and the signer's state does not know up to where.
    case notRemembered(path: String, signedSize: Int)
    /// The signer's state is there and is none.
    case memoryUnreadable(path: String)
    /// The ledger holds a checkpoint beyond the last one that the signer's state knows.
    case signedElsewhere(path: String, rememberedSize: Int, signedSize: Int)
    /// The signer's state moved on while this run was about to sign.
    case signedMeanwhile(path: String)
    /// The last entry changes the keys, and whoever runs this did not ask for it.
    case unfinished(entry: Int)
    /// An entry that changes the keys was not signed by the key before it.
    case unvouched(entry: Int)
    /// An entry would exceed 1,024 bytes.
    case entryTooLarge(bytes: Int)
    case damaged(ArtifactID?, reason: String)
}
