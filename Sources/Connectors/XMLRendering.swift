import CLibXML2
import Evidence

/// An XML answer as JSON: an element is an object of its children by their names without prefix, several of one name a list, attributes `@name`;
/// an element without either is its text.
///
/// A DOCTYPE or a start tag over 64 KiB is refused, nothing is fetched, no entity is resolved.
enum XMLRendering {
    static func json(_ bytes: [UInt8]) throws(ReadProblem) -> JSON {
        var guardian = XMLGuard()
        if let problem = bytes.withUnsafeBytes({ guardian.check($0) }) { throw ReadProblem("the answer is no XML to be read: \(problem)") }
        let tree = XMLTree()
        var handler = xmlSAXHandler()
        handler.initialized = XML_SAX2_MAGIC
        handler.startElementNs = { context, name, _, _, _, _, count, _, attributes in
            XMLTree.from(context)?.start(name, Int(count), attributes)
        }
        handler.endElementNs = { context, _, _, _ in XMLTree.from(context)?.end() }
        handler.characters = { context, text, length in XMLTree.from(context)?.characters(text, Int(length)) }
        handler.cdataBlock = { context, text, length in XMLTree.from(context)?.characters(text, Int(length)) }
        handler.serror = { _, _ in }
        let parser = xmlCreatePushParserCtxt(&handler, Unmanaged.passUnretained(tree).toOpaque(), nil, 0, nil)
        defer { xmlFreeParserCtxt(parser) }
        guard let parser else { throw ReadProblem("libxml2 does not start") }
        xmlCtxtUseOptions(parser, Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOCDATA.rawValue))
        let status = bytes.withUnsafeBytes { xmlParseChunk(parser, $0.assumingMemoryBound(to: CChar.self).baseAddress, Int32($0.count), 1) }
        guard status == 0, let root = tree.root else { throw ReadProblem("the answer is not whole XML") }
        return root
    }

    /// With a list at `path`, which XML of one element, or of none, does not show to be one. The element around it must be there.
    static func listing(_ json: JSON, _ path: ArraySlice<Substring>) -> JSON {
        guard let name = path.first.map(String.init), case .object(var members) = json else {
            return path.count == 1 && json == .string("") ? .object([String(path[path.startIndex]): .array([])]) : json
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

/// What is open while the parser goes through it.
private final class XMLTree {
    private struct Open {
        let name: String
        var members: [String: JSON] = [:]
        var text: [UInt8] = []
        mutating func add(_ name: String, _ value: JSON) {
            switch members[name] {
            case nil: members[name] = value
            case .array(let held)?: members[name] = .array(held + [value])
            case let held?: members[name] = .array([held, value])
            }
        }
    }
    private var open: [Open] = []
    /// The root element as the one member of an object.
    private(set) var root: JSON?

    static func from(_ context: UnsafeMutableRawPointer?) -> XMLTree? { context.map { Unmanaged<XMLTree>.fromOpaque($0).takeUnretainedValue() } }

    func start(_ name: UnsafePointer<xmlChar>?, _ count: Int, _ values: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?) {
        var one = Open(name: name.map { String(cString: $0) } ?? "")
        for i in 0..<count {
            guard let values, let key = values[i * 5], let begin = values[i * 5 + 3], let end = values[i * 5 + 4] else { continue }
            let value = UnsafeBufferPointer(start: begin, count: begin.distance(to: end))
            one.add("@" + String(cString: key), .string(XMLAttributes.text(value)))
        }
        open.append(one)
    }

    func characters(_ text: UnsafePointer<xmlChar>?, _ length: Int) {
        guard !open.isEmpty else { return }
        open[open.count - 1].text += UnsafeBufferPointer(start: text, count: length)
    }

    func end() {
        guard let one = open.popLast() else { return }
        let value: JSON = one.members.isEmpty ? .string(String(decoding: one.text, as: UTF8.self)) : .object(one.members)
        if open.isEmpty { root = .object([one.name: value]) } else { open[open.count - 1].add(one.name, value) }
    }
}
