import Evidence

/// The stretch of time that a pull asks a server for, and the pieces it is asked in. All begin and end at whole seconds, or at multiples of the step.
struct AskedStretches {
    let whole: Window
    let pieces: [Window]

    /// Nil where nothing is old enough yet. The pull begins before the end of what is proved by the overlap, and never before the register does.
    init?(_ settings: HTTPSettings, _ request: PullRequest) {
        let unit = max(settings.step ?? .seconds(1), .seconds(1)).inNanoseconds
        var start = AskedWindow(request, overlap: settings.overlap).start
        if case .window(let since) = request.source.coverage { start = max(start, since) }
        let end = request.now.advanced(by: .zero - settings.settle)
        let (first, last) = (AskedStretches.floor(start.nanoseconds, unit), AskedStretches.floor(end.nanoseconds, unit))
        guard first < last else { return nil }
        whole = Window(start: Instant(nanoseconds: first), end: Instant(nanoseconds: last))
        let length = settings.atMost.map { max(unit, AskedStretches.floor($0.inNanoseconds, unit)) } ?? (last - first)
        var pieces: [Window] = []
        var from = first
        while from < last {
            let to = last - from > length ? from + length : last
            pieces.append(Window(start: Instant(nanoseconds: from), end: Instant(nanoseconds: to)))
            from = to
        }
        self.pieces = pieces
    }

    private static func floor(_ value: Int64, _ unit: Int64) -> Int64 {
        let rest = value % unit
        return value - (rest < 0 ? rest + unit : rest)
    }
}

/// Puts the ends of a window into a query or body.
struct WindowText {
    let settings: HTTPSettings
    let window: Window

    func text(_ text: String) -> String {
        guard text.contains("{") else { return text }
        return text.replacing(WindowWords.start, with: written(window.start)).replacing(WindowWords.end, with: written(window.end))
            .replacing("{last}", with: written(last))
    }

    /// A unix time that stands alone in a string of a body becomes a number.
    func body(_ json: JSON) -> JSON {
        switch json {
        case .string(let held):
            let isAlone = [WindowWords.start, WindowWords.end, "{last}"].contains(held) && settings.times != .rfc3339
            if isAlone, let number = Int64(text(held)) { return .integer(number) }
            return .string(text(held))
        case .array(let elements): return .array(elements.map(body))
        case .object(let members): return .object(members.mapValues(body))
        default: return json
        }
    }

    private var last: Instant {
        let unit: Duration =
            switch settings.times {
            case .rfc3339, .unix: .seconds(1)
            case .unixMilliseconds: .milliseconds(1)
            case .unixNanoseconds: .nanoseconds(1)
            }
        return max(window.start, window.end.advanced(by: .zero - (settings.step ?? unit)))
    }

    private func written(_ instant: Instant) -> String {
        switch settings.times {
        case .rfc3339: instant.description
        case .unix: String(instant.nanoseconds / 1_000_000_000)
        case .unixMilliseconds: String(instant.nanoseconds / 1_000_000)
        case .unixNanoseconds: String(instant.nanoseconds)
        }
    }
}
