import CPosix
import Crypto
import Evidence
import Foundation

/// What the file system says of a file, by which it is known to be as it was without its bytes being read: a year of daily logs is not read every night.
///
/// Whoever writes a file, or sets its times, or puts another in its place, changes the time of its last change, which only the kernel sets. What is kept is
/// an HMAC over it and what was read, under the programme's digest key: nobody without the key can make one, and it tells nothing.
struct FileStamp: Equatable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let writtenAt: Int64
    private let changedAt: Int64

    init(_ info: stat) {
        device = UInt64(info.st_dev)
        inode = UInt64(info.st_ino)
        size = Int64(info.st_size)
        writtenAt = Instant(modificationOf: info).nanoseconds
        changedAt = Int64(info.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(info.st_ctim.tv_nsec)
    }

    /// Whether the time of a file's last change is the kernel's own word: of local file systems that are known to keep it. Over the network, or behind a
    /// program, it may be the one that somebody set.
    static func isTold(of descriptor: Int32) -> Bool {
        // ext2 to ext4, XFS, Btrfs, ZFS, F2FS, tmpfs, overlayfs (linux/magic.h; ZFS from its own header).
        [0xef53, 0x5846_5342, 0x9123_683e, 0x2fc1_2fc1, 0xf2f5_2010, 0x0102_1994, 0x794c_7630].contains(receipts_file_system(descriptor))
    }

    /// The coarsest clock of a file system ticks every two seconds.
    private static let tick = Duration.seconds(3).inNanoseconds

    func isSettled(at now: Instant) -> Bool { max(writtenAt, changedAt) < now.nanoseconds - FileStamp.tick }

    func sealed(_ cursor: FileCursor, of source: SourceID, under key: SymmetricKey) -> String {
        let words = [
            source.text, cursor.name, "\(cursor.size)", cursor.digest, "\(cursor.records)", "\(device)", "\(inode)", "\(size)", "\(writtenAt)", "\(changedAt)",
        ]
        var hmac = HMAC<SHA256>(key: key)
        hmac.update(data: [0x66])
        for word in words {
            hmac.update(data: Array(word.utf8))
            hmac.update(data: [0])
        }
        return Hex.encode(hmac.finalize().prefix(16))
    }
}
