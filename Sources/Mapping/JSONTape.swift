import CScan

/// One JSON value of a record: where its bytes are, and where the next sibling is.
struct JSONNode {
    enum Kind: UInt8 { case object, array, string, number, yes, no, null }

    var kind: Kind
    /// The string holds escapes.
    var isEscaped = false
    /// The key lies in the tape's `keys`, not in the record: it held escapes.
    var hasOwnKey = false
    /// Of the value; a string's without its quotes.
    var start: UInt32
    var end: UInt32 = 0
    /// Index of the node after this value and everything in it.
    var next: UInt32 = 0
    var keyStart: UInt32 = 0
    var keyEnd: UInt32 = 0
    var keyHash: UInt32 = 0
    /// Members or elements.
    var count: UInt32 = 0
}

/// A record's values in the order of its bytes, made in one pass and reused from record to record.
///
/// As strict as `JSON.parse`: RFC 8259 and nothing more, no key twice in an object, depth at most 256, no lone surrogates.
/// The caller has checked that the bytes are UTF-8.
struct JSONTape {
    private(set) var nodes: [JSONNode] = []
    private(set) var keys: [UInt8] = []
    private var open: [Int] = []
    private var seen = KeySet()

    mutating func read(_ record: UnsafeRawBufferPointer) throws(RejectReason) {
        nodes.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        open.removeAll(keepingCapacity: true)
        guard record.count < 1 << 31 else { throw .tooLarge }
        guard var text = JSONText(record) else { throw .malformed("the record is empty", at: 0) }
        var node = JSONNode(kind: .null, start: 0)
        text.skipBlanks()
        while true {
            let opened = try value(&text, &node)
            if opened {
                try member(&text, &node)
                continue
            }
            if try !nextValue(&text, &node) { break }
        }
        text.skipBlanks()
        guard text.at == text.count else { throw text.failure("something follows the value") }
    }

    /// Reads a scalar or the opening of a container; true if a first member or element follows.
    private mutating func value(_ text: inout JSONText, _ node: inout JSONNode) throws(RejectReason) -> Bool {
        node.start = UInt32(text.at)
        node.isEscaped = false
        node.count = 0
        switch text.peek {
        case UInt8(ascii: "\""):
            node.kind = .string
            node.start += 1
            node.isEscaped = try text.skipString()
            node.end = UInt32(text.at - 1)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let isObject = text.peek == UInt8(ascii: "{")
            node.kind = isObject ? .object : .array
            guard open.count < 256 else { throw text.failure("more than 256 levels deep") }
            open.append(nodes.count)
            nodes.append(node)
            text.at += 1
            text.skipBlanks()
            if text.peek != (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { return true }
            try close(&text)
            return false
        case UInt8(ascii: "t"): try scalar(.yes, "true", &text, &node)
        case UInt8(ascii: "f"): try scalar(.no, "false", &text, &node)
        case UInt8(ascii: "n"): try scalar(.null, "null", &text, &node)
        default:
            node.kind = .number
            try text.skipNumber()
            node.end = UInt32(text.at)
        }
        node.next = UInt32(nodes.count + 1)
        nodes.append(node)
        return false
    }

    private func scalar(_ kind: JSONNode.Kind, _ word: StaticString, _ text: inout JSONText, _ node: inout JSONNode) throws(RejectReason) {
        node.kind = kind
        try text.skipWord(word)
        node.end = UInt32(text.at)
    }

    /// After a value: closes what ends here; true if another value follows, its key read.
    private mutating func nextValue(_ text: inout JSONText, _ node: inout JSONNode) throws(RejectReason) -> Bool {
        while let parent = open.last {
            text.skipBlanks()
            if text.peek == UInt8(ascii: ",") {
                text.at += 1
                text.skipBlanks()
                try member(&text, &node)
                return true
            }
            guard text.peek == (nodes[parent].kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                throw text.failure("expected ',' or the end of a list")
            }
            try close(&text)
        }
        return false
    }

    private mutating func close(_ text: inout JSONText) throws(RejectReason) {
        text.at += 1
        let index = open.removeLast()
        nodes[index].end = UInt32(text.at)
        nodes[index].next = UInt32(nodes.count)
        if nodes[index].kind == .object, nodes[index].count > 1, seen.findsDuplicate(in: nodes, of: index, keys: keys, record: text.bytes) {
            throw text.failure("a key occurs twice in an object that ends")
        }
    }

    /// Counts the coming member with its parent and reads its key, if the parent is an object.
    private mutating func member(_ text: inout JSONText, _ node: inout JSONNode) throws(RejectReason) {
        let parent = open[open.count - 1]
        nodes[parent].count += 1
        guard nodes[parent].kind == .object else {
            node.keyStart = 0
            node.keyEnd = 0
            return
        }
        guard text.peek == UInt8(ascii: "\"") else { throw text.failure("expected a key") }
        let start = text.at + 1
        let isEscaped = try text.skipString()
        node.hasOwnKey = isEscaped
        node.keyStart = UInt32(start)
        node.keyEnd = UInt32(text.at - 1)
        if isEscaped {
            let own = keys.count
            JSONText.unescape(UnsafeRawBufferPointer(rebasing: text.bytes[start..<text.at - 1]), into: &keys)
            node.keyStart = UInt32(own)
            node.keyEnd = UInt32(keys.count)
        }
        node.keyHash = withKey(node, record: text.bytes, keyHash)
        text.skipBlanks()
        guard text.peek == UInt8(ascii: ":") else { throw text.failure("expected ':'") }
        text.at += 1
        text.skipBlanks()
    }

    /// The key's bytes, escapes resolved.
    @inline(__always)
    func withKey<R>(_ node: JSONNode, record: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        let range = Int(node.keyStart)..<Int(node.keyEnd)
        if !node.hasOwnKey { return body(UnsafeRawBufferPointer(rebasing: record[range])) }
        return keys.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}
