import Seal

/// How much a hostile archive may cost before it is refused.
package struct ArchiveLimits: Sendable {
    /// Members and folders.
    package var entries = 1_000_000
    /// Bytes inside, headers included.
    package var bytes = 1 << 36
    /// Bytes inside for each byte of the file, once more than `ratioFrom` are out.
    package var ratio = 1000
    package var ratioFrom = 1 << 26
    /// Of one manifest or other tag file that is kept in memory.
    package var keptBytes = 1 << 26
    package init() {}
}

/// What an archive holds and everything that is wrong with it.
package struct ArchiveReport: Sendable {
    /// Sorted by member; empty if the archive is whole and every signature that is there verifies.
    package let findings: [ArchiveFinding]
    package let bagName: String?
    /// The lines of `bag-info.txt`.
    package let info: [BagInfo]
    package let members: Int
    /// SHA-256 of each member, by its name in the bag.
    package let digests: [String: Digest32]
    package let payloadBytes: Int
    /// The members that the caller asked for and that are there.
    package let kept: [String: [UInt8]]
    /// Of the container file.
    package let containerBytes: Int
    package let sha256: Digest32
    /// `<path>.sig`, over the container file.
    package let containerSignature: SignatureStatus
    /// `tagmanifest-sha256.txt.sig` in the bag.
    package let manifestSignature: SignatureStatus

    package var isIntact: Bool { findings.isEmpty }
}
