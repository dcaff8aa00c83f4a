import Evidence

/// What one load has found wrong so far. One for all files of the load, so that everything is reported at once.
final class Findings {
    private(set) var all: [Diagnostic] = []

    func add(_ finding: Diagnostic) { all.append(finding) }
    func error(_ summary: String, at place: Place, hint: String? = nil) { add(.error(summary, at: place, hint: hint)) }

    /// `'frequncy' is not a key of a control`, with the nearest word that would be.
    func unknown(_ word: String, _ what: String, among known: some Collection<String>, at place: Place, or other: String? = nil) {
        let hint: String
        // One letter is near every other one.
        if word.utf8.count > 1, let near = nearest(to: word, among: known) {
            hint = "did you mean '\(near)'?"
        } else if known.isEmpty {
            hint = "there is none to name here"
        } else {
            hint = known.count > 40 ? "none of the \(known.count) known names is like it" : "one of: " + known.joined(separator: ", ")
        }
        error("'\(word)' is not \(what)", at: place, hint: other.map { "\(hint) \($0)" } ?? hint)
    }

    /// Sorted by place, the order of discovery where places are equal.
    func throwIfAny() throws(Diagnostics) {
        guard !all.isEmpty else { return }
        let none = Place(file: "")
        let sorted = all.enumerated().sorted { a, b in
            let (first, second) = (a.element.place ?? none, b.element.place ?? none)
            return first == second ? a.offset < b.offset : first < second
        }
        throw Diagnostics(sorted.map(\.element))
    }
}
