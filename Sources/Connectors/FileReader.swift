import Crypto
import Evidence
import Foundation

/// The bytes of a file, as they lie there or unpacked, from front to back.
protocol FileBytes: AnyObject {
    /// Valid until the next call; empty at the end. Throws where the rest cannot be had.
    func next() throws(ReadProblem) -> UnsafeRawBufferPointer
}

/// One open file, read from front to back; keeps the keyed digest of what was read, so that bytes are read once for both.
final class FileReader: FileBytes {
    let name: FileName
    let size: Int
    /// When the file system says it was last written.
    let writtenAt: Instant
    private(set) var offset = 0
    private let descriptor: Int32
    private let found: FileStamp
    private let key: SymmetricKey
    private var hmac: HMAC<SHA256>
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)

    init(_ name: FileName, below root: String, key: [UInt8]) throws(ReadProblem) {
        self.name = name
        self.key = SymmetricKey(data: key)
        hmac = HMAC(key: self.key)
        descriptor = open(name.cPath(below: root), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        var info = stat()
        guard descriptor >= 0, fstat(descriptor, &info) == 0 else {
            size = 0
            writtenAt = .distantPast
            found = FileStamp(info)
            throw ReadProblem("'\(name.shown)' cannot be opened: \(String(cString: strerror(errno)))")
        }
        size = Int(info.st_size)
        writtenAt = Instant(modificationOf: info)
        found = FileStamp(info)
        guard info.st_mode & S_IFMT == S_IFREG else { throw ReadProblem("'\(name.shown)' is not a regular file") }
    }
    deinit {
        if descriptor >= 0 { close(descriptor) }
        buffer.deallocate()
    }

    /// To the size that the file had when it was opened.
    func next() throws(ReadProblem) -> UnsafeRawBufferPointer { try next(atMost: .max) }

    private func next(atMost limit: Int) throws(ReadProblem) -> UnsafeRawBufferPointer {
        let wanted = min(buffer.count, limit, size - offset)
        if wanted <= 0 { return UnsafeRawBufferPointer(start: nil, count: 0) }
        var count = -1
        repeat { count = read(descriptor, buffer.baseAddress, wanted) } while count < 0 && errno == EINTR
        guard count > 0 else {
            throw ReadProblem(
                "'\(name.shown)' \(count == 0 ? "was cut short while it was read" : "cannot be read: \(String(cString: strerror(errno)))") at byte \(offset)")
        }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        hmac.update(data: bytes)
        offset += count
        return bytes
    }

    /// Reads on to `end`, handing what is read to `body`.
    func skip(to end: Int, _ body: (UnsafeRawBufferPointer) -> Void = { _ in }) throws(ReadProblem) {
        while offset < end { body(try next(atMost: end - offset)) }
    }

    /// The open file for one who seeks in it, once it was read to its end for its digest.
    func wholeForSeeking() throws(ReadProblem) -> Int32 {
        try skip(to: size)
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    func rewind() {
        lseek(descriptor, 0, SEEK_SET)
        offset = 0
        hmac = HMAC(key: key)
    }

    /// Of everything before `offset`, hex.
    var digest: String { Hex.encode(hmac.finalize()) }

    /// By which the file, read so far by `source`, is recognised if nobody touches it.
    func stamp(_ cursor: FileCursor, of source: SourceID) -> String { found.sealed(cursor, of: source, under: key) }

    /// The same once the file has been read; nil if it was touched meanwhile, or so lately that the next touch could bear the same time.
    func lastingStamp(_ cursor: FileCursor, of source: SourceID, now: Instant) -> String? {
        var info = stat()
        guard fstat(descriptor, &info) == 0, FileStamp(info) == found, found.isSettled(at: now), FileStamp.isTold(of: descriptor) else { return nil }
        return stamp(cursor, of: source)
    }

    func firstBytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = pread(descriptor, &bytes, count, 0)
        return Array(bytes.prefix(max(0, got)))
    }
    func byte(at offset: Int) -> UInt8? {
        var byte: UInt8 = 0
        return pread(descriptor, &byte, 1, off_t(offset)) == 1 ? byte : nil
    }
}

extension Instant {
    init(modificationOf info: stat) {
        self.init(nanoseconds: Int64(info.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(info.st_mtim.tv_nsec))
    }
}
