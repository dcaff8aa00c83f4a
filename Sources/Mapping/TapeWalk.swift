/// Walks a tape along the trie of wanted paths and notes what stands at each.
struct TapeWalk {
    private var stamp: UInt32 = 0
    /// By trie node: the array in which its element was found already.
    private var taken: [UInt32]

    init(trie: PathTrie) { taken = [UInt32](repeating: 0, count: trie.nodes.count) }

    mutating func find(_ trie: PathTrie, in tape: borrowing JSONTape, record: UnsafeRawBufferPointer, into found: inout [Found]) {
        if stamp > 1 << 30 {
            stamp = 0
            for i in taken.indices { taken[i] = 0 }
        }
        visit(0, 0, trie, tape, record, &found)
    }

    private mutating func visit(
        _ place: Int, _ index: Int, _ trie: PathTrie, _ tape: borrowing JSONTape, _ record: UnsafeRawBufferPointer, _ found: inout [Found]
    ) {
        let slot = trie.nodes[place].slot
        if slot >= 0 { found[slot] = Found(tape.nodes[index]) }
        switch tape.nodes[index].kind {
        case .object: members(place, index, trie, tape, record, &found)
        case .array: elements(place, index, trie, tape, record, &found)
        case .string, .number, .yes, .no, .null: break
        }
    }

    private mutating func members(
        _ place: Int, _ index: Int, _ trie: PathTrie, _ tape: borrowing JSONTape, _ record: UnsafeRawBufferPointer, _ found: inout [Found]
    ) {
        let table = trie.nodes[place].table
        guard table >= 0 else { return }
        let mask = trie.nodes[place].mask
        let end = Int(tape.nodes[index].next)
        var child = index + 1
        while child < end {
            let node = tape.nodes[child]
            let next = trie.child(table: table, mask: mask, hash: node.keyHash) { wanted in
                tape.withKey(node, record: record) { key in wanted.withUnsafeBytes { sameBytes($0, key) } }
            }
            if next != 0 { visit(next, child, trie, tape, record, &found) }
            child = Int(node.next)
        }
    }

    private mutating func elements(
        _ place: Int, _ index: Int, _ trie: PathTrie, _ tape: borrowing JSONTape, _ record: UnsafeRawBufferPointer, _ found: inout [Found]
    ) {
        guard !trie.nodes[place].indexes.isEmpty || !trie.nodes[place].elements.isEmpty else { return }
        stamp += 1
        let current = stamp
        let count = Int(tape.nodes[index].count)
        let end = Int(tape.nodes[index].next)
        var child = index + 1
        var position = 0
        while child < end {
            for wanted in trie.nodes[place].indexes where wanted.index == position || wanted.index == position - count {
                visit(wanted.child, child, trie, tape, record, &found)
            }
            for wanted in trie.nodes[place].elements {
                let next = element(child, wanted, tape, record)
                if next != 0, taken[next] != current {
                    taken[next] = current
                    visit(next, child, trie, tape, record, &found)
                }
            }
            child = Int(tape.nodes[child].next)
            position += 1
        }
    }

    /// The trie node for an element whose member has one of the wanted texts, or 0.
    private func element(_ index: Int, _ wanted: PathTrie.Elements, _ tape: borrowing JSONTape, _ record: UnsafeRawBufferPointer) -> Int {
        guard tape.nodes[index].kind == .object else { return 0 }
        let end = Int(tape.nodes[index].next)
        var child = index + 1
        while child < end {
            let node = tape.nodes[child]
            let isMember =
                node.keyHash == wanted.memberHash
                && tape.withKey(node, record: record) { key in wanted.member.withUnsafeBytes { sameBytes($0, key) } }
            if isMember { return value(node, wanted.values, record) }
            child = Int(node.next)
        }
        return 0
    }

    private func value(_ node: JSONNode, _ values: [PathTrie.Entry], _ record: UnsafeRawBufferPointer) -> Int {
        guard node.kind != .object, node.kind != .array else { return 0 }
        let raw = UnsafeRawBufferPointer(rebasing: record[Int(node.start)..<Int(node.end)])
        if !node.isEscaped { return PathTrie.match(raw, values) }
        var plain: [UInt8] = []
        JSONText.unescape(raw, into: &plain)
        return plain.withUnsafeBytes { PathTrie.match($0, values) }
    }
}

extension PathTrie {
    fileprivate static func match(_ text: UnsafeRawBufferPointer, _ values: [Entry]) -> Int {
        let hash = keyHash(text)
        for value in values where value.hash == hash && value.key.withUnsafeBytes({ sameBytes($0, text) }) { return value.child }
        return 0
    }
}
