import Evidence

/// Finds and leaves out members of a JSON object by its bytes, which stay as they came.
enum JSONMembers {
    /// Where the value at `a.b.c` stands; nil where a name on the way is missing.
    static func range(of path: String, in text: UnsafeRawBufferPointer) -> Range<Int>? {
        var at = 0..<text.count
        for name in MemberPath.names(path) {
            var found: Range<Int>?
            _ = each(of: text, at) { key, value in if found == nil, text[key].elementsEqual(name.utf8) { found = value } }
            guard let found else { return nil }
            at = found
        }
        return at
    }

    static func isEmpty(_ object: UnsafeRawBufferPointer) -> Bool {
        var count = 0
        _ = each(of: object, 0..<object.count) { _, _ in count += 1 }
        return count == 0
    }

    /// An object of the members at `paths` alone, in their order in `text`; in an array each element is treated so. Throws where arrays lie too deep in
    /// each other.
    static func keeping(
        _ paths: [[String]], of text: UnsafeRawBufferPointer, _ range: Range<Int>, depth: Int = 0, into out: inout [UInt8]
    ) throws(ReadProblem) {
        guard depth <= JSON.depthLimit else { throw ReadProblem("a record lies more than \(JSON.depthLimit) levels deep where 'keep' looks into it") }
        if text[range.lowerBound] == UInt8(ascii: "[") {
            out.append(UInt8(ascii: "["))
            var isFirst = true
            let array = UnsafeRawBufferPointer(rebasing: text[range])
            var elements: [Range<Int>] = []
            _ = JSONSlices("").each(of: array) { elements.append($0) }
            for element in elements {
                if !isFirst { out.append(UInt8(ascii: ",")) }
                isFirst = false
                try keeping(paths, of: array, element, depth: depth + 1, into: &out)
            }
            return out.append(UInt8(ascii: "]"))
        }
        guard text[range.lowerBound] == UInt8(ascii: "{") else { return out += text[range] }
        out.append(UInt8(ascii: "{"))
        var isFirst = true
        var members: [(key: Range<Int>, value: Range<Int>)] = []
        _ = each(of: text, range) { members.append(($0, $1)) }
        for (key, value) in members {
            let wanted = paths.filter { $0.first.map { text[key].elementsEqual($0.utf8) } ?? false }
            guard !wanted.isEmpty else { continue }
            if !isFirst { out.append(UInt8(ascii: ",")) }
            isFirst = false
            out += text[(key.lowerBound - 1)..<(key.upperBound + 1)]
            out.append(UInt8(ascii: ":"))
            if wanted.contains(where: { $0.count == 1 }) {
                out += text[value]
            } else {
                try keeping(wanted.map { Array($0.dropFirst()) }, of: text, value, depth: depth + 1, into: &out)
            }
        }
        out.append(UInt8(ascii: "}"))
    }

    /// Calls with each member of the object at `range`: its key between the quotes, and its value. False if no whole object stands there.
    private static func each(of text: UnsafeRawBufferPointer, _ range: Range<Int>, _ body: (Range<Int>, Range<Int>) -> Void) -> Bool {
        var cursor = JSONCursor(text: text)
        cursor.at = range.lowerBound
        cursor.skipBlanks()
        guard cursor.take(UInt8(ascii: "{")) else { return false }
        cursor.skipBlanks()
        if cursor.take(UInt8(ascii: "}")) { return true }
        while true {
            cursor.skipBlanks()
            let key = cursor.at + 1
            guard cursor.peek == 34, cursor.skipValue() else { return false }
            let name = key..<(cursor.at - 1)
            cursor.skipBlanks()
            guard cursor.take(UInt8(ascii: ":")) else { return false }
            cursor.skipBlanks()
            let start = cursor.at
            guard cursor.skipValue() else { return false }
            body(name, start..<cursor.at)
            cursor.skipBlanks()
            if cursor.take(UInt8(ascii: "}")) { return true }
            guard cursor.take(UInt8(ascii: ",")) else { return false }
        }
    }
}
