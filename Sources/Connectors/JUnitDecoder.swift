import CLibXML2
import Evidence

/// JUnit XML: a record for each test case, rendered as canonical JSON, with the suites around it.
///
/// Text is not kept, only measured by a keyed digest.
final class JUnitDecoder: Decoder {
    private(set) var consumed = 0
    private(set) var count = 0
    private(set) var rejects = 0
    private let cases: JUnitCases
    private let parser: XMLPush

    init<S: RecordSink>(start: DecoderStart, key: [UInt8], into sink: inout S) throws {
        cases = JUnitCases(key: key)
        parser = XMLPush(cases)
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
        guard let problem = parser.problem ?? (cases.sawSuite ? nil : "no test suite stands in it") else { return }
        count += 1
        rejects += 1
        try parser.head.withUnsafeBytes { try sink.reject($0, ordinal: count, reason: problem) }
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
