import Evidence

/// One pass over a history, newest first and children before parents: what each commit says and which files it changed.
///
/// A merge is compared with its first parent: its files are what it brought to the line it was merged into.
struct GitLog {
    static let arguments = [
        "log", "-z", "--topo-order", "--raw", "--no-abbrev", "-M", "-l2000", "-O/dev/null", "--diff-merges=first-parent", "--no-textconv",
        "--no-ext-diff", "--no-color", "--no-notes", "--no-decorate", "--ignore-submodules=none", "--root",
        "--format=tformat:"
            + (["%x02%H", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%G?", "%s"]
            + ["%(trailers:only=true,unfold=true,separator=%x1f,key_value_separator=%x1e)"]).joined(separator: "%x00") + "%x00",
    ]
    private static let fieldCount = 11

    struct Change {
        var status: String
        var path: [UInt8]
        var oldPath: [UInt8]?
        var oldBlob: String?
        var newBlob: String?
    }
    struct Commit {
        var fields: [String] = []
        var changes: [Change] = []
        var id: String { fields[0] }
        var parents: [String] { fields[1].split(separator: " ").map(String.init) }
    }

    private var token: [UInt8] = []
    private var commit: Commit?
    private var change: Change?
    private var expected: String

    /// `head` begins the first-parent line.
    init(head: String) { expected = head }

    /// Takes bytes of the output; calls with each commit that is complete, and whether it lies on the first-parent line.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, _ body: (Commit, Bool) throws -> Void) rethrows {
        for byte in bytes {
            if byte != 0 { token.append(byte); continue }
            try take(body)
            token.removeAll(keepingCapacity: true)
        }
    }

    mutating func finish(_ body: (Commit, Bool) throws -> Void) rethrows {
        guard let commit, commit.fields.count == GitLog.fieldCount else { return }
        let isOnLine = commit.id == expected
        if isOnLine { expected = commit.parents.first ?? "" }
        try body(commit, isOnLine)
        self.commit = nil
    }

    private mutating func take(_ body: (Commit, Bool) throws -> Void) rethrows {
        if commit != nil, commit?.fields.count != GitLog.fieldCount {
            commit?.fields.append(String(decoding: token, as: UTF8.self))
        } else if var pending = change {
            if pending.status == "R" || pending.status == "C", pending.oldPath == nil {
                pending.oldPath = token
                change = pending
            } else {
                pending.path = token
                commit?.changes.append(pending)
                change = nil
            }
        } else {
            let line = token.drop { $0 == 10 }
            if line.first == 2 {
                try finish(body)
                commit = Commit(fields: [String(decoding: line.dropFirst(), as: UTF8.self)])
            } else if line.first == UInt8(ascii: ":") {
                change = GitLog.change(String(decoding: line, as: UTF8.self))
            }
        }
    }

    /// `:100644 100644 <old> <new> M`
    private static func change(_ line: String) -> Change? {
        let parts = line.split(separator: " ")
        guard parts.count == 5, let status = parts[4].first else { return nil }
        func blob(_ text: Substring) -> String? { text.allSatisfy { $0 == "0" } ? nil : String(text) }
        return Change(status: String(status), path: [], oldPath: nil, oldBlob: blob(parts[2]), newBlob: blob(parts[3]))
    }
}

extension GitLog.Commit {
    /// The record of one change, or of a commit that changed no file.
    func record(_ change: GitLog.Change?, isOnFirstParentLine: Bool) -> JSON {
        .object([
            "commit": .string(id),
            "parents": .array(parents.map { .string($0) }),
            "first_parent": .bool(isOnFirstParentLine),
            "merge": .bool(parents.count > 1),
            "author": .object(["name": .string(fields[2]), "email": .string(fields[3]), "time": GitLog.Commit.time(fields[4])]),
            "committer": .object(["name": .string(fields[5]), "email": .string(fields[6]), "time": GitLog.Commit.time(fields[7])]),
            "signature": .string(fields[8]),
            "subject": .string(fields[9]),
            "trailers": .object(trailers.mapValues { .array($0.map { .string($0) }) }),
            "people": .object(trailers.mapValues { .array($0.map(GitLog.Commit.person)) }),
            "path": .text(change.map { FileName(bytes: $0.path).shown }),
            "old_path": .text(change?.oldPath.map { FileName(bytes: $0).shown }),
            "status": .text(change?.status),
            "blob": .object(["old": .text(change?.oldBlob), "new": .text(change?.newBlob)]),
        ])
    }

    private static func time(_ text: String) -> JSON { text.isEmpty ? .null : .string(text) }

    /// By name, as `Approved-by`, whatever the case it was written in; in the order of the message.
    private var trailers: [String: [String]] {
        var values: [String: [String]] = [:]
        for line in fields[10].split(separator: "\u{1f}") {
            let parts = line.split(separator: "\u{1e}", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let first = parts[0].first else { continue }
            values[first.uppercased() + parts[0].dropFirst().lowercased(), default: []].append(String(parts[1]))
        }
        return values
    }

    /// `Ben <ben@example.com>` as git itself takes a person apart, so that the address is the same text as an author's; else null.
    private static func person(_ text: String) -> JSON {
        guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else { return .null }
        let email = text[text.index(after: open)...].dropLast()
        guard !email.isEmpty else { return .null }
        let name = text[..<open].split(separator: " ").joined(separator: " ")
        return ["name": .string(name), "email": .string(String(email))]
    }
}
