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
        for name in try FolderWalk.names(in: folder.isEmpty ? root : "\(root)/\(folder)") {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
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

    private static func names(in folder: String) throws(ArchiveError) -> [String] {
        guard let stream = opendir(folder) else { throw .io(path: folder, operation: "list", code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
            let name = String(cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw .io(path: folder, operation: "list", code: errno) }
        return names
    }
}
