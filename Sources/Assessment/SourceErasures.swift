import Evidence
import SQLite

/// When the erased records of one source happened, as their tombstones say.
struct SourceErasures {
    /// The local days of records whose day is known: not proved any more, whatever was read on them.
    private(set) var days: [Window] = []
    /// The same by the kinds of the rows that are gone; everything where the day is not known.
    private(set) var byKind: [KindName: [Window]] = [:]

    init(_ index: Database, _ source: SourceDefinition) throws {
        let rows = try index.prepare("SELECT kinds, first_day, last_day FROM erasure WHERE source = ? ORDER BY artifact")
        rows.bind(1, source.id.text)
        while try rows.step() {
            var window = Window(start: .distantPast, end: .distantFuture)
            if let first = rows.textIfAny(1).flatMap({ Day($0) }), let last = rows.textIfAny(2).flatMap({ Day($0) }) {
                window = Window(start: source.zone.window(of: first).start, end: source.zone.window(of: last).end)
                days.append(window)
            }
            for kind in rows.text(0).split(separator: " ").compactMap({ KindName(String($0)) }) { byKind[kind, default: []].append(window) }
        }
    }
}
