/// Which keys of a source belong to which connector: one line each.
enum ConnectorKeys {
    static let all: [(word: String, keys: [String])] = [
        ("files", ["path", "inside", "format", "records", "delimiter", "pattern", "member"]),
        ("git", ["repository", "ref", "paths"]),
        ("exec", SourceReader.execKeys),
        ("sqlite", SourceReader.sqliteKeys),
        ("http", SourceReader.httpKeys),
    ]

    static var words: [String] { all.map(\.word) }

    /// Every connector's key once, in the order of the table.
    static var keys: [String] {
        var keys: [String] = []
        for key in all.flatMap(\.keys) where !keys.contains(key) { keys.append(key) }
        return keys
    }

    /// Keys that only other connectors have.
    static func strange(to word: String) -> [String] {
        let own = all.first { $0.word == word }?.keys ?? []
        return keys.filter { !own.contains($0) }
    }
}
