import Assessment
import Evidence

/// One source: the days it is proved covered for, and every pull with the facts of its evidence sheet.
enum SourcePage {
    /// Pulls that get a row; older ones are in the ledger.
    static let pullLimit = 400

    private static let line = Shape("a line", text: ["text"])
    private static let yield = Shape("a yield", text: ["kind", "title", "at", "fields", "covered"])
    private static let gap = Shape("a gap", text: ["kind", "start", "end", "start_wall", "end_wall"])
    private static let redaction = Shape("a redaction", text: ["rule", "number"])
    private static let pull = Shape(
        "a pull",
        text: [
            "entry", "outcome", "class", "started", "sealed", "records", "kept", "duplicates", "conflicts", "rejects", "first", "last", "query", "exchange",
            "root",
            "href",
        ], lists: [("redactions", redaction), ("problems", line)])
    private static let erasure = Shape("an erasure", text: ["id", "kinds", "days", "reason", "approver", "at", "entry", "leaf"])
    private static let reject = Shape("a reject", text: ["id", "origin", "ordinal", "why"])
    static let shape = Shape(
        page: "a source page",
        text: [
            "id", "source_title", "owner", "connector", "settings", "personal_data", "coverage", "schedule", "zone", "file", "config_digest", "pull_count",
            "pull_limit", "reject_count", "rejects_shown", "erasure_count",
        ],
        flags: ["pulls_cut"],
        lists: [
            ("snapshots", line), ("changes", StateChangeRows.shape), ("yields", yield), ("calendars", Calendar.shape), ("gaps", gap), ("pulls", pull),
            ("rejects", reject),
            ("erasures", erasure), ("reconciliations", ReconciliationRows.shape),
        ])

    static func isTrouble(_ outcome: PullOutcome) -> Bool {
        switch outcome {
        case .failed, .interrupted, .partial: true
        case .complete, .empty: false
        }
    }

    static func write<W: PageWriter>(
        _ source: SourceView, _ records: some EditionRecords, _ shown: ShownArtifacts, _ press: inout Press<W>
    ) throws {
        let definition = source.definition
        let edition = press.edition
        let around = press.around
        let coverage = Coverage(source, edition.assessment)
        let conflicts = source.pulls.reduce(0) { $0 + $1.conflicts }
        let rejects = try source.rejects.map(records.artifact)
        let head = PageHead(
            Paths.source(definition.id), title: definition.id.text, heading: "\(definition.title): \(coverage.summary)",
            crumbs: [("Sources", "sources/index.html")])
        try press.page(.source, head) { values in
            describe(&values, definition)
            for sentence in source.snapshots { values.add("snapshots") { $0.set("text", sentence) } }
            StateChangeRows.fill(&values, source, shown)
            for yield in definition.yields {
                values.add("yields") {
                    $0.set("kind", yield.kind.text)
                    $0.set("title", edition.catalogue.kind(yield.kind)?.title ?? yield.kind.text)
                    $0.set("at", yield.at?.text ?? "the snapshot's instant")
                    $0.set("fields", yield.fields.map { "\($0.name): \($0.text)" }.joined(separator: "\n"))
                    $0.set("covered", coverage.share(of: yield.kind))
                }
            }
            if !coverage.days.isEmpty { values.add("calendars") { Calendar(coverage, title: definition.title).fill(&$0) } }
            for (kind, window) in coverage.gaps {
                values.add("gaps") {
                    $0.set("kind", kind.text)
                    $0.set("start", window.start.description)
                    $0.set("end", window.end.description)
                    $0.set("start_wall", around.wall(window.start))
                    $0.set("end_wall", around.wall(window.end))
                }
            }
            pulls(&values, source, shown)
            values.set("reject_count", "\(Words.count(source.pulls.reduce(0) { $0 + $1.rejects }, "reject")), \(Words.count(conflicts, "conflict"))")
            values.set("rejects_shown", rejects.count)
            for reject in rejects {
                values.add("rejects") {
                    $0.set("id", reject.id.description)
                    $0.set("origin", reject.originName ?? "")
                    $0.set("ordinal", reject.ordinal.map(String.init) ?? "")
                    $0.set("why", reject.reason ?? "no reason was recorded")
                }
            }
            erasures(&values, source)
            ReconciliationRows.fill(&values, definition.id, source.reconciliations, shown)
        }
    }

    private static func erasures(_ values: inout PageValues, _ source: SourceView) {
        values.set("erasure_count", source.erasures.count)
        for erasure in source.erasures {
            values.add("erasures") {
                $0.set("id", erasure.artifact.description)
                $0.set("kinds", erasure.kinds.isEmpty ? "none" : erasure.kinds.map(\.text).joined(separator: ", "))
                let days = erasure.days.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }
                $0.set("days", days ?? "unknown")
                $0.set("reason", erasure.reason)
                $0.set("approver", erasure.approver)
                $0.set("at", erasure.at.description)
                $0.set("entry", erasure.entry)
                $0.set("leaf", erasure.leaf.description)
            }
        }
    }

    private static func describe(_ values: inout PageValues, _ definition: SourceDefinition) {
        values.set("id", definition.id.text)
        values.set("source_title", definition.title)
        values.set("owner", definition.owner)
        values.set("connector", definition.connector.name)
        values.set("settings", settings(definition.connector))
        values.set(
            "personal_data", definition.personalData == .none ? "none declared; accounts and subjects become pseudonyms" : "redacted before anything is stored")
        values.set("coverage", rule(definition.coverage))
        values.set("schedule", schedule(definition.schedule))
        values.set("zone", definition.zone.identifier)
        values.set("file", definition.place.description)
        values.set("config_digest", definition.digest)
    }

    private static func settings(_ connector: ConnectorSettings) -> String {
        switch connector {
        case .files(let files): "\(files.decoder.name) \(files.path)\(files.inside.map { "!" + $0 } ?? "")"
        case .git(let git): "\(git.repository) at \(git.ref)" + (git.paths.isEmpty ? "" : ", only \(git.paths.joined(separator: ", "))")
        case .exec(let exec): "\(exec.decoder.name) written by: \(exec.command.joined(separator: " "))"
        case .sqlite(let sqlite): "\(sqlite.query) on \(sqlite.database)"
        case .http(let http): http.shown
        }
    }

    private static func schedule(_ schedule: PullSchedule) -> String {
        let every = schedule.every.map { "every \(Words.duration($0))" } ?? "whenever somebody collects: no schedule is declared"
        return every + (schedule.retention.map { "; the source itself keeps what it tells for \(Words.duration($0))" } ?? "")
    }

    private static func rule(_ rule: CoverageRule) -> String {
        switch rule {
        case .export(let since, isLive: false):
            "each pull reads a copy of a complete register since \(since): covered from then until the copy was written"
        case .export(let since, isLive: true): "each pull reads the complete register itself, since \(since): covered from then up to the pull"
        case .dailyFiles(let name): "a file per local day, \(name): a day is covered once its file was read whole"
        case .continuous(let silence): "events follow each other: covered save for silences longer than \(Words.duration(silence))"
        case .window(let since): "each complete pull proves the stretch of time that it asked for, from \(since) on"
        case .snapshots(let every):
            "only the present can be read: each sound pull is a snapshot of one instant; from one to the next is covered if they are no more than "
                + "\(Words.duration(every)) apart. What was changed and changed back between two of them is not seen, and no later pull fills a hole"
        case .none: "none: absence in this source proves nothing"
        }
    }

    private static func pulls(_ values: inout PageValues, _ source: SourceView, _ shown: ShownArtifacts) {
        values.set("pull_count", source.pulls.count)
        values.set("pull_limit", pullLimit)
        values.flag("pulls_cut", source.pulls.count > pullLimit)
        for pull in source.pulls.sorted(by: { $0.entry > $1.entry }).prefix(pullLimit) {
            let sheet = ArtifactID(entry: pull.entry, record: 0)
            values.add("pulls") { values in
                values.set("entry", pull.entry)
                values.set("outcome", pull.outcome.rawValue)
                values.set("class", pull.outcome.rawValue)
                values.set("started", pull.startedAt.description)
                values.set("sealed", pull.sealedAt?.description ?? "not sealed")
                values.set("records", pull.recordsIn)
                values.set("kept", pull.kept)
                values.set("duplicates", pull.duplicates)
                values.set("conflicts", pull.conflicts)
                values.set("rejects", pull.rejects)
                values.set("first", pull.firstEvent?.description ?? "—")
                values.set("last", pull.lastEvent?.description ?? "—")
                values.set("query", pull.query)
                values.set("exchange", pull.exchange ?? "")
                values.set("root", String(pull.root.description.prefix(16)) + "…")
                values.set("href", shown.contains(sheet) ? Paths.artifact(sheet) : "")
                for (rule, count) in pull.redactions {
                    values.add("redactions") {
                        $0.set("rule", rule)
                        $0.set("number", count)
                    }
                }
                let erased = pull.erased > 0 ? ["\(Words.count(pull.erased, "record")) erased before, not stored"] : []
                for problem in pull.problems + erased { values.add("problems") { $0.set("text", problem) } }
            }
        }
    }
}
