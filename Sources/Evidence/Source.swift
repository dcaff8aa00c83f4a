/// A configured place that evidence comes from: one entry of `sources:` in `receipts.yaml`, checked.
package struct SourceDefinition: Hashable, Sendable {
    package let id: SourceID
    package let title: String
    /// The team that answers for it.
    package let owner: String
    package let connector: ConnectorSettings
    package let personalData: PersonalData
    package let coverage: CoverageRule
    /// One per kind that a record of this source can become; a record may become several rows, or none.
    package let yields: [YieldDefinition]
    /// The zone of times that name none.
    package let zone: Zone
    /// How far its clock may be off, either way: each of its times is a span that much longer at both ends.
    package let clockError: Duration
    package let reads: ReadingMode
    /// Paths of texts in a JSON record that are JSON themselves, and are stored as that.
    package let jsonIn: [String]
    package let schedule: PullSchedule
    package let place: Place
    /// SHA-256 (hex) over the entry's canonical JSON: a changed entry is a changed source.
    package let digest: String

    package init(
        id: SourceID, title: String, owner: String, connector: ConnectorSettings, personalData: PersonalData, coverage: CoverageRule,
        yields: [YieldDefinition], zone: Zone, clockError: Duration = .zero, reads: ReadingMode = .events, jsonIn: [String] = [],
        schedule: PullSchedule = .none, place: Place, digest: String
    ) {
        self.id = id
        self.title = title
        self.owner = owner
        self.connector = connector
        self.personalData = personalData
        self.coverage = coverage
        self.yields = yields
        self.zone = zone
        self.clockError = clockError
        self.reads = reads
        self.jsonIn = jsonIn
        self.schedule = schedule
        self.place = place
        self.digest = digest
    }
}

/// What a source can be asked for.
package enum ReadingMode: String, Sendable, CaseIterable {
    /// What happened, each with its own time; history can be read later.
    case events
    /// How things stand now; each sound pull is a snapshot, and its rows are dated by the pull.
    case state
}

package enum PersonalData: String, Sendable, CaseIterable {
    /// The source's owner declares that it holds none; patterns are not looked for. Accounts and subjects still become pseudonyms.
    case none
    case redact
}

package enum ConnectorSettings: Hashable, Sendable {
    case files(FilesSettings)
    case git(GitSettings)
    case exec(ExecSettings)
    case sqlite(SQLiteSettings)
    case http(HTTPSettings)

    package var name: String {
        switch self {
        case .files: "files"
        case .git: "git"
        case .exec: "exec"
        case .sqlite: "sqlite"
        case .http: "http"
        }
    }
}

package struct FilesSettings: Hashable, Sendable {
    /// Relative to the programme's folder, `*`, `?`, `[a-z]` and `**` allowed. Plain, .gz and .zst are told apart by their first bytes.
    package let path: String
    /// The files are archives, tar or ZIP, of which the members that match this are read; nil where they are none.
    package let inside: String?
    package let decoder: DecoderSettings
    package let place: Place
    package init(path: String, inside: String? = nil, decoder: DecoderSettings, place: Place) {
        self.path = path
        self.inside = inside
        self.decoder = decoder
        self.place = place
    }
}

package enum DecoderSettings: Hashable, Sendable {
    /// One JSON value a line; with `records`, the elements of the array at that path of each line.
    case jsonLines(records: String?)
    /// One JSON document a file; the elements of the array at `records`, or the document itself.
    case json(records: String?)
    case csv(delimiter: UInt8)
    /// One XML document a file: the elements at `records`, rendered as canonical JSON.
    case xml(records: ElementPath)
    /// JUnit XML: one record a test case, rendered as canonical JSON.
    case junit
    /// Text lines read by a pattern such as `{client} - - [{time}] "{request}" {status}`.
    case text(pattern: String)
    /// The whole file, with fields from its front matter or a `<file>.yaml` beside it; attested by a person.
    case document
    /// An Inspect evaluation log (`.eval`, a ZIP): the member `header.json`, one record a file.
    case zipMember(name: String)

    /// Read by itself from the file system, and neither from an archive nor from a program.
    package var isOfWholeFiles: Bool {
        switch self {
        case .document, .zipMember: true
        case .jsonLines, .json, .csv, .xml, .junit, .text: false
        }
    }

    package var name: String {
        switch self {
        case .jsonLines: "jsonl"
        case .json: "json"
        case .csv: "csv"
        case .xml: "xml"
        case .junit: "junit"
        case .text: "text"
        case .document: "document"
        case .zipMember: "zip-member"
        }
    }
}

package struct GitSettings: Hashable, Sendable {
    /// A clone, a mirror or a bundle, relative to the programme's folder.
    package let repository: String
    package let ref: String
    /// Only changes to files under these paths, empty for all.
    package let paths: [String]
    package let place: Place
    package init(repository: String, ref: String, paths: [String], place: Place) {
        self.repository = repository
        self.ref = ref
        self.paths = paths
        self.place = place
    }
}

/// What a successful pull proves about the time it asked for. Without a rule a source proves nothing by silence.
package enum CoverageRule: Hashable, Sendable {
    /// Each pull reads a complete register, going back to `since`: covered from then until the copy was written, or up to the pull where `isLive`:
    /// the files are the register itself.
    case export(since: Instant, isLive: Bool)
    /// A file per local day, named by `{date}` in `name`: a day is covered once its file was read whole, even empty.
    case dailyFiles(name: String)
    /// Events follow each other: covered from the first to the last, save for silences longer than this.
    case continuous(silence: Duration)
    /// Each complete pull proves the stretch of time that it asked the source for, and nothing else; the first one begins at `since`.
    case window(since: Instant)
    /// Each sound pull of a state source shows it whole at one instant; two that are no further apart than this leave no hole between them.
    case snapshots(every: Duration)
    /// Absence proves nothing.
    case none
}

/// How a source's records become rows of one kind. Expressions are kept as written; the Mapping target compiles them.
package struct YieldDefinition: Hashable, Sendable {
    package let kind: KindName
    /// All must hold for a record to become a row.
    package let when: [NamedExpression]
    /// The source's own id, for deduplication; nil: the bytes themselves.
    package let id: NamedExpression?
    /// Nil in a state source: the snapshot's instant.
    package let at: NamedExpression?
    package let fields: [NamedExpression]
    package let place: Place
    package init(kind: KindName, when: [NamedExpression], id: NamedExpression?, at: NamedExpression?, fields: [NamedExpression], place: Place) {
        self.kind = kind
        self.when = when
        self.id = id
        self.at = at
        self.fields = fields
        self.place = place
    }
}

/// `name: expression` as it stands in the YAML.
package struct NamedExpression: Hashable, Sendable {
    package let name: String
    package let text: String
    package let place: Place
    package init(name: String, text: String, place: Place) {
        self.name = name
        self.text = text
        self.place = place
    }
}
