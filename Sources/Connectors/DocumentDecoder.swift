import Evidence

struct DocumentDecoder: Decoder {
    private(set) var consumed = 0
    private(set) var count = 0
    private(set) var rejects = 0
    init<S: RecordSink>(_ file: FileName, _ request: PullRequest, start: DecoderStart, into sink: inout S) throws { try sink.origin(Origin(name: start.name)) }
    mutating func feed<S: RecordSink>(_ chunk: UnsafeRawBufferPointer, into sink: inout S) throws {}
    mutating func finish<S: RecordSink>(isFinal: Bool, into sink: inout S) throws {}
}
