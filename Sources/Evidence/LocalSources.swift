/// A program that is run, and whose standard output is read as a file would be: how databases, clusters and journals are reached.
package struct ExecSettings: Hashable, Sendable {
    /// The program and its arguments; no shell sees them. `{start}` and `{end}` in an argument become the ends of the window that is asked for.
    package let command: [String]
    /// Names of variables that the program gets from whoever collects. Values are nowhere kept.
    package let environment: [String]
    package let decoder: DecoderSettings
    /// After that the program is killed, and the pull is partial.
    package let timeout: Duration
    /// Of output, in bytes; what comes beyond is left, and the pull is partial.
    package let limit: Int
    /// How far before the end of the last sound pull a window begins: what a source writes late is then still read.
    package let overlap: Duration
    package let place: Place

    package static let usualTimeout = Duration.seconds(600)
    package static let usualLimit = 4 << 30
    package static let usualOverlap = Duration.seconds(900)

    package init(
        command: [String], environment: [String] = [], decoder: DecoderSettings, timeout: Duration = ExecSettings.usualTimeout,
        limit: Int = ExecSettings.usualLimit, overlap: Duration = ExecSettings.usualOverlap, place: Place
    ) {
        self.command = command
        self.environment = environment
        self.decoder = decoder
        self.timeout = timeout
        self.limit = limit
        self.overlap = overlap
        self.place = place
    }
}

/// One SELECT over one SQLite file of another program.
package struct SQLiteSettings: Hashable, Sendable {
    /// Relative to the programme's folder.
    package let database: String
    /// May name `:start` and `:end`, which are bound as RFC 3339 text.
    package let query: String
    package let timeout: Duration
    package let overlap: Duration
    package let place: Place

    package init(
        database: String, query: String, timeout: Duration = ExecSettings.usualTimeout, overlap: Duration = ExecSettings.usualOverlap, place: Place
    ) {
        self.database = database
        self.query = query
        self.timeout = timeout
        self.overlap = overlap
        self.place = place
    }
}

extension ConnectorSettings {
    /// How the source's bytes are cut into records; nil where the connector makes the records itself.
    package var decoder: DecoderSettings? {
        switch self {
        case .files(let files): files.decoder
        case .exec(let exec): exec.decoder
        case .git, .sqlite: nil
        case .http(let http): .json(records: http.records)
        }
    }

    /// Its records are elements, whose attributes a mapping names `@name`.
    package var isXML: Bool {
        switch self {
        case .http(let http): http.isXML
        case .files, .git, .exec, .sqlite: if case .xml? = decoder { true } else { false }
        }
    }

    /// Each pull asks for a stretch of time, and not for whatever is there: a pull that was not sound is asked for once more.
    package var isWindowed: Bool {
        switch self {
        case .files, .git: false
        case .exec(let exec): exec.command.contains { $0.contains(WindowWords.start) }
        case .sqlite(let sqlite): sqlite.query.contains(":start")
        case .http(let http): http.isWindowed
        }
    }
}

/// What stands for the ends of a window in a command.
package enum WindowWords {
    package static let start = "{start}"
    package static let end = "{end}"
}
