/// The paths of a mapping as a tree, so that one walk over a record's tape finds them all.
struct PathTrie: Sendable {
    struct Node: Sendable {
        /// The path that ends here, or -1.
        var slot = -1
        /// Members wanted, in a table of `mask + 1` entries at `table`; -1 where none are.
        var table = -1
        var mask = 0
        var indexes: [(index: Int, child: Int)] = []
        var elements: [Elements] = []
    }
    struct Entry: Sendable {
        var key: [UInt8]
        var hash: UInt32
        /// 0 is an empty entry: the root is no one's child.
        var child: Int
    }
    /// Elements told apart by one member's text.
    struct Elements: Sendable {
        let member: [UInt8]
        let memberHash: UInt32
        let values: [Entry]
    }

    private(set) var nodes: [Node] = []
    private(set) var entries: [Entry] = []

    /// Two paths may lead to one place: the first and the last of a list of one element.
    var hasAliases: Bool { nodes.contains { node in node.indexes.contains { $0.index < 0 } && node.indexes.contains { $0.index >= 0 } } }

    /// Some path tells elements apart by what a member says.
    var hasElements: Bool { nodes.contains { !$0.elements.isEmpty } }

    init(paths: [Path]) {
        nodes.append(Node())
        build(0, paths.enumerated().map { (slot: $0.offset, steps: $0.element.steps[...]) })
    }

    private mutating func build(_ node: Int, _ paths: [(slot: Int, steps: ArraySlice<Path.Step>)]) {
        for path in paths where path.steps.isEmpty { nodes[node].slot = path.slot }
        var groups: [(step: Path.Step, paths: [(slot: Int, steps: ArraySlice<Path.Step>)])] = []
        for path in paths {
            guard let step = path.steps.first else { continue }
            let rest = (path.slot, path.steps.dropFirst())
            if let group = groups.firstIndex(where: { $0.step == step }) { groups[group].paths.append(rest) } else { groups.append((step, [rest])) }
        }
        var members: [Entry] = []
        var elements: [(member: String, values: [Entry])] = []
        for group in groups {
            let child = nodes.count
            nodes.append(Node())
            build(child, group.paths)
            switch group.step {
            case .key(let key): members.append(PathTrie.entry(key, child))
            case .index(let index): nodes[node].indexes.append((index, child))
            case .element(let member, let value):
                if let known = elements.firstIndex(where: { $0.member == member }) {
                    elements[known].values.append(PathTrie.entry(value, child))
                } else {
                    elements.append((member, [PathTrie.entry(value, child)]))
                }
            }
        }
        nodes[node].elements = elements.map { Elements(member: Array($0.member.utf8), memberHash: PathTrie.entry($0.member, 1).hash, values: $0.values) }
        if !members.isEmpty { addTable(node, members) }
    }

    private static func entry(_ text: String, _ child: Int) -> Entry {
        let key = Array(text.utf8)
        return Entry(key: key, hash: key.withUnsafeBytes(keyHash), child: child)
    }

    private mutating func addTable(_ node: Int, _ members: [Entry]) {
        var size = 4
        while size < members.count * 4 { size *= 2 }
        nodes[node].table = entries.count
        nodes[node].mask = size - 1
        let start = entries.count
        entries += [Entry](repeating: Entry(key: [], hash: 0, child: 0), count: size)
        for member in members {
            var at = Int(member.hash) & (size - 1)
            while entries[start + at].child != 0 { at = (at + 1) & (size - 1) }
            entries[start + at] = member
        }
    }

    /// The child for a member of the node, or 0.
    @inline(__always)
    func child(table: Int, mask: Int, hash: UInt32, isKey: (_ key: [UInt8]) -> Bool) -> Int {
        var at = Int(hash) & mask
        while entries[table + at].child != 0 {
            if entries[table + at].hash == hash, isKey(entries[table + at].key) { return entries[table + at].child }
            at = (at + 1) & mask
        }
        return 0
    }
}
