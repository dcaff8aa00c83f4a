import Evidence
import SQLite

/// `<kind>_by_day`: how many records of a kind say the same on a day, as a temporary table of a bench. One reading of the kind serves every control that only
/// counts its records, however many controls there are.
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
        let marks = Array(repeating: "?", count: counts.columns.count).joined(separator: ", ")
        let insert = try database.prepare("INSERT INTO temp.\"\(name)\" VALUES (\(marks))")
        let read = (["artifact", "occurred_at", "occurred_at_latest"] + counts.has + counts.by).map { "\"\($0)\"" }.joined(separator: ", ")
        let rows = try database.prepare("SELECT \(read) FROM main.\"\(kind.name)\" NOT INDEXED ORDER BY artifact")
        let by = (3 + counts.has.count)..<(3 + counts.has.count + counts.by.count)
        var groups = DayGroups()
        var clock = DayClock(days)
        while try rows.step() {
            let artifact = ArtifactID(packed: rows.integer(0))
            let isContested = !contested.isEmpty && contested.contains(artifact)
            if isContested, leavingOut { continue }
            let at = rows.isNull(1) ? nil : (earliest: rows.integer(1), latest: rows.integer(2))
            if let at, at.earliest >= until.nanoseconds { continue }
            var has: UInt64 = 0
            for i in counts.has.indices where !rows.isNull(3 + i) { has |= 1 << UInt64(i) }
            let day = at.flatMap { clock.day(of: $0.earliest) }
            let others = at.map { clock.others(than: day, $0.earliest, $0.latest) } ?? DayClock.none
            let isSure = at != nil && !isContested && others.isEmpty && !others.isOutside
            groups.add(rows, by, day: day, has: has, isSure: isSure, records: 1, at: at, artifact: artifact.packed)
            for other in others.days { groups.add(rows, by, day: other, has: has, isSure: false, records: 0, at: at, artifact: artifact.packed) }
            if groups.isFull { try write(&groups, days, insert) }
        }
        try write(&groups, days, insert)
    }

    private func write(_ groups: inout DayGroups, _ days: [Calendar.Row], _ insert: Statement) throws {
        for group in groups.all {
            insert.bind(1, group.day.map { days[$0].name })
            bind(insert, 2, group.day.map { days[$0].window.start.nanoseconds })
            insert.bind(3, group.isSure ? 1 : 0)
            groups.bind(group, to: insert, at: 4)
            let from = 4 + counts.by.count
            for bit in counts.has.indices { insert.bind(from + bit, Int(group.has >> UInt64(bit) & 1)) }
            let after = [Int64(group.records), group.first?.earliest, group.first?.latest, group.last?.earliest, group.last?.latest, group.artifact]
            for (i, value) in after.enumerated() { bind(insert, from + counts.has.count + i, value) }
            try insert.execute()
        }
        groups.removeAll()
    }

    private func bind(_ statement: Statement, _ index: Int, _ value: Int64?) {
        if let value { statement.bind(index, value) } else { statement.bindNull(index) }
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
        let has: UInt64
        let isSure: Bool
        /// Of its values in `keys`.
        let key: Range<Int>
        let hash: Int
        let artifact: Int64
        var records = 0
        /// Earliest and latest each for itself, as `first()` and `last()` have it.
        var first: (earliest: Int64, latest: Int64)?
        var last: (earliest: Int64, latest: Int64)?
    }

    private(set) var all: [Group] = []
    /// The groups' values one behind the other; behind `filled` those of the row in hand.
    private var keys = [UInt8](repeating: 0, count: 1 << 20)
    private var filled = 0
    /// Open addressing: the index in `all`, or -1.
    private var slots = [Int32](repeating: -1, count: limit * 4)

    private static let limit = 1 << 16
    var isFull: Bool { all.count >= DayGroups.limit || filled >= 16 << 20 }

    mutating func removeAll() {
        all.removeAll(keepingCapacity: true)
        filled = 0
        for slot in slots.indices { slots[slot] = -1 }
    }

    mutating func add(
        _ rows: Statement, _ columns: Range<Int>, day: Int?, has: UInt64, isSure: Bool, records: Int, at: (earliest: Int64, latest: Int64)?, artifact: Int64
    ) {
        let group = find(filled..<filled + take(rows, columns), day: day, has: has, isSure: isSure, artifact: artifact)
        all[group].records += records
        guard let at else { return }
        let (first, last) = (all[group].first ?? at, all[group].last ?? at)
        all[group].first = (min(first.earliest, at.earliest), min(first.latest, at.latest))
        all[group].last = (max(last.earliest, at.earliest), max(last.latest, at.latest))
    }

    private mutating func take(_ rows: Statement, _ columns: Range<Int>) -> Int {
        while true {
            if let count = keys.withUnsafeMutableBytes({ rows.values(of: columns, into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...])) }) {
                return count
            }
            keys += repeatElement(0, count: keys.count)
        }
    }

    /// `row`: in `keys`. The first of a group has its lowest artifact, since they come in that order.
    private mutating func find(_ row: Range<Int>, day: Int?, has: UInt64, isSure: Bool, artifact: Int64) -> Int {
        let hash = keys.withUnsafeBytes { keys in
            var hasher = Hasher()
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: keys[row]))
            hasher.combine(day)
            hasher.combine(has)
            hasher.combine(isSure)
            return hasher.finalize()
        }
        var slot = hash & (slots.count - 1)
        while slots[slot] >= 0 {
            let found = Int(slots[slot])
            if all[found].hash == hash, all[found].day == day, all[found].has == has, all[found].isSure == isSure, isSame(all[found].key, row) { return found }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = Int32(all.count)
        filled = row.upperBound
        all.append(Group(day: day, has: has, isSure: isSure, key: row, hash: hash, artifact: artifact))
        return all.count - 1
    }

    /// Eight bytes at a time; what `elementsEqual` does byte by byte is a seventh of the whole reading.
    private func isSame(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
        guard a.count == b.count else { return false }
        return keys.withUnsafeBytes { keys in
            var i = 0
            while i + 8 <= a.count {
                if keys.loadUnaligned(fromByteOffset: a.lowerBound + i, as: UInt64.self)
                    != keys.loadUnaligned(fromByteOffset: b.lowerBound + i, as: UInt64.self)
                {
                    return false
                }
                i += 8
            }
            while i < a.count {
                if keys[a.lowerBound + i] != keys[b.lowerBound + i] { return false }
                i += 1
            }
            return true
        }
    }

    /// The values of its `by` columns, from parameter `first` on.
    func bind(_ group: Group, to statement: Statement, at first: Int) {
        keys.withUnsafeBytes { statement.bind(first, values: UnsafeRawBufferPointer(rebasing: $0[group.key])) }
    }
}
