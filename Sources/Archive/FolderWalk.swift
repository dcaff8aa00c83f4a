import Glibc

/// The files below a folder, by names relative to it, sorted by bytes. Links and special files are findings and are not followed.
struct FolderWalk {
    private(set) var files: [String] = []
    private(set) var findings: [ArchiveFinding] = []
    private let root: String

    /// `judgingNames`: names that may not stand in an archive are findings.
    init(_ root: String, judgingNames: Bool = true) throws(ArchiveError) {
        self.root = root
        try walk("")
        files.sort(by: MemberName.precedes)
        guard judgingNames else { return }
        var names = NameSet()
        for name in files {
            if let flaw = MemberName.flaw(name) ?? names.add(name) { findings.append(ArchiveFinding(flaw, in: name)) }
        }
    }

    private mutating func walk(_ folder: String) throws(ArchiveError) {
        for bytes in try FolderWalk.names(in: folder.isEmpty ? root : "\(root)/\(folder)") {
            let name = String(naming: bytes)
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            // No text leads to it, and no manifest can list it.
            guard name.utf8.elementsEqual(bytes) else {
                findings.append(ArchiveFinding("a name that is not UTF-8", in: path))
                continue
            }
            var status = stat()
            guard lstat("\(root)/\(path)", &status) == 0 else { throw .io(path: path, operation: "examine", code: errno) }
            switch status.st_mode & S_IFMT {
            case S_IFREG: files.append(path)
            case S_IFDIR: try walk(path)
            case S_IFLNK: findings.append(ArchiveFinding("a symbolic link", in: path))
            default: findings.append(ArchiveFinding("not a regular file", in: path))
            }
        }
    }

    private static func names(in folder: String) throws(ArchiveError) -> [[UInt8]] {
        guard let stream = opendir(folder) else { throw .io(path: folder, operation: "list", code: errno) }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        errno = 0
        while let entry = readdir(stream) {
            let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
            let start = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: UInt8.self)
            let name = Array(UnsafeBufferPointer(start: start, count: strlen(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self))))
            if name != [46], name != [46, 46] { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw .io(path: folder, operation: "list", code: errno) }
        return names
    }
}
