import Evidence

/// `sources/<name>.yaml`: how the records of a real system are read, for a source to build on with `use:`.
package struct ReadyMadeMapping: Sendable {
    package let name: String
    package let title: String
    package let place: Place
    /// As written; checked, and compiled only as part of a source.
    let entries: [YAMLEntry]

    init(name: String, title: String, entries: [YAMLEntry], place: Place) {
        self.name = name
        self.title = title
        self.entries = entries
        self.place = place
    }
}
