/// An expression of a mapping as written: a first value, and functions that it goes through.
struct Syntax: Hashable {
    /// Tried in turn: the first that is there.
    let terms: [Term]
    let calls: [Call]

    enum Term: Hashable {
        case path(Path)
        case constant(String)
        case line
        case origin
        case ordinal
    }
    struct Call: Hashable {
        let name: String
        let arguments: [Argument]
    }
    enum Argument: Hashable {
        case string(String)
        /// A path or a bare word such as `seconds` or `1000`; the text is as written.
        case term(Term, text: String)
        case pair(String, String)
        /// `*='x'`
        case otherwise(String)
    }
}

struct Path: Hashable {
    enum Step: Hashable {
        case key(String)
        /// From the end if negative.
        case index(Int)
        /// The first element that is an object whose member equals the text.
        case element(member: String, equals: String)
    }
    let steps: [Step]

    /// Of the members that it leads through.
    var names: [String] {
        steps.compactMap { step in
            if case .key(let name) = step { return name }
            return nil
        }
    }

    /// The name of a column or of a field of a text pattern; nil if the path reaches into a structure.
    var columnName: String? {
        var names: [String] = []
        for step in steps {
            guard case .key(let name) = step else { return nil }
            names.append(name)
        }
        return names.joined(separator: ".")
    }
}
