import Evidence
import SQLite

/// At which instants one state source was seen whole. Between two of them nothing is known of it.
package struct StateLooks: Hashable, Sendable {
    package let source: SourceID
    package let kinds: Set<KindName>
    /// Ascending.
    package let instants: [Instant]

    package init(source: SourceID, kinds: Set<KindName>, instants: [Instant]) {
        self.source = source
        self.kinds = kinds
        self.instants = instants
    }

    /// A snapshot of which the mapping in force cannot read a record is none any more.
    init(_ index: Database, _ source: SourceDefinition) throws {
        let rows = try index.prepare(
            """
            SELECT taken_at FROM snapshot s WHERE source = ?1
                AND NOT EXISTS (SELECT 1 FROM reject r WHERE r.source = ?1 AND r.artifact >> 32 = s.entry)
            ORDER BY taken_at
            """)
        rows.bind(1, source.id.text)
        var instants: [Instant] = []
        while try rows.step() { instants.append(Instant(nanoseconds: rows.integer(0))) }
        self.init(source: source.id, kinds: Set(source.yields.map(\.kind)), instants: instants)
    }

    /// From each instant to the next, where they are no further apart than that.
    func covered(every: Duration) -> [Window] {
        Spans.union(
            zip(instants, instants.dropFirst()).filter { $1.nanoseconds - $0.nanoseconds <= every.inNanoseconds }.map { Window(start: $0, end: $1) })
    }

    package func count(in window: Window) -> Int { instants.count { window.contains($0) } }

    /// The longest stretch between two snapshots of which some lies in the window; nil where there are no two such.
    package func largestDistance(in window: Window) -> Window? {
        zip(instants, instants.dropFirst()).filter { $0 < window.end && $1 > window.start }.map { Window(start: $0, end: $1) }
            .max { $0.end.nanoseconds - $0.start.nanoseconds < $1.end.nanoseconds - $1.start.nanoseconds }
    }

    /// Why a stretch that these snapshots do not cover is a hole.
    func reason(for hole: Window) -> String {
        let before = instants.last { $0 <= hole.start }
        let after = instants.first { $0 >= hole.end }
        let within = instants.count { $0 > hole.start && $0 < hole.end }
        let when =
            switch (before, after) {
            case (let before?, let after?): "between \(before) and \(after)"
            case (let before?, nil): "after \(before)"
            case (nil, let after?): "before \(after)"
            case (nil, nil): "in all that time"
            }
        let looked = within == 0 ? "nobody looked at '\(source)' \(when)" : "\(when) '\(source)' was looked at \(within == 1 ? "once" : "\(within) times") only"
        return "only its present can be read, and \(looked)"
    }

    /// What a claim that rests on these snapshots may say at most.
    package func cap(_ kind: KindName, in window: Window) -> String {
        let seen = "\(kind) was seen at \(count(in: window)) instants ('\(source)')"
        guard let distance = largestDistance(in: window) else { return seen + ", and what was before or after is not known" }
        let length = Duration.nanoseconds(distance.end.nanoseconds - distance.start.nanoseconds).inWords
        return seen + ", at most \(length) apart: what was changed and changed back between two of them is not seen"
    }
}
