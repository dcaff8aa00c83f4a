/// What a page or a row of a list offers to its template: the names that `{{ … }}` may use.
///
/// A name is known before any template is read, so that a misspelt one is found when templates load, not in an auditor's hands.
package final class Shape: Sendable {
    package enum FieldType: Sendable {
        case text
        /// Only for `{% if … %}`.
        case flag
        case list(Shape)
    }

    package let name: String
    let names: [String]
    let types: [FieldType]

    package init(_ name: String, text: [String] = [], flags: [String] = [], lists: [(String, Shape)] = []) {
        self.name = name
        names = text + flags + lists.map(\.0)
        types = text.map { _ in .text } + flags.map { _ in .flag } + lists.map { .list($0.1) }
        precondition(Set(names).count == names.count, "shape '\(name)' names a field twice")
    }

    /// The fields of every page and then those of this one.
    init(page name: String, text: [String] = [], flags: [String] = [], lists: [(String, Shape)] = []) {
        self.name = name
        names = Site.fields.names + text + flags + lists.map(\.0)
        types = Site.fields.types + text.map { _ in .text } + flags.map { _ in .flag } + lists.map { .list($0.1) }
        precondition(Set(names).count == names.count, "shape '\(name)' names a field twice")
    }

    func index(of name: String) -> Int? { names.firstIndex(of: name) }
}
