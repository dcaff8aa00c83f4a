import Evidence
import SQLite

/// `<kind>_by_day`: how many records of a kind say the same on a day, as a temporary table of a bench. One reading serves every control that only counts the
/// kind's records, however many controls there are.
struct DayTable {
    let kind: Kind
    let counts: DayCounts

    init?(_ kind: Kind) {
        guard let counts = kind.byDay else { return nil }
        self.kind = kind
        self.counts = counts
    }

    var name: String { DayCounts.table(of: kind.name) }

    /// Makes the table anew, of records that happened before `until`: what comes after a period changes nothing in it. `days`: of the calendar, by start.
    /// `leavingOut`: contested records do not count at all.
    func make(in database: Database, days: [Calendar.Row], until: Instant, contested: Set<ArtifactID>, leavingOut: Bool) throws {
        let columns = counts.columns.map { "\"\($0)\"" }.joined(separator: ", ")
        try database.run("DROP TABLE IF EXISTS temp.\"\(name)\"; CREATE TEMP TABLE \"\(name)\" (\(columns))")
        var told = try ToldRecords(of: kind, counts, in: database)
        let writer = try DayWriter(database, self, days, told.sets)
        var groups = DayGroups()
        var clock = DayClock(days)
        while let record = try told.next() {
            // Of an edited index it may be the number of no artifact.
            let isContested = !contested.isEmpty && record.artifact >= 0 && contested.contains(ArtifactID(packed: record.artifact))
            if isContested, leavingOut { continue }
            if let at = record.at, at.earliest >= until.nanoseconds { continue }
            let day = record.at.flatMap { clock.day(of: $0.earliest) }
            let others = record.at.map { clock.others(than: day, $0.earliest, $0.latest) } ?? DayClock.none
            let isSure = record.at != nil && !isContested && others.isEmpty && !others.isOutside
            groups.add(record, day: day, isSure: isSure, records: 1)
            for other in others.days { groups.add(record, day: other, isSure: false, records: 0) }
            if groups.isFull { try writer.write(&groups) }
        }
        try writer.write(&groups)
    }
}

/// One record, as far as it is counted: `said` is the number of the set of values that it says.
private struct ToldRecord {
    let artifact: Int64
    let at: (earliest: Int64, latest: Int64)?
    let said: Int64
}

/// The records of a kind by artifact: as the index keeps them for this, or where there is no index (in a control's examples) from the kind's own rows.
private struct ToldRecords {
    /// The table of the sets of values.
    let sets: String
    private let rows: Statement
    private let numbers: NumberedSets?
    private let said: Range<Int>
    private var bytes = [UInt8](repeating: 0, count: 1 << 10)

    init(of kind: Kind, _ counts: DayCounts, in database: Database) throws {
        let (kept, counted) = (DayCounts.sets(of: kind.name), DayCounts.counted(of: kind.name))
        said = 3..<3 + counts.said.count
        if try database.integer("SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = '\(counted)'") == 1 {
            sets = "main.\"\(kept)\""
            numbers = nil
            rows = try database.prepare("SELECT artifact, occurred_at, occurred_at_latest, said FROM main.\"\(counted)\" ORDER BY artifact")
        } else {
            sets = "temp.\"\(kept)\""
            try database.run("DROP TABLE IF EXISTS \(sets); \(NumberedSets.declaration(of: sets))")
            numbers = try NumberedSets(database, table: sets)
            let read = (["artifact", "occurred_at", "occurred_at_latest"] + counts.expressions).joined(separator: ", ")
            rows = try database.prepare("SELECT \(read) FROM main.\"\(kind.name)\" NOT INDEXED ORDER BY artifact")
        }
    }

    mutating func next() throws -> ToldRecord? {
        guard try rows.step() else { return nil }
        let at = rows.isNull(1) ? nil : (earliest: rows.integer(1), latest: rows.integer(2))
        return ToldRecord(artifact: rows.integer(0), at: at, said: try number())
    }

    private mutating func number() throws -> Int64 {
        guard let numbers else { return rows.integer(3) }
        while true {
            if let count = bytes.withUnsafeMutableBytes({ rows.values(of: said, into: $0) }) {
                return try bytes.withUnsafeBytes { try numbers.number(of: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            }
            bytes += repeatElement(0, count: bytes.count)
        }
    }
}

/// Writes groups into the table by day.
private struct DayWriter {
    private let name: String
    private let days: [Calendar.Row]
    private let said: Statement
    private let insert: Statement
    private let saidCount: Int

    init(_ database: Database, _ table: DayTable, _ days: [Calendar.Row], _ sets: String) throws {
        name = table.name
        self.days = days
        saidCount = table.counts.said.count
        said = try database.prepare("SELECT said FROM \(sets) WHERE number = ?")
        let marks = Array(repeating: "?", count: table.counts.columns.count).joined(separator: ", ")
        insert = try database.prepare("INSERT INTO temp.\"\(table.name)\" VALUES (\(marks))")
    }

    func write(_ groups: inout DayGroups) throws {
        for group in groups.all {
            insert.bind(1, group.day.map { days[$0].name })
            bind(2, group.day.map { days[$0].window.start.nanoseconds })
            insert.bind(3, group.isSure ? 1 : 0)
            said.bind(1, group.said)
            guard try said.step(), insert.bind(4, values: said.bytes(0), count: saidCount) else {
                let hint = "it was edited or is damaged: run 'receipts index --rebuild'"
                throw Diagnostics(.error("the index does not say what is counted in '\(name)'", hint: hint))
            }
            let after = [Int64(group.records), group.first?.earliest, group.first?.latest, group.last?.earliest, group.last?.latest, group.artifact]
            for (i, value) in after.enumerated() { bind(4 + saidCount + i, value) }
            try insert.execute()
            insert.reset()
            said.reset()
        }
        groups.removeAll()
    }

    private func bind(_ index: Int, _ value: Int64?) {
        if let value { insert.bind(index, value) } else { insert.bindNull(index) }
    }
}

/// Which of a calendar's days an instant is on; records come nearly in order of time, so the last answer is tried first.
private struct DayClock {
    /// Days that an instant may be on besides the first one; `isOutside`: or on none of the calendar's.
    typealias Others = (days: Range<Int>, isEmpty: Bool, isOutside: Bool)
    static let none: Others = (0..<0, true, false)

    private let days: [(start: Int64, end: Int64)]
    private var last = 0

    init(_ days: [Calendar.Row]) { self.days = days.map { ($0.window.start.nanoseconds, $0.window.end.nanoseconds) } }

    mutating func day(of instant: Int64) -> Int? {
        if days.indices.contains(last), days[last].start <= instant, instant < days[last].end { return last }
        var low = 0
        var high = days.count
        while low < high {
            let middle = (low + high) / 2
            if days[middle].end <= instant { low = middle + 1 } else { high = middle }
        }
        guard low < days.count, days[low].start <= instant else { return nil }
        last = low
        return low
    }

    /// Of an instant from `earliest` to `latest`, whose first day is `day`.
    func others(than day: Int?, _ earliest: Int64, _ latest: Int64) -> Others {
        if let day, latest < days[day].end { return DayClock.none }
        let from = day.map { $0 + 1 } ?? days.firstIndex { $0.end > earliest } ?? days.count
        let to = days[from...].firstIndex { $0.start > latest } ?? days.count
        let isOutside = day == nil ? to > from : latest >= (days.last?.end ?? latest)
        return (from..<to, from == to, isOutside)
    }
}

/// Groups of records that say the same, in the order in which the first of each came. What it holds is bounded: a caller writes it out when it is full, and a
/// group that comes again begins anew.
private struct DayGroups {
    struct Group {
        let day: Int?
        let isSure: Bool
        let said: Int64
        /// The lowest: records come by artifact.
        let artifact: Int64
        var records = 0
        /// Earliest and latest each for itself, as `first()` and `last()` have it.
        var first: (earliest: Int64, latest: Int64)?
        var last: (earliest: Int64, latest: Int64)?
    }

    private(set) var all: [Group] = []
    /// Open addressing: the index in `all`, or -1.
    private var slots = [Int32](repeating: -1, count: limit * 4)

    private static let limit = 1 << 16
    var isFull: Bool { all.count >= DayGroups.limit }

    mutating func removeAll() {
        all.removeAll(keepingCapacity: true)
        for slot in slots.indices { slots[slot] = -1 }
    }

    mutating func add(_ record: ToldRecord, day: Int?, isSure: Bool, records: Int) {
        let group = find(record, day, isSure)
        all[group].records += records
        guard let at = record.at else { return }
        let (first, last) = (all[group].first ?? at, all[group].last ?? at)
        all[group].first = (min(first.earliest, at.earliest), min(first.latest, at.latest))
        all[group].last = (max(last.earliest, at.earliest), max(last.latest, at.latest))
    }

    private mutating func find(_ record: ToldRecord, _ day: Int?, _ isSure: Bool) -> Int {
        // Numbers that count up: multiplied by an odd one they are spread over the upper bits. Nobody gains by choosing them, for a group is found all the same.
        let key = UInt64(truncatingIfNeeded: record.said) << 17 ^ UInt64(truncatingIfNeeded: (day ?? -1) << 1 | (isSure ? 1 : 0))
        var slot = Int((key &* 0x9e37_79b9_7f4a_7c15) >> 32) & (slots.count - 1)
        while slots[slot] >= 0 {
            let found = Int(slots[slot])
            if all[found].said == record.said, all[found].day == day, all[found].isSure == isSure { return found }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = Int32(all.count)
        all.append(Group(day: day, isSure: isSure, said: record.said, artifact: record.artifact))
        return all.count - 1
    }
}
