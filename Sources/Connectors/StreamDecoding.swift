import Crypto
import Evidence

/// Bytes that come once and cannot be read again: the output of a program.
protocol ByteStream {
    /// Valid until the next call; empty at the end. Throws a `ReadProblem` where the rest cannot be had.
    func next() throws -> UnsafeRawBufferPointer
    /// Asked once, after the last byte: nil if what came was all there is, else why not.
    func end() throws -> ReadProblem?
}

/// Reads such bytes by a source's format, to the end or as far as they came.
struct StreamDecoding {
    let decoder: DecoderSettings
    let start: DecoderStart
    let request: PullRequest

    struct Result {
        /// Nil where the stream was not read to its end.
        var cursor: FileCursor?
        var count = 0
        var bytes = 0
        var problem: ReadProblem?
    }

    func run<S: RecordSink>(_ stream: some ByteStream, into sink: inout S) throws -> Result {
        switch decoder {
        case .jsonLines(let records): return try feed(LineDecoder(form: .json, records: records, start: start, into: &sink), stream, into: &sink)
        case .text: return try feed(LineDecoder(form: .text, records: nil, start: start, into: &sink), stream, into: &sink)
        case .json(let records): return try feed(JSONDocumentDecoder(records: records, start: start, into: &sink), stream, into: &sink)
        case .csv(let delimiter): return try feed(CSVDecoder(delimiter: delimiter, start: start), stream, into: &sink)
        case .xml(let records): return try feed(XMLDecoder(records: records, start: start, into: &sink), stream, into: &sink)
        case .junit: return try feed(JUnitDecoder(start: start, key: request.digestKey, into: &sink), stream, into: &sink)
        case .document, .zipMember: return Result(problem: ReadProblem("what a program writes cannot be read as '\(decoder.name)'"))
        }
    }

    private func feed<D: Decoder, S: RecordSink>(_ decoder: consuming D, _ stream: some ByteStream, into sink: inout S) throws -> Result {
        var decoder = decoder
        var result = Result()
        var hmac = HMAC<SHA256>(key: SymmetricKey(data: request.digestKey))
        do {
            while true {
                let chunk = try stream.next()
                if chunk.isEmpty { break }
                if result.bytes == 0, self.decoder.isText { try TextEncoding.check(chunk, of: start.name) }
                hmac.update(data: chunk)
                result.bytes += chunk.count
                try decoder.feed(chunk, into: &sink)
                guard decoder.count <= request.limits.records else { throw tooMany }
            }
            result.problem = try stream.end()
        } catch let problem as ReadProblem {
            result.problem = problem
        }
        // Of what was refused at its first byte nothing was read; of what broke off the last line is no record, unless it says itself that it is whole.
        if result.bytes > 0 || result.problem == nil { try decoder.finish(isFinal: result.problem == nil || !isLines, into: &sink) }
        if result.problem == nil, decoder.count > request.limits.records { result.problem = tooMany }
        result.count = decoder.count
        if result.problem == nil {
            let digest = Hex.encode(hmac.finalize())
            result.cursor = FileCursor(name: start.name, size: result.bytes, digest: digest, records: decoder.count)
        }
        return result
    }

    private var tooMany: ReadProblem { ReadProblem("'\(start.name)' holds more than \(request.limits.records) records") }

    private var isLines: Bool {
        switch decoder {
        case .jsonLines, .csv, .text: true
        case .json, .xml, .junit, .document, .zipMember: false
        }
    }
}
