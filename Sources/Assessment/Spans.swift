import Evidence

/// Sets of instants as sorted, disjoint, non-touching windows.
package enum Spans {
    package static func union(_ windows: [Window]) -> [Window] {
        var merged: [Window] = []
        for window in windows.filter({ !$0.isEmpty }).sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
            if let last = merged.last, window.start <= last.end {
                merged[merged.count - 1] = Window(start: last.start, end: max(last.end, window.end))
            } else {
                merged.append(window)
            }
        }
        return merged
    }

    /// Both must be unions.
    package static func intersection(_ a: [Window], _ b: [Window]) -> [Window] {
        var out: [Window] = []
        var (i, j) = (0, 0)
        while i < a.count, j < b.count {
            let start = max(a[i].start, b[j].start)
            let end = min(a[i].end, b[j].end)
            if start < end { out.append(Window(start: start, end: end)) }
            if a[i].end < b[j].end { i += 1 } else { j += 1 }
        }
        return out
    }

    /// What of `whole` no window of `covered`, a union, holds.
    package static func gaps(in whole: Window, covered: [Window]) -> [Window] {
        var gaps: [Window] = []
        var at = whole.start
        for window in covered where window.end > at && window.start < whole.end {
            if window.start > at { gaps.append(Window(start: at, end: window.start)) }
            at = max(at, window.end)
        }
        if at < whole.end { gaps.append(Window(start: at, end: whole.end)) }
        return gaps
    }

    package static func subtracting(_ holes: [Window], from covered: [Window]) -> [Window] {
        let cut = union(holes)
        return covered.flatMap { gaps(in: $0, covered: cut) }
    }
}
