import CPosix
import Evidence
import Glibc

/// A file that could not be read or written, and why.
package struct FileError: Error, Hashable, Sendable {
    package let path: String
    package let code: Int32
    package var text: String { "\(path): \(String(cString: strerror(code)))" }
    /// The fault lies with what was named, not with the disk.
    package var isUnreadableInput: Bool { [ENOENT, ENOTDIR, EISDIR].contains(code) }
    package var hint: String? {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: "free some space, then run the same command again"
        case EACCES, EPERM, EROFS: "is it yours to read and write?"
        default: nil
        }
    }
}

/// The few things the program does with the file system, each with its error.
package enum Files {
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
    package static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    package static func read(_ path: String) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw FileError(path: path, code: errno) }
        guard info.st_mode & S_IFMT != S_IFDIR else { throw FileError(path: path, code: EISDIR) }
        var bytes = [UInt8](repeating: 0, count: max(Int(info.st_size) + 1, 4096))
        var count = 0
        while true {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count) }
            guard got >= 0 else { throw FileError(path: path, code: errno) }
            if got == 0 { break }
            count += got
            if count == bytes.count { bytes += [UInt8](repeating: 0, count: bytes.count) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// Makes missing folders on the way. `append` adds at the end.
    package static func write(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o644, append: Bool = false, syncing: Bool = false) throws(FileError) {
        try makeFolder(parent(of: path))
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC), mode)
        guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
        defer { close(descriptor) }
        var sent = 0
        while sent < bytes.count {
            let got = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent) }
            guard got > 0 else { throw FileError(path: path, code: errno) }
            sent += got
        }
        if syncing, fsync(descriptor) != 0 { throw FileError(path: path, code: errno) }
    }

    /// Before anything is done: whether `write` will be able to make the file, and the folders that are missing on the way.
    package static func requireWritable(_ path: String) throws(FileError) {
        if isFolder(path) { throw FileError(path: path, code: EISDIR) }
        var folder = path
        repeat { folder = parent(of: folder) } while !exists(folder) && folder != "." && folder != "/"
        guard isFolder(folder) else { throw FileError(path: folder, code: ENOTDIR) }
        guard access(exists(path) ? path : folder, W_OK) == 0 else { throw FileError(path: path, code: errno) }
    }

    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    package static func makeFolder(_ path: String, mode: mode_t = 0o755) throws(FileError) {
        if path.isEmpty || isFolder(path) { return }
        try makeFolder(parent(of: path), mode: mode)
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw FileError(path: path, code: errno) }
    }

    /// A new folder that only this user can enter, below TMPDIR or /tmp.
    package static func makeTemporaryFolder(named name: String) throws(FileError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/\(name).XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError(path: parent, code: errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Names in the folder, sorted by bytes, without `.` and `..`.
    package static func list(_ path: String) throws(FileError) -> [String] {
        guard let stream = opendir(path) else { throw FileError(path: path, code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Regular files below the folder, by relative path, sorted by bytes; links are not followed.
    package static func tree(_ folder: String) throws(FileError) -> [String] {
        var paths: [String] = []
        func walk(_ relative: String) throws(FileError) {
            for name in try list(relative.isEmpty ? folder : folder + "/" + relative) {
                let path = relative.isEmpty ? name : relative + "/" + name
                var info = stat()
                guard lstat(folder + "/" + path, &info) == 0 else { throw FileError(path: path, code: errno) }
                switch info.st_mode & S_IFMT {
                case S_IFDIR: try walk(path)
                case S_IFREG: paths.append(path)
                default: break
                }
            }
        }
        try walk("")
        return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    package static func remove(_ path: String) throws(FileError) {
        if isFolder(path), !isLink(path) {
            for name in try list(path) { try remove(path + "/" + name) }
            guard rmdir(path) == 0 else { throw FileError(path: path, code: errno) }
        } else if unlink(path) != 0, errno != ENOENT {
            throw FileError(path: path, code: errno)
        }
    }

    private static func isLink(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFLNK
    }

    package static func rename(_ from: String, _ to: String) throws(FileError) {
        guard Glibc.rename(from, to) == 0 else { throw FileError(path: to, code: errno) }
        try sync(folder: parent(of: to))
    }

    package static func sync(folder: String) throws(FileError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: folder, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError(path: folder, code: errno) }
    }

    /// Everything below the folder, then the folder: what a rename of it may then make visible.
    package static func sync(tree folder: String) throws(FileError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: folder, code: errno) }
        defer { close(descriptor) }
        // One call for the whole file system: thousands of small files at the price of one.
        guard syncfs(descriptor) == 0 else { throw FileError(path: folder, code: errno) }
    }
}
