import CLibXML2
import Evidence

/// What a parser tells of a document as it goes through it. Names are without prefix.
protocol XMLReceiver: AnyObject {
    func start(_ name: UnsafePointer<xmlChar>, _ attributes: XMLAttributes)
    func end(_ name: UnsafePointer<xmlChar>)
    /// Text and CDATA, in as many pieces as it pleases the parser.
    func characters(_ text: UnsafeRawBufferPointer)
}

/// Reads XML chunk by chunk and tells its receiver.
///
/// A DOCTYPE or a start tag over 64 KiB is refused, nothing is fetched, no entity is resolved, elements lie at most `JSON.depthLimit` deep in each other.
final class XMLPush {
    private let receiver: any XMLReceiver
    private var guardian = XMLGuard()
    private var parser: xmlParserCtxtPtr?
    private var hasDoctype = false
    /// Elements open.
    private var depth = 0
    /// Why the document is not read on, if it is not.
    private(set) var problem: String?
    /// Its first bytes, for who must say which document it was.
    private(set) var head: [UInt8] = []

    init(_ receiver: any XMLReceiver) {
        self.receiver = receiver
        var handler = xmlSAXHandler()
        handler.initialized = XML_SAX2_MAGIC
        handler.startElementNs = { context, name, _, _, _, _, count, _, attributes in
            if let name { XMLPush.from(context)?.start(name, XMLAttributes(count: Int(count), values: attributes)) }
        }
        handler.endElementNs = { context, name, _, _ in if let name { XMLPush.from(context)?.end(name) } }
        handler.characters = { context, text, length in XMLPush.from(context)?.characters(text, length) }
        handler.cdataBlock = { context, text, length in XMLPush.from(context)?.characters(text, length) }
        handler.internalSubset = { context, _, _, _ in XMLPush.from(context)?.hasDoctype = true }
        handler.serror = { _, _ in }
        parser = xmlCreatePushParserCtxt(&handler, Unmanaged.passUnretained(self).toOpaque(), nil, 0, nil)
        if let parser { xmlCtxtUseOptions(parser, Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOCDATA.rawValue)) }
    }
    deinit { xmlFreeParserCtxt(parser) }

    private static func from(_ context: UnsafeMutableRawPointer?) -> XMLPush? { context.map { Unmanaged<XMLPush>.fromOpaque($0).takeUnretainedValue() } }

    private func start(_ name: UnsafePointer<xmlChar>, _ attributes: XMLAttributes) {
        depth += 1
        guard depth <= JSON.depthLimit else { return xmlStopParser(parser) }
        receiver.start(name, attributes)
    }

    private func end(_ name: UnsafePointer<xmlChar>) {
        if depth <= JSON.depthLimit { receiver.end(name) }
        depth -= 1
    }

    private func characters(_ text: UnsafePointer<xmlChar>?, _ length: Int32) {
        if let text { receiver.characters(UnsafeRawBufferPointer(start: text, count: Int(length))) }
    }

    /// Does nothing once there is a problem.
    func feed(_ chunk: UnsafeRawBufferPointer) {
        if head.count < 1024 { head.append(contentsOf: chunk.prefix(1024 - head.count)) }
        if problem == nil { problem = parse(chunk) }
    }

    private func parse(_ chunk: UnsafeRawBufferPointer) -> String? {
        if let problem = guardian.check(chunk) { return problem }
        let status = xmlParseChunk(parser, chunk.assumingMemoryBound(to: CChar.self).baseAddress, Int32(chunk.count), 0)
        if hasDoctype { return XMLGuard.doctype }
        if depth > JSON.depthLimit { return "more than \(JSON.depthLimit) levels deep" }
        return status == 0 ? nil : failure()
    }

    /// The document's end, if it is one.
    func finish() { if problem == nil, xmlParseChunk(parser, nil, 0, 1) != 0 { problem = failure() } }

    private func failure() -> String {
        guard let error = xmlCtxtGetLastError(parser) else { return "not XML" }
        let message = error.pointee.message.map { String(cString: $0) } ?? "unknown"
        return "not whole XML at line \(error.pointee.line): \(message.split(separator: "\n").first ?? "")"
    }
}

/// The attributes of one start tag as libxml2 gives them: five pointers each.
struct XMLAttributes {
    let count: Int
    let values: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?

    subscript(_ name: String) -> String? {
        var found: String?
        each { key, value in if found == nil, key == name { found = value() } }
        return found
    }

    /// Names in the tag's order, and how to make each value.
    func each(_ body: (_ name: String, _ value: () -> String) -> Void) {
        guard let values else { return }
        for i in 0..<count {
            guard let key = values[i * 5], let begin = values[i * 5 + 3], let end = values[i * 5 + 4] else { continue }
            body(String(cString: key)) { XMLAttributes.text(UnsafeBufferPointer(start: begin, count: begin.distance(to: end))) }
        }
    }

    /// libxml2 that resolves no entities gives each ampersand of an attribute as `&#38;`.
    private static func text(_ value: UnsafeBufferPointer<xmlChar>) -> String {
        var out: [UInt8] = []
        var rest = value[...]
        while let byte = rest.popFirst() {
            out.append(byte)
            if byte == UInt8(ascii: "&"), rest.starts(with: "#38;".utf8) { rest = rest.dropFirst(4) }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
