import Foundation

/// Files below a folder whose names match `*`, `?`, `[a-z]` and, over folders, `**`; sorted by bytes.
///
/// Regular files only. A link is followed where it leads to a place below the folder, and never by `**`. Names that begin with a dot
/// are matched only by a pattern that does.
struct Glob {
    private let root: String
    private let realRoot: String
    private var found: Set<FileName> = []
    private var left: [FileName: String] = [:]
    /// With which rests of the pattern a folder was matched: with several `**` many ways lead to the same question.
    private var asked: Set<Question> = []
    private struct Question: Hashable { let folder: FileName; let parts: Int }

    /// What a pattern names.
    struct Found {
        var files: [FileName] = []
        /// What may hold more of it, or is it, and was not looked into, with the reason.
        var left: [(name: FileName, why: String)] = []
    }

    static func files(_ pattern: String, below root: String) throws(ReadProblem) -> [FileName] { try find(pattern, below: root).files }

    /// `told`: how names are shown.
    static func find(_ pattern: String, below root: String, told: (String) -> String = { $0 }) throws(ReadProblem) -> Found {
        let parts = pattern.utf8.split(separator: 47).map { Array($0) }
        guard !pattern.hasPrefix("/"), !parts.isEmpty, !parts.contains(Array("..".utf8)) else {
            throw ReadProblem("'\(pattern)' does not stay below the programme's folder")
        }
        guard let real = realpath(root, nil) else { throw ReadProblem("the programme's folder cannot be read: \(String(cString: strerror(errno)))") }
        defer { free(real) }
        var glob = Glob(root: root, realRoot: String(cString: real))
        let fixed = parts.prefix { !isPattern($0) }
        if fixed.count < parts.count, !fixed.isEmpty {
            let folder = FileName(bytes: Array(fixed.joined(separator: [47])))
            guard glob.kind(of: folder, followsLinks: true) == .folder else {
                throw ReadProblem("the folder '\(folder.shown)' \(glob.left[folder] ?? "cannot be read")")
            }
        }
        glob.match(parts.filter { $0 != [46] }[...], FileName(bytes: []), depth: 0)
        return Found(
            files: glob.found.sorted().map { $0.shown(by: told) }, left: glob.left.sorted { $0.key < $1.key }.map { ($0.key.shown(by: told), $0.value) })
    }

    private init(root: String, realRoot: String) {
        self.root = root
        self.realRoot = realRoot
    }

    private enum Kind { case file, folder, link, other }

    private mutating func match(_ parts: ArraySlice<[UInt8]>, _ folder: FileName, depth: Int) {
        guard let part = parts.first else { return }
        guard asked.insert(Question(folder: folder, parts: parts.count)).inserted else { return }
        guard depth < 64 else { return left[folder] = "lies more than 64 folders deep, and was not looked into" }
        let rest = parts.dropFirst()
        if part == Array("**".utf8) {
            match(rest, folder, depth: depth)
            for name in entries(of: folder) where name.first != 46 {
                let child = Glob.join(folder, name)
                if kind(of: child, followsLinks: false) == .folder { match(parts, child, depth: depth + 1) }
            }
            return
        }
        let names = Glob.isPattern(part) ? entries(of: folder).filter { Glob.matches($0, part) } : [part]
        for name in names {
            let child = Glob.join(folder, name)
            switch kind(of: child, followsLinks: true) {
            case .file: if rest.isEmpty { found.insert(child) }
            case .folder: match(rest, child, depth: depth + 1)
            case .link:
                if rest.isEmpty || leadsToFolder(child) {
                    left[child] = "is a link that leads nowhere, or out of the programme's folder: it was not followed"
                }
            case .other: break
            }
        }
    }

    private static func join(_ folder: FileName, _ name: [UInt8]) -> FileName {
        FileName(bytes: folder.bytes.isEmpty ? name : folder.bytes + [47] + name)
    }

    private mutating func entries(of folder: FileName) -> [[UInt8]] {
        guard let handle = opendir(folder.cPath(below: root)) else {
            noteUnread(folder)
            return []
        }
        defer { closedir(handle) }
        var names: [[UInt8]] = []
        errno = 0
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [46], name != [46, 46] { names.append(name) }
            errno = 0
        }
        if errno != 0 { noteUnread(folder) }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// What has gone meanwhile is not there; what is there and cannot be looked at may be what is asked for.
    private mutating func noteUnread(_ name: FileName) {
        if errno == ENOENT || errno == ENOTDIR { return }
        left[name.bytes.isEmpty ? FileName(bytes: [46]) : name] = "cannot be looked into: \(String(cString: strerror(errno)))"
    }

    private mutating func kind(of name: FileName, followsLinks: Bool) -> Kind {
        var info = stat()
        guard lstat(name.cPath(below: root), &info) == 0 else {
            noteUnread(name)
            return .other
        }
        if info.st_mode & S_IFMT == S_IFLNK {
            guard followsLinks else { return .other }
            guard leadsInside(name), stat(name.cPath(below: root), &info) == 0 else { return .link }
        }
        return info.st_mode & S_IFMT == S_IFREG ? .file : info.st_mode & S_IFMT == S_IFDIR ? .folder : .other
    }

    private func leadsToFolder(_ name: FileName) -> Bool {
        var info = stat()
        return stat(name.cPath(below: root), &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    private func leadsInside(_ name: FileName) -> Bool {
        guard let real = realpath(name.cPath(below: root), nil) else { return false }
        defer { free(real) }
        return String(cString: real).utf8.starts(with: (realRoot + "/").utf8)
    }

    static func isPattern(_ part: [UInt8]) -> Bool { part.contains { $0 == 42 || $0 == 63 || $0 == 91 } }

    /// One name against one part of a pattern.
    static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        if name.first == 46, pattern.first != 46 { return false }
        var n = 0, p = 0, star = -1, mark = 0
        while n < name.count {
            if p < pattern.count, pattern[p] == 42 {
                (star, mark) = (p, n)
                p += 1
            } else if p < pattern.count, let next = one(name[n], pattern, p) {
                n += 1
                p = next
            } else if star >= 0 {
                mark += 1
                (n, p) = (mark, star + 1)
            } else {
                return false
            }
        }
        while p < pattern.count, pattern[p] == 42 { p += 1 }
        return p == pattern.count
    }

    /// Where the pattern goes on after it took the byte; nil if it does not take it.
    private static func one(_ byte: UInt8, _ pattern: [UInt8], _ at: Int) -> Int? {
        if pattern[at] == 63 { return at + 1 }
        guard pattern[at] == 91, let end = pattern[(at + 1)...].dropFirst().firstIndex(of: 93) else { return pattern[at] == byte ? at + 1 : nil }
        var set = pattern[(at + 1)..<end]
        let isNegated = set.first == 33 || set.first == 94
        if isNegated { set = set.dropFirst() }
        var isIn = false
        while let low = set.popFirst() {
            if set.count >= 2, set.first == 45 {
                set.removeFirst()
                if let high = set.popFirst(), low <= byte, byte <= high { isIn = true }
            } else if low == byte {
                isIn = true
            }
        }
        return isIn != isNegated ? end + 1 : nil
    }
}
