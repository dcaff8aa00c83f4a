import Glibc

/// Files that are read whole: keys, signed notes, facts of a revision.
package enum SmallFile {
    package static func read(_ path: String, limit: Int = 1 << 20) throws(ArchiveError) -> [UInt8] {
        guard let bytes = try Files.contents(path, limit: limit) else { throw .io(path: path, operation: "open", code: ENOENT) }
        return bytes
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The regular files of a folder by name; empty where there is none.
    package static func all(in folder: String) throws(ArchiveError) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        guard exists(folder) else { return files }
        for name in try FolderWalk(folder).files { files[name] = try read(folder + "/" + name) }
        return files
    }
}
