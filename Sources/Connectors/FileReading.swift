import Evidence

/// Reads one file: finds where to begin, unpacks it, and feeds a decoder.
struct FileReading {
    private let reader: FileReader
    private let settings: DecoderSettings
    /// Which members of an archive are read; nil where the file is none.
    private let inside: String?
    private let request: PullRequest
    private let packing: Packing
    private let name: String

    init(_ file: FileName, _ settings: FilesSettings, _ request: PullRequest) throws(ReadProblem) {
        name = file.shown
        self.settings = settings.decoder
        inside = settings.inside
        self.request = request
        reader = try FileReader(file, below: request.root, key: request.digestKey)
        let first = reader.firstBytes(262)
        packing = Packing(firstBytes: first)
        if settings.decoder.isText || settings.inside != nil { try Packing.check(file, first) }
        if inside == nil, Packing.isContainer(first), !settings.decoder.isOfWholeFiles {
            throw ReadProblem("'\(name)' is an archive: say with 'inside:' which of its members are to be read")
        }
    }

    /// Where reading begins.
    private enum Beginning { case unchanged(FileCursor), from(FileCursor), start }

    var writtenAt: Instant { reader.writtenAt }
    var hasShrunk: Bool { isLines && inside == nil && packing == .plain && (request.cursors[name]?.size ?? 0) > reader.size }

    /// Of a file that was read to its last byte, where the clock is a real one.
    func stamp(of result: FileResult) -> String? {
        guard let cursor = result.cursor, result.problem == nil, cursor.size == reader.size, let now = request.limits.clock?() else { return nil }
        return reader.lastingStamp(cursor, of: request.source.id, now: now)
    }

    func read<S: RecordSink>(_ rule: ReadingRule, into sink: inout S) throws -> FileResult {
        switch try beginning(rule) {
        case .unchanged(let cursor): return FileResult(cursor: cursor, members: members(of: cursor))
        case .from(let cursor): return try readOn(from: cursor, rule, into: &sink)
        case .start: return try readWhole(rule, into: &sink)
        }
    }

    private func members(of cursor: FileCursor) -> [FileCursor] {
        guard inside != nil else { return [] }
        return request.cursors.values.filter { $0.name.hasPrefix(cursor.name + "!") }.sorted { $0.name < $1.name }
    }

    private func beginning(_ rule: ReadingRule) throws(ReadProblem) -> Beginning {
        guard let cursor = request.cursors[name], cursor.size <= reader.size, cursor.size > 0 || reader.size == 0, !rule.isFromStart, !hasCompanion else {
            return .start
        }
        if reader.size == cursor.size, !request.stamps.isEmpty, request.stamps.contains(reader.stamp(cursor, of: request.source.id)) {
            return .unchanged(cursor)
        }
        try reader.skip(to: cursor.size)
        if reader.digest == cursor.digest {
            if reader.size == cursor.size { return .unchanged(cursor) }
            if isLines, inside == nil, packing == .plain, reader.byte(at: cursor.size - 1) == 10 { return .from(cursor) }
        }
        reader.rewind()
        return .start
    }

    /// A document's fields may stand in a file beside it, which the cursor does not see.
    private var hasCompanion: Bool { settings == .document && DocumentDecoder.mediaType(reader.name.last) != "text/markdown" }

    private var isLines: Bool {
        switch settings {
        case .jsonLines, .csv, .text: true
        case .json, .xml, .junit, .document, .zipMember: false
        }
    }

    private func readOn<S: RecordSink>(from cursor: FileCursor, _ rule: ReadingRule, into sink: inout S) throws -> FileResult {
        let start = DecoderStart(name: name, limits: request.limits, offset: cursor.size, records: cursor.records)
        if case .csv(let delimiter) = settings {
            // The header stands at the file's start.
            reader.rewind()
            return try run(CSVDecoder(delimiter: delimiter, start: start), rule, into: &sink)
        }
        return try decode(start, rule, into: &sink)
    }

    private func readWhole<S: RecordSink>(_ rule: ReadingRule, into sink: inout S) throws -> FileResult {
        var result = try inside.map { try readMembers($0, into: &sink) } ?? decode(DecoderStart(name: name, limits: request.limits), rule, into: &sink)
        result.isWhole = result.problem == nil
        return result
    }

    private func decode<S: RecordSink>(_ start: DecoderStart, _ rule: ReadingRule, into sink: inout S) throws -> FileResult {
        switch settings {
        case .jsonLines(let records): return try run(LineDecoder(form: .json, records: records, start: start, into: &sink), rule, into: &sink)
        case .text: return try run(LineDecoder(form: .text, records: nil, start: start, into: &sink), rule, into: &sink)
        case .json(let records): return try run(JSONDocumentDecoder(records: records, start: start, into: &sink), rule, into: &sink)
        case .csv(let delimiter): return try run(CSVDecoder(delimiter: delimiter, start: start), rule, into: &sink)
        case .xml(let records): return try run(XMLDecoder(records: records, start: start, into: &sink), rule, into: &sink)
        case .junit: return try run(JUnitDecoder(start: start, key: request.digestKey, into: &sink), rule, into: &sink)
        case .document: return try run(DocumentDecoder(reader.name, request, start: start, into: &sink), rule, into: &sink)
        case .zipMember(let member): return try readMember(member, start, into: &sink)
        }
    }

    private func run<D: Decoder, S: RecordSink>(_ decoder: consuming D, _ rule: ReadingRule, into sink: inout S) throws -> FileResult {
        var decoder = decoder
        var result = FileResult(isRead: true)
        let isPacked = packing != .plain
        var length = 0
        do {
            let bytes = try packing.unpacked(reader)
            while true {
                let chunk = try bytes.next()
                if chunk.isEmpty { break }
                if length == 0, settings.isText, reader.offset == chunk.count || isPacked { try TextEncoding.check(chunk, of: name) }
                length += chunk.count
                try decoder.feed(chunk, into: &sink)
                guard length <= request.limits.fileBytes else {
                    throw ReadProblem("'\(name)' is larger than \(request.limits.fileBytes) bytes; the rest was left")
                }
                guard decoder.count <= request.limits.records else { throw tooMany }
            }
            try reader.skip(to: reader.size)
        } catch let problem as ReadProblem {
            result.problem = problem.text
        }
        // Of what was refused at its first byte nothing was read.
        if length == 0, result.problem != nil { return result }
        try decoder.finish(isFinal: (rule.isFinal || isPacked) && result.problem == nil || !isLines, into: &sink)
        // A document is cut into records only at its end.
        if result.problem == nil, decoder.count > request.limits.records { result.problem = tooMany.text }
        result.rejects = decoder.rejects
        guard result.problem == nil else { return result }
        result.cursor = try cursor(isPacked || !isLines ? reader.size : decoder.consumed, records: decoder.count)
        return result
    }

    private var tooMany: ReadProblem { ReadProblem("'\(name)' holds more than \(request.limits.records) records") }

    /// The digest over the bytes that need not be read again.
    private func cursor(_ size: Int, records: Int) throws(ReadProblem) -> FileCursor {
        if size != reader.size {
            reader.rewind()
            try reader.skip(to: size)
        }
        return FileCursor(name: name, size: size, digest: reader.digest, records: records)
    }

    private func readMembers<S: RecordSink>(_ pattern: String, into sink: inout S) throws -> FileResult {
        var reading = ContainerReading(reader, pattern, settings, request)
        try reading.run(into: &sink)
        var result = FileResult(isRead: true, members: reading.cursors)
        result.problem = reading.problem
        guard result.problem == nil else { return result }
        try reader.skip(to: reader.size)
        result.cursor = try cursor(reader.size, records: reading.records)
        return result
    }

    private func readMember<S: RecordSink>(_ member: String, _ start: DecoderStart, into sink: inout S) throws -> FileResult {
        try sink.origin(Origin(name: name))
        let bytes = try ZipMember.read(member, of: reader, limit: request.limits.documentBytes)
        try reader.skip(to: reader.size)
        try bytes.withUnsafeBytes { try sink.record($0, ordinal: 1, shape: .json) }
        return FileResult(cursor: try cursor(reader.size, records: 1), isRead: true)
    }
}
