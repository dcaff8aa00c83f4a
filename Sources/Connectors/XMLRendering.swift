import Evidence

/// An XML answer as JSON: its root as the one member of an object, rendered as `XMLTree` says.
enum XMLRendering {
    static func json(_ bytes: [UInt8]) throws(ReadProblem) -> JSON {
        let tree = XMLTree()
        let parser = XMLPush(tree)
        bytes.withUnsafeBytes { parser.feed($0) }
        parser.finish()
        if let problem = parser.problem { throw ReadProblem("the answer cannot be read: \(problem)") }
        guard let root = tree.take() else { throw ReadProblem("the answer is not whole XML") }
        return root
    }

    /// With a list at `path`, which XML of one element, or of none, does not show to be one. The element around it must be there.
    static func listing(_ json: JSON, _ path: ArraySlice<String>) -> JSON {
        guard let name = path.first, case .object(var members) = json else {
            return path.count == 1 && json == .string("") ? .object([path[path.startIndex]: .array([])]) : json
        }
        if path.count > 1 {
            members[name] = members[name].map { listing($0, path.dropFirst()) }
        } else if let held = members[name] {
            if case .array = held {} else { members[name] = .array([held]) }
        } else {
            members[name] = .array([])
        }
        return .object(members)
    }
}
