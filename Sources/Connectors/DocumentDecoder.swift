import Crypto
import Evidence

/// A whole file as one record, with what a person says of it: front matter of a Markdown text, or `<file>.yaml` beside another.
struct DocumentDecoder: Decoder {
    private let file: FileName
    private let request: PullRequest
    private(set) var consumed = 0
    private(set) var count = 0
    private(set) var rejects = 0
    private var held: Carry

    init<S: RecordSink>(_ file: FileName, _ request: PullRequest, start: DecoderStart, into sink: inout S) throws {
        self.file = file
        self.request = request
        held = Carry(limit: request.limits.documentBytes)
        try sink.origin(Origin(name: start.name))
    }

    mutating func feed<S: RecordSink>(_ chunk: UnsafeRawBufferPointer, into sink: inout S) throws { held.append(chunk) }

    mutating func finish<S: RecordSink>(isFinal: Bool, into sink: inout S) throws {
        consumed = held.length
        count = 1
        switch rendered() {
        case .success(let record): try record.withUnsafeBytes { try sink.record($0, ordinal: 1, shape: .document) }
        case .failure(let problem):
            rejects = 1
            try held.bytes.prefix(1024).withUnsafeBytes { try sink.reject($0, ordinal: 1, reason: problem.text) }
        }
    }

    private func rendered() -> Result<[UInt8], ReadProblem> {
        Result { () throws(ReadProblem) in
            guard !held.isOverLimit else { throw ReadProblem("a document of \(held.length) bytes, longer than \(held.limit)") }
            return try document()
        }
    }

    private func document() throws(ReadProblem) -> [UInt8] {
        let name = file.last
        let isMarkdown = DocumentDecoder.mediaType(name) == "text/markdown"
        var fields: [String: JSON] = [:]
        var bodyStart = 0
        if isMarkdown {
            let range = try held.bytes.withUnsafeBytes { bytes in Result { () throws(ReadProblem) in try FrontMatter.split(bytes) } }.get()
            if let range {
                fields = try FrontMatter.fields(held.bytes[range])
                bodyStart = min(held.bytes.count, (held.bytes[range.upperBound...].firstIndex(of: 10) ?? held.bytes.count - 1) + 1)
            }
        } else if let sidecar = try sidecar() {
            fields = try FrontMatter.fields(sidecar)
        }
        guard fields["document"] == nil else { throw ReadProblem("its YAML may not name 'document', which is the file itself") }
        fields["document"] = content(name, bodyStart)
        return JSON.object(fields).canonicalBytes
    }

    private func content(_ name: [UInt8], _ bodyStart: Int) -> JSON {
        let body = held.bytes[bodyStart...]
        let text = body.contains(0) ? nil : String(validating: body, as: UTF8.self)
        return .object([
            "name": .string(FileName(bytes: name).shown),
            "media_type": .string(DocumentDecoder.mediaType(name)),
            "bytes": .int(held.bytes.count),
            "sha256": .string(Hex.encode(SHA256.hash(data: held.bytes))),
            "encoding": .string(text == nil ? "base64" : "text"),
            "body": .string(text ?? Base64.encode(body)),
        ])
    }

    private func sidecar() throws(ReadProblem) -> [UInt8]? {
        let name = FileName(bytes: file.bytes + Array(".yaml".utf8)).shown(by: request.nameTold)
        guard (try Glob.files(DocumentDecoder.pattern(name), below: request.root)).contains(name) else { return nil }
        let reader = try FileReader(name, below: request.root, key: request.digestKey)
        guard reader.size <= 1 << 18 else { throw ReadProblem("'\(name.shown)' is larger than 256 KiB") }
        var bytes: [UInt8] = []
        try reader.skip(to: reader.size) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Matches the file and stays inside the folder as any other pattern does.
    private static func pattern(_ name: FileName) -> String {
        String(decoding: name.bytes.map { $0 == 42 || $0 == 91 || $0 >= 128 ? 63 : $0 }, as: UTF8.self)
    }

    static func mediaType(_ name: [UInt8]) -> String {
        let ending = name.lastIndex(of: 46).map { String(decoding: name[($0 + 1)...], as: UTF8.self).lowercased() } ?? ""
        switch ending {
        case "md", "markdown": return "text/markdown"
        case "txt", "log": return "text/plain"
        case "csv": return "text/csv"
        case "html", "htm": return "text/html"
        case "json": return "application/json"
        case "yaml", "yml": return "application/yaml"
        case "xml": return "application/xml"
        case "pdf": return "application/pdf"
        case "png": return "image/png"
        case "jpg", "jpeg": return "image/jpeg"
        case "docx": return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case "xlsx": return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case "eml": return "message/rfc822"
        default: return "application/octet-stream"
        }
    }
}
