/// Where a person should look: a file as the person named it, and a line from 1 where one is known.
package struct Place: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int?

    package init(file: String, line: Int? = nil) {
        self.file = file
        self.line = line
    }
    package var description: String { line.map { "\(file):\($0)" } ?? file }
    package static func < (a: Place, b: Place) -> Bool { (a.file, a.line ?? 0) < (b.file, b.line ?? 0) }
}

/// Something a person must know or mend. Collected, sorted by place, and reported together.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Sendable { case error, warning }

    package let severity: Severity
    package let place: Place?
    /// Lower case, no full stop; names the thing in quotes and says what was expected and found.
    package let summary: String
    /// What to do about it.
    package let hint: String?

    package init(_ severity: Severity, _ summary: String, at place: Place? = nil, hint: String? = nil) {
        self.severity = severity
        self.place = place
        self.summary = summary
        self.hint = hint
    }
    package static func error(_ summary: String, at place: Place? = nil, hint: String? = nil) -> Diagnostic {
        Diagnostic(.error, summary, at: place, hint: hint)
    }
    package static func warning(_ summary: String, at place: Place? = nil, hint: String? = nil) -> Diagnostic {
        Diagnostic(.warning, summary, at: place, hint: hint)
    }

    /// `receipts: error: file:line: what` and, on a line of its own, `receipts: hint: …`.
    package var text: String {
        let head = "receipts: \(severity.rawValue): " + (place.map { "\($0): " } ?? "").shown + summary.shown
        // A hint may show lines to be written; a name is none.
        let lines = hint?.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).shown }
        return lines.map { head + "\nreceipts: hint: " + $0.joined(separator: "\n") } ?? head
    }
}

/// Thrown where input was bad: every finding, not the first.
package struct Diagnostics: Error, Sendable {
    package let all: [Diagnostic]
    package init(_ all: [Diagnostic]) { self.all = all }
    package init(_ one: Diagnostic) { all = [one] }
}

/// The candidate nearest to a misspelt word: at most a third of its letters away, the first in the list when two are equally near.
package func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
        let distance = editDistance(Array(word.utf8), Array(candidate.utf8))
        if distance <= max(1, word.utf8.count / 3), distance < (best?.distance ?? .max) { best = (distance, candidate) }
    }
    return best?.candidate
}

private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for i in 0..<a.count {
        var diagonal = row[0]
        row[0] = i + 1
        for j in 0..<b.count {
            let substituted = diagonal + (a[i] == b[j] ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
