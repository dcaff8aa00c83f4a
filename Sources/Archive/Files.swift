import Glibc

/// An open file that closes itself.
struct Descriptor: ~Copyable {
    let number: Int32
    let path: String

    private init(number: Int32, path: String) {
        self.number = number
        self.path = path
    }
    deinit { close(number) }

    /// A regular file to read. A link in its last part is refused, unless a person named the path.
    static func reading(_ path: String, followingLinks: Bool = false) throws(ArchiveError) -> Descriptor {
        // Non-blocking, so that a pipe is refused and not waited for.
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followingLinks ? 0 : O_NOFOLLOW))
        guard number >= 0 else { throw .io(path: path, operation: "open", code: errno) }
        let file = Descriptor(number: number, path: path)
        guard try file.status().st_mode & S_IFMT == S_IFREG else {
            throw .io(path: path, operation: "read other than a regular file", code: EINVAL)
        }
        return file
    }

    /// An empty file that only its owner can read until `publish`.
    static func creating(_ path: String) throws(ArchiveError) -> Descriptor {
        let number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw .io(path: path, operation: "create", code: errno) }
        return Descriptor(number: number, path: path)
    }

    func status() throws(ArchiveError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw .io(path: path, operation: "examine", code: errno) }
        return status
    }

    /// At most `buffer.count` bytes; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        while true {
            let count = Glibc.read(number, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw .io(path: path, operation: "read", code: errno) }
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(number, rest.baseAddress, rest.count)
            if count < 0 {
                guard errno == EINTR else { throw .io(path: path, operation: "write", code: errno) }
                continue
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Readable by all, whatever the umask, and on the disk.
    func publish() throws(ArchiveError) {
        guard fchmod(number, 0o644) == 0 else { throw .io(path: path, operation: "change the mode of", code: errno) }
        guard fsync(number) == 0 else { throw .io(path: path, operation: "sync", code: errno) }
    }
}

enum Files {
    static let bufferSize = 1 << 18

    /// The whole of a small file, nil if it is not there.
    static func contents(_ path: String, limit: Int) throws(ArchiveError) -> [UInt8]? {
        var status = stat()
        if lstat(path, &status) != 0, errno == ENOENT { return nil }
        let file = try Descriptor.reading(path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 4096)
        defer { buffer.deallocate() }
        var bytes: [UInt8] = []
        while case let count = try file.read(into: buffer), count > 0 {
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= limit else { throw .io(path: path, operation: "read more than \(limit) bytes of", code: EFBIG) }
        }
        return bytes
    }

    /// Complete under its name, or not there at all: written beside, synced, renamed.
    static func write(_ bytes: [UInt8], to path: String) throws(ArchiveError) {
        let partial = path + ".partial"
        do throws(ArchiveError) {
            let file = try Descriptor.creating(partial)
            try bytes.withUnsafeBufferPointer { (bytes) throws(ArchiveError) in try file.write(UnsafeRawBufferPointer(bytes)) }
            try file.publish()
        } catch {
            unlink(partial)
            throw error
        }
        try rename(partial, to: path)
    }

    /// Renames, then syncs the folder, so that a power loss does not undo it.
    static func rename(_ partial: String, to path: String) throws(ArchiveError) {
        guard Glibc.rename(partial, path) == 0 else { throw .io(path: path, operation: "rename to", code: errno) }
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let number = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .io(path: folder, operation: "open", code: errno) }
        defer { close(number) }
        guard fsync(number) == 0 else { throw .io(path: folder, operation: "sync", code: errno) }
    }
}
