import CLibXML2
import Evidence

/// XML: a record for each element at a path, rendered as canonical JSON. What lies inside of one belongs to it.
final class XMLDecoder: Decoder {
    private(set) var consumed = 0
    private(set) var count = 0
    private(set) var rejects = 0
    private let start: DecoderStart
    private let elements: XMLElements
    private let parser: XMLPush

    /// `records`: of the part of XPath that `ElementPath` admits.
    init<S: RecordSink>(records: ElementPath, start: DecoderStart, into sink: inout S) throws {
        self.start = start
        elements = XMLElements(records, limit: start.limits.lineBytes)
        parser = XMLPush(elements)
        try sink.origin(Origin(name: start.name))
    }

    func feed<S: RecordSink>(_ chunk: UnsafeRawBufferPointer, into sink: inout S) throws {
        consumed += chunk.count
        parser.feed(chunk)
        try drain(into: &sink)
    }

    func finish<S: RecordSink>(isFinal: Bool, into sink: inout S) throws {
        parser.finish()
        try drain(into: &sink)
        guard let problem = parser.problem ?? elements.missing.map({ "no element '\($0)' stands in it" }) else { return }
        try parser.head.withUnsafeBytes { try reject($0, problem, into: &sink) }
    }

    private func drain<S: RecordSink>(into sink: inout S) throws {
        for element in elements.take() {
            switch element {
            case .whole(let json):
                count += 1
                try json.canonicalBytes.withUnsafeBytes { try sink.record($0, ordinal: count, shape: .rendered) }
            case .tooLarge(let name, let size):
                try Array(name.utf8).withUnsafeBytes { try reject($0, "an element of \(size) bytes, longer than \(start.limits.lineBytes)", into: &sink) }
            }
        }
    }

    private func reject<S: RecordSink>(_ bytes: UnsafeRawBufferPointer, _ reason: String, into sink: inout S) throws {
        count += 1
        rejects += 1
        try sink.reject(bytes, ordinal: count, reason: reason)
    }
}

/// Takes the elements at a path out of a document as it goes by.
private final class XMLElements: XMLReceiver {
    enum Element {
        case whole(JSON)
        case tooLarge(name: String, size: Int)
    }
    private let limit: Int
    private let wanted: XMLPathStream
    /// What the wanted elements lie in: an empty list is one, a document without a place for them is not.
    private let around: XMLPathStream?
    private let aroundText: String?
    private var sawAround = false
    private var tree: XMLTree?
    /// Elements open in the record in hand.
    private var depth = 0
    private var done: [Element] = []

    init(_ path: ElementPath, limit: Int) {
        self.limit = limit
        wanted = XMLPathStream(path.text)
        aroundText = path.around
        around = path.around.map { XMLPathStream($0) }
    }

    var missing: String? { sawAround ? nil : aroundText }

    func take() -> [Element] {
        defer { done.removeAll() }
        return done
    }

    func start(_ name: UnsafePointer<xmlChar>, _ attributes: XMLAttributes) {
        if let around, around.push(name) { sawAround = true }
        let isWanted = wanted.push(name)
        if isWanted, tree == nil { tree = XMLTree(limit: limit) }
        guard let tree else { return }
        depth += 1
        tree.start(name, attributes)
    }

    func characters(_ text: UnsafeRawBufferPointer) { tree?.characters(text) }

    func end(_ name: UnsafePointer<xmlChar>) {
        around?.pop()
        wanted.pop()
        guard let tree else { return }
        tree.end(name)
        depth -= 1
        guard depth == 0 else { return }
        self.tree = nil
        let name = String(cString: name)
        if tree.isOverLimit {
            done.append(.tooLarge(name: name, size: tree.size))
        } else if let element = tree.take()?[name] {
            // An element that holds text alone has no names that a mapping could ask for.
            if case .string = element { done.append(.whole(.object(["#text": element]))) } else { done.append(.whole(element)) }
        }
    }
}

/// libxml2's own matcher of the XPath patterns that can be decided as elements open.
private final class XMLPathStream {
    private let pattern: xmlPatternPtr?
    private let stream: xmlStreamCtxtPtr?

    init(_ text: String) {
        pattern = xmlPatterncompile(text, nil, Int32(XML_PATTERN_XPATH.rawValue), nil)
        stream = pattern.flatMap { xmlPatternGetStreamCtxt($0) }
        // The document itself, which absolute paths begin at.
        if let stream { xmlStreamPush(stream, nil, nil) }
    }
    deinit {
        xmlFreeStreamCtxt(stream)
        xmlFreePattern(pattern)
    }

    /// Whether the element that opens is at the path.
    func push(_ name: UnsafePointer<xmlChar>) -> Bool { stream.map { xmlStreamPush($0, name, nil) == 1 } ?? false }
    func pop() { if let stream { xmlStreamPop(stream) } }
}
