import Evidence

/// One source of the demo company: its entry in `receipts.yaml`, and what it leaves behind on each day.
struct Feed: Sendable {
    /// The entry as YAML, indented by two blanks.
    let entry: String
    let files: @Sendable (Day) -> [DemoFile]
}

/// A record and the local day on which it reaches the place that is collected: later than it happened, if it was late.
struct Arrival: Sendable {
    let day: Day
    let bytes: [UInt8]

    init(_ day: Day, _ text: String) {
        self.day = day
        bytes = Array(text.utf8)
    }
    init(_ day: Day, _ json: JSON) {
        self.day = day
        bytes = json.canonicalBytes
    }
}

extension Feed {
    /// One file that grows line by line. What happened before the first day is there from the start.
    static func grown(_ entry: String, path: String, header: String? = nil, calendar: DemoCalendar, _ arrivals: [Arrival]) -> Feed {
        let byDay = Feed.byDay(arrivals, calendar)
        return Feed(entry: entry) { day in
            var bytes: [UInt8] = []
            if day == calendar.first, let header { bytes.append(text: header + "\n") }
            for arrival in byDay[day] ?? [] { bytes += arrival.bytes + [10] }
            return bytes.isEmpty ? [] : [DemoFile(path: path, bytes: bytes, append: day != calendar.first)]
        }
    }

    /// One file with everything known so far, written anew on every day that brings something.
    static func rewritten(
        _ entry: String, path: String, before: String, between: String = "", after: String = "", calendar: DemoCalendar, _ arrivals: [Arrival]
    ) -> Feed {
        let byDay = Feed.byDay(arrivals, calendar)
        return Feed(entry: entry) { day in
            guard byDay[day] != nil else { return [] }
            let known = byDay.filter { $0.key <= day }.sorted { $0.key < $1.key }.flatMap(\.value)
            var bytes = Array(before.utf8)
            for (i, arrival) in known.enumerated() {
                if i > 0 { bytes.append(text: between) }
                bytes += arrival.bytes
            }
            bytes.append(text: after)
            return [DemoFile(path: path, bytes: bytes, append: false)]
        }
    }

    /// A file per local day; `{date}` in the path is that day. `body` gives nil where the day has no file.
    static func daily(_ entry: String, path: String, _ body: @escaping @Sendable (Day) -> [UInt8]?) -> Feed {
        Feed(entry: entry) { day in
            guard let bytes = body(day) else { return [] }
            return [DemoFile(path: path.replacing("{date}", with: "\(day)"), bytes: bytes, append: false)]
        }
    }

    private static func byDay(_ arrivals: [Arrival], _ calendar: DemoCalendar) -> [Day: [Arrival]] {
        Dictionary(grouping: arrivals) { max($0.day, calendar.first) }
    }
}

extension [UInt8] {
    mutating func append(line json: JSON) {
        self += json.canonicalBytes
        append(10)
    }
}

extension JSON {
    static func at(_ instant: Instant) -> JSON { .string(instant.description) }
}

/// Fields of a CSV line; those that need it are quoted (RFC 4180).
func csv(_ fields: String...) -> String {
    fields.map { field in
        field.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" }) ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
    }.joined(separator: ",")
}
