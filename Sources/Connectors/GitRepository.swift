import Evidence
import Foundation

/// A clone, a mirror, or a bundle made into a mirror that goes away with this value.
final class GitRepository {
    let git: GitCommand
    let directory: String
    private let temporary: String?
    /// Of a bundle: when it was made.
    private let bundledAt: Instant?

    init(_ path: String, below root: String) throws(ReadProblem) {
        git = try GitCommand()
        let location = try GitRepository.location(path, below: root)
        var info = stat()
        guard stat(location, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
            bundledAt = Instant(modificationOf: info)
            let folder = try GitRepository.unbundle(location, path, git)
            temporary = folder
            directory = folder + "/mirror.git"
            return
        }
        temporary = nil
        bundledAt = nil
        let inside = location + "/.git"
        if lstat(inside, &info) == 0 {
            // A `.git` file or link leads to a repository elsewhere.
            guard info.st_mode & S_IFMT == S_IFDIR else { throw ReadProblem("'\(path)' is a worktree of a repository that lies elsewhere") }
            directory = inside
        } else {
            directory = location
        }
    }

    deinit {
        if let temporary { try? FileManager.default.removeItem(atPath: temporary) }
    }

    private static func location(_ path: String, below root: String) throws(ReadProblem) -> String {
        guard !path.hasPrefix("/"), !path.utf8.split(separator: 47).contains(where: { $0.elementsEqual("..".utf8) }) else {
            throw ReadProblem("'\(path)' does not stay below the programme's folder")
        }
        guard let base = realpath(root, nil) else { throw ReadProblem("the programme's folder cannot be read") }
        defer { free(base) }
        guard let real = realpath(root + "/" + path, nil) else { throw ReadProblem("'\(path)' cannot be read: \(String(cString: strerror(errno)))") }
        defer { free(real) }
        let location = String(cString: real)
        guard location.utf8.starts(with: (String(cString: base) + "/").utf8) else { throw ReadProblem("'\(path)' leads out of the programme's folder") }
        return location
    }

    private static func unbundle(_ bundle: String, _ path: String, _ git: GitCommand) throws(ReadProblem) -> String {
        var template = Array((NSTemporaryDirectory() + "/receipts-git-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw ReadProblem("no temporary folder: \(String(cString: strerror(errno)))") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let arguments = ["clone", "--mirror", "--quiet", "--template=", "--no-local", "--", bundle, folder + "/mirror.git"]
        let child = try git.start(arguments, protocols: "file")
        while try !child.next().isEmpty {}
        if let problem = try child.finish() {
            try? FileManager.default.removeItem(atPath: folder)
            throw ReadProblem("'\(path)' is neither a repository nor a bundle that git can read: \(problem)")
        }
        return folder
    }

    /// When a copy was last brought up to date; nil for a repository that has no remote, and so is the place where the changes happen.
    func fetchedAt() throws(ReadProblem) -> Instant? {
        if let bundledAt { return bundledAt }
        guard try answer(["config", "--get-regexp", "^remote\\..*\\.url$"]) != nil else { return nil }
        // A fetch empties FETCH_HEAD first: one that failed leaves it empty. A clone that never fetched has none.
        var info = stat()
        if stat(directory + "/FETCH_HEAD", &info) == 0, info.st_size > 0 { return Instant(modificationOf: info) }
        let made = ["packed-refs", "HEAD"].compactMap { stat(directory + "/" + $0, &info) == 0 ? Instant(modificationOf: info) : nil }
        return made.max() ?? .distantPast
    }

    func answer(_ arguments: [String]) throws(ReadProblem) -> String? { try git.answer(["--git-dir=" + directory] + arguments) }

    /// The commit that a ref names.
    func commit(_ ref: String) throws(ReadProblem) -> String? {
        try answer(["rev-parse", "--verify", "--quiet", "--end-of-options", (ref.isEmpty ? "HEAD" : ref) + "^{commit}"])
    }

    func isAncestor(_ old: String, of new: String) throws(ReadProblem) -> Bool {
        guard try answer(["cat-file", "-e", old + "^{commit}"]) != nil else { return false }
        return try answer(["merge-base", "--is-ancestor", old, new]) != nil
    }
}
