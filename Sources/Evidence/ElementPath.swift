/// Where the records of an XML document stand: the part of XPath that can be decided while the document goes by.
///
/// Element names or `*` behind `/` (a child) or `//` (at any depth), from the root; alternatives behind `|`. Names are without prefix. No predicates: a
/// mapping's `when` chooses among records.
package struct ElementPath: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) {
        let alternatives = text.split(separator: "|", omittingEmptySubsequences: false).map { ElementPath.trimmed($0) }
        guard alternatives.allSatisfy(ElementPath.isPath) else { return nil }
        self.text = alternatives.joined(separator: "|")
    }

    /// The paths of what the records lie in; nil where one alternative may lie in anything.
    package var around: String? {
        var around: [Substring] = []
        for alternative in text.split(separator: "|") {
            guard let last = alternative.lastIndex(of: "/") else { return nil }
            let parent = alternative[..<last]
            if parent.isEmpty || parent.hasSuffix("/") { return nil }
            around.append(parent)
        }
        return around.joined(separator: "|")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }

    private static func isPath(_ text: Substring) -> Bool {
        guard text.hasPrefix("/"), !text.contains("///") else { return false }
        let steps = text.drop { $0 == "/" }.split(separator: "/", omittingEmptySubsequences: false)
        // An empty step is the second stroke of '//', and cannot be the last.
        guard let last = steps.last, !last.isEmpty else { return false }
        return steps.allSatisfy { $0.isEmpty || $0 == "*" || isName($0) }
    }

    private static func isName(_ name: Substring) -> Bool {
        guard let first = name.first, first.isLetter || first == "_" else { return false }
        return name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
    }
}
