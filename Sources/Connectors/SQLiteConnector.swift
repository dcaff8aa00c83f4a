import Crypto
import Evidence
import SQLite

/// The rows of one SELECT over a SQLite file that another program owns: one record a row, rendered as JSON by the columns' names.
struct SQLiteConnector: Connector {
    let settings: SQLiteSettings

    func pull<S: RecordSink>(_ request: PullRequest, into sink: inout S) throws -> PullReport {
        let window = AskedWindow(request, overlap: settings.overlap)
        let bound = ConnectorSettings.sqlite(settings).isWindowed ? ", :start \(window.start), :end \(window.end)" : ""
        var report = PullReport(outcome: .failed, query: "\(settings.query)\(bound) on \(settings.database)")
        do {
            let file = try ForeignDatabase(settings.database, below: request.root)
            report.outcome = .empty
            report.note(writtenAt: file.writtenAt, request.now)
            let cursor = try read(file, window, request, into: &sink, &report)
            if let problem = file.problem() { throw problem }
            report.answered = request.window
            if !ConnectorSettings.sqlite(settings).isWindowed { report.cursors = [cursor] }
        } catch let problem as ReadProblem {
            report.problems.append(problem.text)
            report.outcome = report.outcome == .complete ? .partial : .failed
        }
        return report
    }

    private func read<S: RecordSink>(
        _ file: ForeignDatabase, _ window: AskedWindow, _ request: PullRequest, into sink: inout S, _ report: inout PullReport
    ) throws -> FileCursor {
        let isLate = request.limits.stopwatch(settings.timeout)
        let isOverdue = request.limits.isOverdue
        file.database.interrupt { isLate() || isOverdue() }
        file.database.limitLength(request.limits.documentBytes)
        let query = try SQLiteQuery(settings.query, file.database, called: settings.database, window)
        try sink.origin(Origin(name: settings.database))
        var hmac = HMAC<SHA256>(key: SymmetricKey(data: request.digestKey))
        var count = 0
        var size = 0
        while let row = try next(query) {
            guard count < request.limits.records else { throw ReadProblem("the query gives more than \(request.limits.records) rows; the rest was left") }
            count += 1
            size += row.bytes.count + 1
            report.outcome = .complete
            hmac.update(data: row.bytes + [10])
            try deliver(row, count, request.limits, into: &sink)
            if isLate() || isOverdue() { throw SQLiteConnector.isOver }
        }
        let digest = Hex.encode(hmac.finalize())
        return FileCursor(name: settings.database, size: size, digest: digest, records: count)
    }

    private static let isOver = ReadProblem("the time for a pull was over before the query's end")

    private func next(_ query: SQLiteQuery) throws(ReadProblem) -> SQLiteQuery.Row? {
        do throws(SQLiteError) {
            return try query.next()
        } catch {
            if error.isInterrupt { throw SQLiteConnector.isOver }
            if error.isLeftUnfinished { throw ForeignDatabase.unfinished(settings.database) }
            throw ReadProblem("'\(settings.database)' could not be read to the end: \(error.message)")
        }
    }

    private func deliver<S: RecordSink>(_ row: SQLiteQuery.Row, _ ordinal: Int, _ limits: Limits, into sink: inout S) throws {
        try row.bytes.withUnsafeBytes { bytes in
            if let problem = row.problem { return try sink.reject(bytes, ordinal: ordinal, reason: problem) }
            guard bytes.count <= limits.lineBytes else {
                let head = UnsafeRawBufferPointer(rebasing: bytes.prefix(1024))
                return try sink.reject(head, ordinal: ordinal, reason: "a row of \(bytes.count) bytes, longer than \(limits.lineBytes)")
            }
            try sink.record(bytes, ordinal: ordinal, shape: .rendered)
        }
    }
}
