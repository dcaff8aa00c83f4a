import Assessment
import Controls
import Evidence

/// Which artifacts get a page, and what refers to them. Gravest first, so that the limit cuts off what matters least.
struct ShownArtifacts {
    struct Use {
        let control: ControlID
        let ordinal: Int
        let key: String
        let verdict: ItemVerdict
        let column: String
    }

    static let limit = 5_000
    static let operatedPerControl = 20
    static let sheetsPerSource = 30

    private(set) var uses: [ArtifactID: [Use]] = [:]
    /// Referenced by a deviation or an insufficient item, but beyond the limit.
    private(set) var omitted = 0

    init(_ edition: Edition) {
        for result in edition.assessment.controls { for item in result.deviations { add(item, result.control.id) } }
        for result in edition.assessment.controls { for item in result.insufficient { add(item, result.control.id) } }
        for id in edition.management.shown(in: edition.assessment.period.id) { addRecord(id) }
        for source in edition.sources {
            for pull in source.pulls.sorted(by: { $0.entry > $1.entry }).prefix(ShownArtifacts.sheetsPerSource) {
                addRecord(ArtifactID(entry: pull.entry, record: 0))
            }
        }
    }

    func contains(_ id: ArtifactID) -> Bool { uses[id] != nil }
    var sorted: [ArtifactID] { uses.keys.sorted() }

    mutating func add(_ item: ItemResult, _ control: ControlID) {
        for (name, artifact) in item.evidence {
            let use = Use(control: control, ordinal: item.ordinal, key: item.keyText, verdict: item.verdict, column: name)
            if uses[artifact] != nil || uses.count < ShownArtifacts.limit {
                uses[artifact, default: []].append(use)
            } else if item.verdict != .operated {
                omitted += 1
            }
        }
    }
    private mutating func addRecord(_ id: ArtifactID) {
        if uses[id] == nil, uses.count < ShownArtifacts.limit { uses[id] = [] }
    }
}
