import Glibc

/// Told apart by name alone: what a person meant who named a folder that holds no revision.
package enum RevisionFolders {
    /// Any of these makes a folder a revision to be judged: one that lost the others was tampered with, and is no other folder.
    private static let marks = [SiteManifest.name, SiteManifest.signatureName, "revision.json", "proof"]
    /// A programme's folder holds `output/<period>/r<N>`.
    private static let depth = 3

    package static func isOne(_ folder: String) -> Bool { marks.contains { SmallFile.exists("\(folder)/\($0)") } }

    /// Those below the folder, by their paths, the newest revision of each folder first.
    package static func below(_ folder: String) throws(ArchiveError) -> [String] { try below(folder, depth) }

    private static func below(_ folder: String, _ depth: Int) throws(ArchiveError) -> [String] {
        var found: [String] = []
        for name in try names(in: folder).sorted(by: { order($0) < order($1) }) {
            let path = folder == "." ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            if SmallFile.exists("\(path)/\(SiteManifest.name)") {
                found.append(path)
            } else if depth > 1 {
                found += try below(path, depth - 1)
            }
        }
        return found
    }

    private static func order(_ name: String) -> (Int, String) { (name.hasPrefix("r") ? -(Int(name.dropFirst()) ?? 0) : 1, name) }

    /// The folders in it that can be named and looked into; links and hidden ones are left out.
    private static func names(in folder: String) throws(ArchiveError) -> [String] {
        guard let stream = opendir(folder) else { throw .io(path: folder, operation: "list", code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var status = stat()
            guard !name.hasPrefix("."), lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { continue }
            if access("\(folder)/\(name)", R_OK | X_OK) == 0 { names.append(name) }
        }
        return names
    }

    /// The one that the folder lies in; nil where there is none.
    package static func around(_ folder: String) -> String? {
        var path = folder[...]
        for _ in 0..<depth {
            while path.count > 1, path.hasSuffix("/") { path.removeLast() }
            guard let slash = path.lastIndex(of: "/"), slash > path.startIndex, !path.hasSuffix("..") else { return nil }
            path = path[..<slash]
            if SmallFile.exists("\(path)/\(SiteManifest.name)") { return String(path) }
        }
        return nil
    }
}
