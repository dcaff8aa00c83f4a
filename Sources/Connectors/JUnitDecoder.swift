import CLibXML2
import Evidence

/// JUnit XML: a record for each test case, rendered as canonical JSON, with the suites around it.
///
/// A DOCTYPE or a start tag over 64 KiB is refused, nothing is fetched, no entity is resolved. Text is not kept, only measured by a keyed digest.
final class JUnitDecoder: Decoder {
    private(set) var consumed = 0
    private(set) var count = 0
    private(set) var rejects = 0
    private var guardian = XMLGuard()
    private let cases: JUnitCases
    private var parser: xmlParserCtxtPtr?
    private var problem: String?
    private var head: [UInt8] = []

    init<S: RecordSink>(start: DecoderStart, key: [UInt8], into sink: inout S) throws {
        cases = JUnitCases(key: key)
        var handler = xmlSAXHandler()
        handler.initialized = XML_SAX2_MAGIC
        handler.startElementNs = { context, name, _, _, _, _, count, _, attributes in
            JUnitCases.from(context)?.start(name, XMLAttributes(count: Int(count), values: attributes))
        }
        handler.endElementNs = { context, name, _, _ in JUnitCases.from(context)?.end(name) }
        handler.characters = { context, text, length in JUnitCases.from(context)?.characters(text, Int(length)) }
        handler.cdataBlock = { context, text, length in JUnitCases.from(context)?.characters(text, Int(length)) }
        handler.internalSubset = { context, _, _, _ in JUnitCases.from(context)?.hasDoctype = true }
        handler.serror = { _, _ in }
        parser = xmlCreatePushParserCtxt(&handler, Unmanaged.passUnretained(cases).toOpaque(), nil, 0, nil)
        if let parser { xmlCtxtUseOptions(parser, Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOCDATA.rawValue)) }
        try sink.origin(Origin(name: start.name))
    }
    deinit { xmlFreeParserCtxt(parser) }

    func feed<S: RecordSink>(_ chunk: UnsafeRawBufferPointer, into sink: inout S) throws {
        consumed += chunk.count
        if head.count < 1024 { head.append(contentsOf: chunk.prefix(1024 - head.count)) }
        guard problem == nil else { return }
        problem = guardian.check(chunk)
        guard problem == nil else { return }
        let status = xmlParseChunk(parser, chunk.assumingMemoryBound(to: CChar.self).baseAddress, Int32(chunk.count), 0)
        if status != 0 { problem = failure() }
        if cases.hasDoctype { problem = XMLGuard.doctype }
        try drain(into: &sink)
    }

    func finish<S: RecordSink>(isFinal: Bool, into sink: inout S) throws {
        if problem == nil, xmlParseChunk(parser, nil, 0, 1) != 0 { problem = failure() }
        if problem == nil, !cases.sawSuite { problem = "no test suite stands in it" }
        try drain(into: &sink)
        guard let problem else { return }
        count += 1
        rejects += 1
        try head.withUnsafeBytes { try sink.reject($0, ordinal: count, reason: problem) }
    }

    private func failure() -> String {
        guard let error = xmlCtxtGetLastError(parser) else { return "not XML" }
        let message = error.pointee.message.map { String(cString: $0) } ?? "unknown"
        return "not whole XML at line \(error.pointee.line): \(message.split(separator: "\n").first ?? "")"
    }

    private func drain<S: RecordSink>(into sink: inout S) throws {
        for item in cases.take() {
            count += 1
            switch item {
            case .record(let record): try record.withUnsafeBytes { try sink.record($0, ordinal: count, shape: .rendered) }
            case .reject(let suite, let reason):
                rejects += 1
                try suite.withUnsafeBytes { try sink.reject($0, ordinal: count, reason: reason) }
            }
        }
    }
}

/// Looks at XML before a parser does: libxml2 takes time that is quadratic in the attributes of one element.
struct XMLGuard {
    static let doctype = "it has a DOCTYPE, which no test report needs"
    private enum State { case text, tag, quoted(UInt8), comment, data, instruction }
    private var state = State.text
    private var length = 0
    /// The last bytes of the markup in hand, enough to know its kind and its end.
    private var start: [UInt8] = []
    private var last: (UInt8, UInt8) = (0, 0)
    private var total = 0

    /// Why the bytes are refused, if they are.
    mutating func check(_ chunk: UnsafeRawBufferPointer) -> String? {
        if total == 0, chunk.starts(with: [0xff, 0xfe]) || chunk.starts(with: [0xfe, 0xff]) || chunk.prefix(4).contains(0) { return "it is not UTF-8" }
        total += chunk.count
        for byte in chunk {
            if let problem = step(byte) { return problem }
            last = (last.1, byte)
        }
        return nil
    }

    private mutating func step(_ byte: UInt8) -> String? {
        switch state {
        case .text:
            if byte == UInt8(ascii: "<") {
                state = .tag
                length = 0
                start.removeAll(keepingCapacity: true)
            }
        case .tag:
            length += 1
            if length > 1 << 16 { return "a start tag is longer than 64 KiB" }
            if start.count < 8 {
                start.append(byte)
                if start == Array("!--".utf8) { state = .comment; last = (0, 0); return nil }
                if start == Array("![CDATA[".utf8) { state = .data; last = (0, 0); return nil }
                if start == [UInt8(ascii: "?")] { state = .instruction; return nil }
                if start.count == 8, String(decoding: start, as: UTF8.self).uppercased() == "!DOCTYPE" { return XMLGuard.doctype }
            }
            if byte == 34 || byte == 39 { state = .quoted(byte) } else if byte == UInt8(ascii: ">") { state = .text }
        case .quoted(let quote):
            length += 1
            if length > 1 << 16 { return "a start tag is longer than 64 KiB" }
            if byte == quote { state = .tag }
        case .comment: if byte == UInt8(ascii: ">"), last == (45, 45) { state = .text }
        case .data: if byte == UInt8(ascii: ">"), last == (93, 93) { state = .text }
        case .instruction: if byte == UInt8(ascii: ">"), last.1 == UInt8(ascii: "?") { state = .text }
        }
        return nil
    }
}

/// The attributes of one start tag as libxml2 gives them: five pointers each.
struct XMLAttributes {
    let count: Int
    let values: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?

    subscript(_ name: String) -> String? {
        guard let values else { return nil }
        for i in 0..<count {
            guard let key = values[i * 5], let begin = values[i * 5 + 3], let end = values[i * 5 + 4] else { continue }
            if String(cString: key) == name { return XMLAttributes.text(UnsafeBufferPointer(start: begin, count: begin.distance(to: end))) }
        }
        return nil
    }

    /// libxml2 that resolves no entities gives each ampersand of an attribute as `&#38;`.
    static func text(_ value: UnsafeBufferPointer<xmlChar>) -> String {
        var out: [UInt8] = []
        var rest = value[...]
        while let byte = rest.popFirst() {
            out.append(byte)
            if byte == UInt8(ascii: "&"), rest.starts(with: "#38;".utf8) { rest = rest.dropFirst(4) }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
