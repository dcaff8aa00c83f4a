import CScan
import Evidence

/// Puts JSON that stands in a text in the text's place: `{"log":"{\"id\":1}\n"}` becomes `{"log":{"id":1}}`, so that its members have paths of their own and
/// are searched for personal data as members.
package struct JSONInText {
    private let paths: [[[UInt8]]]
    private var outer = JSONTape()
    private var inner = JSONTape()

    /// `MemberPath`s; nil without any.
    package init?(_ paths: [String]) {
        guard !paths.isEmpty else { return nil }
        self.paths = paths.map { MemberPath.names($0).map { Array($0.utf8) } }
    }

    /// Nil where none of the texts is a whole JSON object or array: a line for people among those for programs stays as it is.
    package mutating func opened(_ record: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let base = record.assumingMemoryBound(to: UInt8.self).baseAddress, scan_utf8(base, record.count) == record.count,
            (try? outer.read(record)) != nil
        else { return nil }
        var found: [(place: Range<Int>, json: [UInt8])] = []
        for path in paths {
            guard let node = node(at: path, in: record), node.kind == .string else { continue }
            let place = Int(node.start)..<Int(node.end)
            // Two names for one place open it once.
            if found.contains(where: { $0.place == place }) { continue }
            if let json = json(of: UnsafeRawBufferPointer(rebasing: record[place])) { found.append((place, json)) }
        }
        guard !found.isEmpty else { return nil }
        found.sort { $0.place.lowerBound < $1.place.lowerBound }
        var out: [UInt8] = []
        out.reserveCapacity(record.count)
        var done = 0
        for (place, json) in found {
            // Without the quotes around it.
            out += record[done..<place.lowerBound - 1]
            out += json
            done = place.upperBound + 1
        }
        out += record[done...]
        // Not where it would lie too deep: as a text it can be read.
        return out.withUnsafeBytes { (try? outer.read($0)) != nil } ? out : nil
    }

    private mutating func json(of escaped: UnsafeRawBufferPointer) -> [UInt8]? {
        var text: [UInt8] = []
        JSONText.unescape(escaped, into: &text)
        while let last = text.last, [9, 10, 13, 32].contains(last) { text.removeLast() }
        let start = text.firstIndex { ![9, 10, 13, 32].contains($0) } ?? text.count
        text.removeFirst(start)
        guard let first = text.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return nil }
        return text.withUnsafeBytes { (try? inner.read($0)) != nil } ? text : nil
    }

    private func node(at path: [[UInt8]], in record: UnsafeRawBufferPointer) -> JSONNode? {
        var at = 0
        for name in path {
            guard outer.nodes[at].kind == .object else { return nil }
            var child = at + 1
            while child < outer.nodes[at].next, !hasKey(outer.nodes[child], name, record) { child = Int(outer.nodes[child].next) }
            guard child < outer.nodes[at].next else { return nil }
            at = child
        }
        return outer.nodes[at]
    }

    private func hasKey(_ node: JSONNode, _ name: [UInt8], _ record: UnsafeRawBufferPointer) -> Bool {
        let place = Int(node.keyStart)..<Int(node.keyEnd)
        return node.hasOwnKey ? outer.keys[place].elementsEqual(name) : record[place].elementsEqual(name)
    }
}
