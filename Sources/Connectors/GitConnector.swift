import Evidence

/// The history behind one ref of a repository: a record for each file that each commit changed.
///
/// The cursor's digest is the commit that the ref named; the next pull reads from there, if that commit is still part of the history.
struct GitConnector: Connector {
    let settings: GitSettings

    func pull<S: RecordSink>(_ request: PullRequest, into sink: inout S) throws -> PullReport {
        var report = PullReport(outcome: .failed, query: query)
        do {
            try read(request, into: &sink, &report)
        } catch let problem as ReadProblem {
            report.problems.append(problem.text)
            report.outcome = report.outcome == .failed ? .failed : .partial
        }
        let isSound = report.outcome == .complete || report.outcome == .empty
        report.answered = isSound ? request.window : nil
        return report
    }

    private var query: String {
        "git log \(settings.ref.isEmpty ? "HEAD" : settings.ref)" + (settings.paths.isEmpty ? "" : " for \(settings.paths.joined(separator: ", "))")
            + " of \(settings.repository)"
    }

    private func read<S: RecordSink>(_ request: PullRequest, into sink: inout S, _ report: inout PullReport) throws {
        let repository = try GitRepository(settings.repository, below: request.root)
        report.note(writtenAt: try repository.fetchedAt(), request.now)
        guard let head = try repository.commit(settings.ref) else {
            throw ReadProblem("'\(settings.repository)' has no commit at '\(settings.ref.isEmpty ? "HEAD" : settings.ref)'")
        }
        let isShallow = try repository.answer(["rev-parse", "--is-shallow-repository"]) == "true"
        if isShallow { report.problems.append("'\(settings.repository)' is a shallow clone: its history does not reach its beginning") }
        let cursor = request.cursors[settings.repository]
        if let cursor, cursor.digest == head {
            report.cursors = [cursor]
            report.outcome = isShallow ? .partial : .empty
            return
        }
        var range = head
        if let cursor {
            if try repository.isAncestor(cursor.digest, of: head) {
                range = cursor.digest + ".." + head
            } else {
                report.problems.append("the history was rewritten: \(cursor.digest), read before, is no longer part of it")
            }
        }
        report.outcome = .partial
        let count = try log(repository, range, head, range == head ? 0 : cursor?.records ?? 0, request, into: &sink)
        report.cursors = [FileCursor(name: settings.repository, size: 0, digest: head, records: count)]
        report.outcome = isShallow ? .partial : .complete
    }

    private func log<S: RecordSink>(
        _ repository: GitRepository, _ range: String, _ head: String, _ before: Int, _ request: PullRequest, into sink: inout S
    ) throws -> Int {
        try sink.origin(Origin(name: settings.repository))
        var count = before
        var log = GitLog(head: head)
        let child = try repository.git.start(["--git-dir=" + repository.directory] + GitLog.arguments + ["--end-of-options", range, "--"])
        while true {
            let bytes = try child.next()
            if bytes.isEmpty { break }
            try log.feed(bytes) { commit, isOnLine in try deliver(commit, isOnLine, &count, into: &sink) }
            if request.limits.isOverdue() { throw ReadProblem("the time for a pull was over before the history's end") }
            try requireFew(count, request.limits)
        }
        try log.finish { commit, isOnLine in try deliver(commit, isOnLine, &count, into: &sink) }
        try requireFew(count, request.limits)
        if let problem = try child.finish() { throw ReadProblem("git broke off: \(problem)") }
        return count
    }

    private func requireFew(_ count: Int, _ limits: Limits) throws(ReadProblem) {
        if count > limits.records { throw ReadProblem("the history holds more than \(limits.records) records; the rest was left") }
    }

    private func deliver<S: RecordSink>(_ commit: GitLog.Commit, _ isOnLine: Bool, _ count: inout Int, into sink: inout S) throws {
        let changes: [GitLog.Change?] = commit.changes.isEmpty ? (settings.paths.isEmpty ? [nil] : []) : commit.changes
        for change in changes where isWanted(change) {
            count += 1
            let bytes = commit.record(change, isOnFirstParentLine: isOnLine).canonicalBytes
            try bytes.withUnsafeBytes { try sink.record($0, ordinal: count, shape: .rendered) }
        }
    }

    private func isWanted(_ change: GitLog.Change?) -> Bool {
        guard let change, !settings.paths.isEmpty else { return true }
        return settings.paths.contains { path in
            let prefix = Array(path.utf8.reversed().drop { $0 == 47 }.reversed())
            return [change.path, change.oldPath ?? []].contains { $0 == prefix || $0.starts(with: prefix + [47]) }
        }
    }
}
