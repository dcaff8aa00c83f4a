import Evidence
import Foundation

/// One record a line: JSON lines, their nested records, and text.
struct LineDecoder: Decoder {
    private let form: RecordForm
    private let records: JSONSlices?
    private let limit: Int
    private(set) var consumed: Int
    private(set) var count: Int
    private(set) var rejects = 0
    private var carry: Carry
    private var isFirst: Bool

    init<S: RecordSink>(form: RecordForm, records: String?, start: DecoderStart, into sink: inout S) throws {
        self.form = form
        self.records = records.map { JSONSlices($0) }
        limit = start.limits.lineBytes
        consumed = start.offset
        count = start.records
        carry = Carry(limit: start.limits.lineBytes)
        isFirst = start.offset == 0
        try sink.origin(Origin(name: start.name, start: start.offset))
    }

    mutating func feed<S: RecordSink>(_ chunk: UnsafeRawBufferPointer, into sink: inout S) throws {
        guard let base = chunk.baseAddress else { return }
        var at = 0
        while at < chunk.count {
            guard let end = memchr(base + at, 10, chunk.count - at) else {
                carry.append(UnsafeRawBufferPointer(rebasing: chunk[at...]))
                return
            }
            let stop = base.distance(to: end)
            let piece = UnsafeRawBufferPointer(rebasing: chunk[at..<stop])
            at = stop + 1
            if carry.length == 0, piece.count <= limit {
                consumed += piece.count + 1
                try line(piece, into: &sink)
            } else {
                carry.append(piece)
                try carried(terminator: 1, into: &sink)
            }
        }
    }

    mutating func finish<S: RecordSink>(isFinal: Bool, into sink: inout S) throws {
        guard carry.length > 0 else { return }
        // A balanced JSON value is whole, with or without its line end; half a line of text cannot be told from a whole one.
        let isWhole = form == .json && !carry.isOverLimit && carry.bytes.withUnsafeBytes(JSONSlices.isBalanced)
        if form == .json, isFinal, !isWhole, !carry.isOverLimit {
            consumed += carry.length
            return try carry.bytes.withUnsafeBytes { try reject($0, "the last line breaks off", into: &sink) }
        }
        if isFinal || isWhole { try carried(terminator: 0, into: &sink) }
    }

    private mutating func carried<S: RecordSink>(terminator: Int, into sink: inout S) throws {
        var carried = Carry(limit: limit)
        swap(&carried, &carry)
        consumed += carried.length + terminator
        if carried.isOverLimit {
            try carried.bytes.withUnsafeBytes { try reject($0, "a line of \(carried.length) bytes, longer than \(limit)", into: &sink) }
        } else {
            try carried.bytes.withUnsafeBytes { try line($0, into: &sink) }
        }
        carried.clear()
        swap(&carried, &carry)
    }

    private mutating func line<S: RecordSink>(_ bytes: UnsafeRawBufferPointer, into sink: inout S) throws {
        var line = bytes
        if isFirst, line.starts(with: [0xef, 0xbb, 0xbf]) { line = UnsafeRawBufferPointer(rebasing: line[3...]) }
        isFirst = false
        if line.last == 13 { line = UnsafeRawBufferPointer(rebasing: line[..<(line.count - 1)]) }
        if line.allSatisfy({ $0 == 32 || $0 == 9 }) { return }
        guard let records else {
            count += 1
            return try sink.record(line, ordinal: count, shape: form)
        }
        var ranges: [Range<Int>] = []
        if let problem = records.each(of: line, { ranges.append($0) }) { return try reject(line, problem, into: &sink) }
        for range in ranges {
            count += 1
            try sink.record(UnsafeRawBufferPointer(rebasing: line[range]), ordinal: count, shape: .json)
        }
    }

    private mutating func reject<S: RecordSink>(_ bytes: UnsafeRawBufferPointer, _ reason: String, into sink: inout S) throws {
        count += 1
        rejects += 1
        try sink.reject(bytes, ordinal: count, reason: reason)
    }
}
