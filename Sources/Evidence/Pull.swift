/// How a pull ended.
package enum PullOutcome: String, Sendable, CaseIterable {
    /// Everything asked for was read.
    case complete
    /// Read, but rejects or a broken file leave part of it unknown.
    case partial
    /// Nothing new since the last pull, and the source was reached.
    case empty
    /// The source could not be read; nothing is known of the window.
    case failed
    /// The process ended before the pull did; the next run closed it.
    case interrupted
}

/// One file, archive member or repository that a pull read records from.
package struct Origin: Hashable, Sendable {
    /// As configured, relative to the programme's folder; may hold any bytes a file name can, shown escaped.
    package let name: String
    /// What gives the rows their meaning: the CSV header line, else empty.
    package let header: [UInt8]
    /// Bytes of the origin before this pull's first record (a grown file is read on from there), and after its last.
    package let start: Int
    package init(name: String, header: [UInt8] = [], start: Int = 0) {
        self.name = name
        self.header = header
        self.start = start
    }
}

/// How stored bytes came to be: printed on every page that shows them.
package enum Fidelity: String, Sendable, CaseIterable {
    case asReceived = "as received"
    case rendered
    case attested = "attested by a person"
}

/// Where a pull stopped in one file, so that the next one reads on and a rewritten file is noticed.
package struct FileCursor: Hashable, Sendable {
    package let name: String
    /// Bytes of the file as it lies on disk (compressed, if it is) that have been read whole.
    package let size: Int
    /// HMAC-SHA256 under the programme's digest key over those bytes, hex: a digest of unredacted bytes is never published bare.
    package let digest: String
    /// Records read from it so far, rejects included.
    package let records: Int
    package init(name: String, size: Int, digest: String, records: Int) {
        self.name = name
        self.size = size
        self.digest = digest
        self.records = records
    }
}

/// What a connector says of a pull when it has ended; the counts of records are the collector's own.
package struct PullReport: Sendable {
    package var outcome: PullOutcome
    /// The window that the answer speaks for; nil if none.
    package var answered: Window?
    /// The exact question: glob or command line, without secrets.
    package var query: String
    /// Files and repositories looked at, sorted by name, also those that brought nothing.
    package var cursors: [FileCursor]
    /// Local days (as `2026-01-31`) whose daily file was read whole, when the source has daily files.
    package var completeDays: [Day]
    /// Local days that are over and whose daily file is there and could not be read whole this time, whatever was read of it before.
    package var spoiledDays: [Day]
    /// Files that could not be read to their end: the next pull begins them anew.
    package var broken: [String]
    /// Of the files that were read in this pull, the day of each that is a daily one, by file name.
    package var dayFiles: [String: Day] = [:]
    /// When the newest of what was read was last written, by the file system's word: a copy says nothing of what came after that. Nil if the
    /// source was asked itself.
    package private(set) var writtenAt: Instant?
    /// By which files that were looked at will be recognised, as long as nobody touches them: see `FileStamp`.
    package var stamps: [String] = []
    /// What went wrong, one sentence each.
    package var problems: [String]
    /// The source's own count of what it holds, where it says so.
    package var sourceCount: Int?
    /// What a program or server said of its failure, as it came: nobody has redacted it yet.
    package var complaint: [UInt8] = []
    /// The window that was really asked for, where that is not simply what came since the last pull.
    package var asked: Window?
    /// Of a source that is a server.
    package var exchange: Exchange?

    package init(
        outcome: PullOutcome, answered: Window? = nil, query: String, cursors: [FileCursor] = [], completeDays: [Day] = [], spoiledDays: [Day] = [],
        broken: [String] = [], problems: [String] = [], sourceCount: Int? = nil
    ) {
        self.outcome = outcome
        self.answered = answered
        self.query = query
        self.cursors = cursors
        self.completeDays = completeDays
        self.spoiledDays = spoiledDays
        self.broken = broken
        self.problems = problems
        self.sourceCount = sourceCount
    }

    /// No later than `now`: a reading says nothing of what comes after it, whatever a file's stamp says.
    package mutating func note(writtenAt instant: Instant?, _ now: Instant) {
        writtenAt = [writtenAt, instant.map { min($0, now) }].compactMap { $0 }.max()
    }
}
