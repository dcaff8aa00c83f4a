import Evidence

/// Files that match a pattern, each from where the last pull stopped.
///
/// A file that is as it was is passed over (by its stamp unread, else by the digest of its bytes); one that only grew is read on, if it is plain lines; any other is read from its start, and
/// the collector finds what it has already. Plain, gzip and Zstandard files are told apart by their first bytes.
struct FilesConnector: Connector {
    let settings: FilesSettings

    func pull<S: RecordSink>(_ request: PullRequest, into sink: inout S) throws -> PullReport {
        var report = PullReport(outcome: .empty, query: "files \(settings.path)\(settings.inside.map { "!" + $0 } ?? "") as \(settings.decoder.name)")
        let names: [FileName]
        let left: [(name: FileName, why: String)]
        do throws(ReadProblem) {
            let found = try Glob.find(settings.path, below: request.root, told: request.nameTold)
            (names, left) = (withoutCompanions(found.files), found.left)
        } catch {
            report.outcome = .failed
            report.problems = [error.text]
            return report
        }
        var days = DailyFiles(request.source, now: request.now)
        var isBroken = false
        for name in names {
            if request.limits.isOverdue() {
                report.problems.append("the time for a pull was over before '\(name.shown)'")
                isBroken = true
                days.spoil(name)
                continue
            }
            let result = try read(name, request, days.rule(for: name, since: request.window.start), into: &sink)
            if let cursor = result.cursor { report.cursors.append(cursor) }
            report.cursors += result.members
            if let stamp = result.stamp { report.stamps.append(stamp) }
            report.note(writtenAt: result.writtenAt, request.now)
            if let problem = result.problem {
                report.problems.append(problem)
                report.broken.append(name.shown)
            }
            if result.hasShrunk { report.problems.append("'\(name.shown)' was longer when it was read before; what it held then is kept") }
            isBroken = isBroken || result.problem != nil || result.rejects > 0
            if result.isRead { report.outcome = .complete }
            days.note(name, result)
        }
        for (name, why) in left {
            report.problems.append("'\(name.shown)' \(why)")
            isBroken = true
            days.spoil(name)
        }
        report.completeDays = days.complete
        report.spoiledDays = days.spoiled
        report.dayFiles = days.read
        if isBroken { report.outcome = .partial }
        noteAbsent(names, besides: left.map(\.name), request, &report)
        report.answered = report.outcome == .partial || names.isEmpty ? nil : request.window
        return report
    }

    /// `scan.pdf.yaml` beside `scan.pdf` says what the scan is, and is no document itself.
    private func withoutCompanions(_ names: [FileName]) -> [FileName] {
        guard settings.decoder == .document else { return names }
        let all = Set(names)
        let ending = Array(".yaml".utf8)
        return names.filter { !($0.bytes.suffix(5).elementsEqual(ending) && all.contains(FileName(bytes: $0.bytes.dropLast(5)))) }
    }

    private func noteAbsent(_ names: [FileName], besides unread: [FileName], _ request: PullRequest, _ report: inout PullReport) {
        if names.isEmpty {
            report.problems.append("no file matches '\(settings.path)'")
            // A day without its file is a hole by itself; an export that is not there is a source that did not answer.
            if case .export = request.source.coverage { report.outcome = .failed }
        }
        let present = Set(names.map(\.shown)).union(report.cursors.map(\.name))
        // Of an archive that broke, or of a folder that could not be looked into, nobody knows what else it holds.
        let unsure = (settings.inside == nil ? [] : report.broken.map { $0 + "!" }) + unread.map { $0.shown + "/" }
        for gone in request.cursors.keys.filter({ name in !present.contains(name) && !unsure.contains { name.hasPrefix($0) } }).sorted() {
            report.problems.append("'\(request.nameTold(gone))' was read before and is gone")
        }
    }

    private func read<S: RecordSink>(
        _ name: FileName, _ request: PullRequest, _ rule: ReadingRule, into sink: inout S
    ) throws -> FileResult {
        var result = FileResult()
        var reading: FileReading?
        var writtenAt: Instant?
        let rejected = try sink.rejected
        do {
            let opened = try FileReading(name, settings, request)
            reading = opened
            writtenAt = opened.writtenAt
            result = try opened.read(rule, into: &sink)
            result.hasShrunk = opened.hasShrunk
            result.stamp = opened.stamp(of: result)
        } catch let problem as ReadProblem {
            result.problem = problem.text
            result.isRead = reading != nil
            // What broke is read again from its start next time.
            result.cursor = nil
        }
        result.rejects = try sink.rejected - rejected
        result.writtenAt = writtenAt
        return result
    }
}

/// What became of one file.
struct FileResult {
    var cursor: FileCursor?
    var problem: String?
    var rejects = 0
    /// When the file system says it was last written.
    var writtenAt: Instant?
    var stamp: String?
    /// Something of it was read, and not passed over as known.
    var isRead = false
    /// Of an archive, its members that were read whole.
    var members: [FileCursor] = []
    /// From its first byte to its last.
    var isWhole = false
    /// It is a file of lines and shorter than what was read of it before.
    var hasShrunk = false
}

/// How a file is to be read.
struct ReadingRule {
    /// From its start, unless it is known to be unchanged since it could no longer change.
    var isFromStart = false
    /// Nothing more will be written to it: its last line is whole though it has no end.
    var isFinal = true
}
