import Evidence

/// What the bytes of a record are: says how Mapping reads them and how true to the source they are.
package enum RecordForm: Sendable, CaseIterable {
    /// One JSON value, as it came.
    case json
    /// One CSV record without its line end, as it came; its header is the origin's.
    case csv
    /// One line without its end, as it came.
    case text
    /// Canonical JSON that the connector made: of a commit, of a test case.
    case rendered
    /// Canonical JSON around a whole file and what a person says of it.
    case document

    package var fidelity: Fidelity {
        switch self {
        case .json, .csv, .text: .asReceived
        case .rendered: .rendered
        case .document: .attested
        }
    }
}

/// Takes what a connector reads; the collector is one. An error it throws ends the pull and reaches the caller of `pull`.
package protocol RecordSink {
    /// Before the records of a file or repository.
    mutating func origin(_ origin: Origin) throws
    /// `ordinal` counts the origin's records and rejects from 1, also over pulls. The bytes are valid during the call only.
    mutating func record(_ bytes: UnsafeRawBufferPointer, ordinal: Int, shape: RecordForm) throws
    /// What could not be cut into records; at most its first KiB where it was too large to hold.
    mutating func reject(_ bytes: UnsafeRawBufferPointer, ordinal: Int, reason: String) throws
    /// How many records so far could not be taken: those that were rejected here, and those that are no record of their kind. Waits for what is under way.
    var rejected: Int { mutating get throws }
}

package struct PullRequest: Sendable {
    package var source: SourceDefinition
    /// The programme's folder, which paths are relative to and which no path leaves.
    package var root: String
    /// From the end of the last pull, or `.distantPast`, up to now.
    package var window: Window
    /// By `FileCursor.name`.
    package var cursors: [String: FileCursor]
    /// Of files that need not be read to know that they are as they were.
    package var stamps: Set<String> = []
    package var digestKey: [UInt8]
    package var limits: Limits
    package var now: Instant
    /// The caller's own; a connector takes from it what its source names.
    package var environment: [String: String]
    /// How the name of a file is stored and shown: the same name the same way, and two names as two.
    package var nameTold: @Sendable (String) -> String = { $0 }

    package init(
        source: SourceDefinition, root: String, window: Window, cursors: [String: FileCursor] = [:], digestKey: [UInt8],
        limits: Limits = Limits(), now: Instant, environment: [String: String] = [:]
    ) {
        self.source = source
        self.root = root
        self.window = window
        self.cursors = cursors
        self.digestKey = digestKey
        self.limits = limits
        self.now = now
        self.environment = environment
    }
}

package struct Limits: Sendable {
    /// A longer line or CSV record becomes a reject.
    package var lineBytes = 8 << 20
    /// A longer JSON document, attested file or archive member becomes a reject: these are held in memory whole.
    package var documentBytes = 64 << 20
    /// Of one file, or of an archive's members together, unpacked; what lies beyond is left, and said to be.
    package var fileBytes = 64 << 30
    /// Of one archive, those that match.
    package var members = 1_000_000
    /// Of one pull, rejects included.
    package var records = 200_000_000
    /// Asked between files and commits; true ends the pull as partial. The clock is the caller's.
    package var isOverdue: @Sendable () -> Bool = { false }
    /// Begins to count; what it returns answers whether that long has passed. The clock is the caller's.
    package var stopwatch: @Sendable (Duration) -> @Sendable () -> Bool = { _ in { false } }
    /// Waits, before a server is asked once more.
    package var pause: @Sendable (Duration) -> Void = { _ in }
    /// What a server's clock is held against; nil where the time is not a real one.
    package var clock: (@Sendable () -> Instant)?
    package init() {}
}

package protocol Connector: Sendable {
    /// Reads what is new since the cursors. A source that cannot be read is a report, not an error; errors are the sink's.
    func pull<S: RecordSink>(_ request: PullRequest, into sink: inout S) throws -> PullReport
}

/// The one list of connectors.
package func connector(for settings: ConnectorSettings) -> any Connector {
    switch settings {
    case .files(let files): FilesConnector(settings: files)
    case .git(let git): GitConnector(settings: git)
    case .exec(let exec): ExecConnector(settings: exec)
    case .sqlite(let sqlite): SQLiteConnector(settings: sqlite)
    case .http(let http): HTTPConnector(settings: http)
    }
}

/// Why a file or repository could not be read, or not to its end: a sentence for the evidence sheet.
struct ReadProblem: Error {
    let text: String
    init(_ text: String) { self.text = text }
}
