import Evidence

/// One JSON document a file, held whole: itself, or the elements of the array at a path of it.
struct JSONDocumentDecoder: Decoder {
    private let start: DecoderStart
    private let records: JSONSlices?
    private(set) var consumed = 0
    private(set) var count = 0
    private(set) var rejects = 0
    private var document: Carry

    init<S: RecordSink>(records: String?, start: DecoderStart, into sink: inout S) throws {
        self.start = start
        self.records = records.map { JSONSlices($0) }
        document = Carry(limit: start.limits.documentBytes)
        try sink.origin(Origin(name: start.name))
    }

    mutating func feed<S: RecordSink>(_ chunk: UnsafeRawBufferPointer, into sink: inout S) throws { document.append(chunk) }

    mutating func finish<S: RecordSink>(isFinal: Bool, into sink: inout S) throws {
        consumed = document.length
        var held = Carry(limit: 0)
        swap(&held, &document)
        try held.bytes.withUnsafeBytes { bytes in
            var text = bytes
            if text.starts(with: [0xef, 0xbb, 0xbf]) { text = UnsafeRawBufferPointer(rebasing: text[3...]) }
            if held.isOverLimit { return try reject(text, "a document of \(held.length) bytes, longer than \(held.limit)", into: &sink) }
            try deliver(text, into: &sink)
        }
    }

    private mutating func deliver<S: RecordSink>(_ text: UnsafeRawBufferPointer, into sink: inout S) throws {
        guard let records else {
            count += 1
            return try sink.record(text, ordinal: count, shape: .json)
        }
        // Elements before a break are evidence; what comes after it is not silently lost.
        var done = 0
        let problem = try records.each(of: text) { range in
            count += 1
            done = range.upperBound
            try sink.record(UnsafeRawBufferPointer(rebasing: text[range]), ordinal: count, shape: .json)
        }
        if let problem { try reject(UnsafeRawBufferPointer(rebasing: text[done...]), problem, into: &sink) }
    }

    private mutating func reject<S: RecordSink>(_ bytes: UnsafeRawBufferPointer, _ reason: String, into sink: inout S) throws {
        count += 1
        rejects += 1
        try sink.reject(UnsafeRawBufferPointer(rebasing: bytes.prefix(1024)), ordinal: count, reason: reason)
    }
}
