import Evidence

/// Which days a source's daily files cover, and what that asks of reading them.
///
/// A day is complete when each of its files was read from first to last byte in a pull after the day's end, without a reject. So a
/// file whose day has ended since the last pull is read from its start once more.
struct DailyFiles {
    private let before: [UInt8]
    private let after: [UInt8]
    private let isDaily: Bool
    private let isGrowing: Bool
    private let zone: Zone
    private let now: Instant
    private var days: [Day: Bool] = [:]
    /// By name, of files that were read.
    private(set) var read: [String: Day] = [:]
    private var troubled: Set<Day> = []
    /// A file that names no day, or a folder, held something that could not be read: it may be of any day.
    private var isUnsure = false

    init(_ source: SourceDefinition, now: Instant) {
        zone = source.zone
        self.now = now
        var name = ""
        switch source.coverage {
        case .dailyFiles(let pattern):
            name = pattern
            isGrowing = false
        case .continuous: isGrowing = true
        case .export, .window, .snapshots, .none: isGrowing = false
        }
        let parts = DailyFiles.split(name)
        isDaily = parts != nil
        before = parts?.before ?? []
        after = parts?.after ?? []
    }

    private static func split(_ pattern: String) -> (before: [UInt8], after: [UInt8])? {
        let bytes = Array(pattern.utf8.split(separator: 47).last ?? [])
        let mark = Array("{date}".utf8)
        guard bytes.count >= mark.count, let at = (0...bytes.count - mark.count).first(where: { Array(bytes[$0..<$0 + mark.count]) == mark }) else {
            return nil
        }
        return (Array(bytes[..<at]), Array(bytes[(at + mark.count)...]))
    }

    /// The day in a file's name; packing endings may follow the name.
    func day(of name: FileName) -> Day? {
        let last = name.last
        guard isDaily, last.starts(with: before), last.count >= before.count + 10 else { return nil }
        let rest = Array(last[(before.count + 10)...])
        let endings = [after, after + Array(".gz".utf8), after + Array(".zst".utf8)]
        guard endings.contains(where: { Glob.matches([UInt8(ascii: "x")] + rest, [UInt8(ascii: "x")] + $0) }) else { return nil }
        return Day(String(decoding: last[before.count..<before.count + 10], as: UTF8.self))
    }

    func rule(for name: FileName, since lastPull: Instant) -> ReadingRule {
        guard let day = day(of: name) else { return ReadingRule(isFromStart: false, isFinal: !isGrowing && !isDaily) }
        let end = zone.window(of: day).end
        return ReadingRule(isFromStart: end <= now && lastPull < end, isFinal: end <= now)
    }

    mutating func note(_ name: FileName, _ result: FileResult) {
        let isSound = result.rejects == 0 && result.problem == nil
        guard let day = day(of: name) else { return isUnsure = isUnsure || !isSound }
        if result.isRead { read[name.shown] = day }
        guard zone.window(of: day).end <= now else { return }
        days[day] = result.isWhole && isSound && days[day] ?? true
        if !isSound { troubled.insert(day) }
    }

    mutating func spoil(_ name: FileName) {
        if let day = day(of: name) { days[day] = false } else { isUnsure = true }
    }

    var complete: [Day] { isUnsure ? [] : days.filter(\.value).keys.sorted() }
    /// Days whose file says something that could not be read: also a day that was complete before is not proved any more.
    var spoiled: [Day] { troubled.sorted() }
}
