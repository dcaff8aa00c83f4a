import Evidence
import Foundation

/// CSV records (RFC 4180); the first of the file is its header, which goes to the origin. A field in quotes may hold line ends.
struct CSVDecoder: Decoder {
    private let start: DecoderStart
    private let delimiter: UInt8
    private(set) var consumed = 0
    private(set) var count: Int
    private(set) var rejects = 0
    private var carry: Carry
    private var state = State.fieldStart
    private var hasHeader = false

    private enum State { case fieldStart, plain, quoted, quoteInQuotes }

    /// Bytes before `start.offset` must be fed too: they hold the header, and are skipped otherwise.
    init(delimiter: UInt8, start: DecoderStart) {
        self.delimiter = delimiter
        self.start = start
        count = start.records
        carry = Carry(limit: start.limits.lineBytes)
    }

    mutating func feed<S: RecordSink>(_ chunk: UnsafeRawBufferPointer, into sink: inout S) throws {
        var begin = 0
        // A mark of UTF-8 is no beginning of a field, which a quote behind it may be.
        var at = consumed == 0 && carry.length == 0 && chunk.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        while at < chunk.count {
            let byte = chunk[at]
            at += 1
            switch state {
            case .quoted:
                if byte == 34 { state = .quoteInQuotes }
                if carry.length + at - begin <= start.limits.lineBytes { continue }
                // An unclosed quote would swallow the rest of the file: beyond the limit, lines count again.
                if byte != 10 { continue }
            case .quoteInQuotes where byte == 34:
                state = .quoted
                continue
            case .fieldStart where byte == 34:
                state = .quoted
                continue
            case .fieldStart, .plain, .quoteInQuotes:
                if byte != 10 {
                    state = byte == delimiter ? .fieldStart : state == .fieldStart ? .plain : state
                    continue
                }
            }
            try end(UnsafeRawBufferPointer(rebasing: chunk[begin..<at - 1]), terminator: 1, into: &sink)
            state = .fieldStart
            begin = at
        }
        if begin < chunk.count { carry.append(UnsafeRawBufferPointer(rebasing: chunk[begin...])) }
    }

    mutating func finish<S: RecordSink>(isFinal: Bool, into sink: inout S) throws {
        if carry.length > 0, isFinal {
            if state == .quoted {
                try carry.bytes.withUnsafeBytes { try reject($0, "a quote is not closed", into: &sink) }
                consumed += carry.length
            } else {
                try end(UnsafeRawBufferPointer(start: nil, count: 0), terminator: 0, into: &sink)
            }
        }
        if !hasHeader { try sink.origin(Origin(name: start.name)) }
    }

    private mutating func end<S: RecordSink>(_ piece: UnsafeRawBufferPointer, terminator: Int, into sink: inout S) throws {
        if carry.length == 0, piece.count <= start.limits.lineBytes {
            consumed += piece.count + terminator
            return try record(piece, into: &sink)
        }
        carry.append(piece)
        var carried = Carry(limit: start.limits.lineBytes)
        swap(&carried, &carry)
        consumed += carried.length + terminator
        try carried.bytes.withUnsafeBytes {
            if carried.isOverLimit {
                try reject($0, "a record of \(carried.length) bytes, longer than \(start.limits.lineBytes)", into: &sink)
            } else {
                try record($0, into: &sink)
            }
        }
        carried.clear()
        swap(&carried, &carry)
    }

    private mutating func record<S: RecordSink>(_ bytes: UnsafeRawBufferPointer, into sink: inout S) throws {
        var line = bytes
        // Some writers put two before the line's end.
        while line.last == 13 { line = UnsafeRawBufferPointer(rebasing: line[..<(line.count - 1)]) }
        if line.isEmpty { return }
        let hasReturn = CSVDecoder.hasReturnOutsideQuotes(line)
        if !hasHeader {
            if hasReturn { throw ReadProblem("'\(start.name)' ends its lines with a carriage return alone, so that all of it would be its header") }
            hasHeader = true
            if line.starts(with: [0xef, 0xbb, 0xbf]) { line = UnsafeRawBufferPointer(rebasing: line[3...]) }
            return try sink.origin(Origin(name: start.name, header: Array(line), start: start.offset))
        }
        if consumed <= start.offset { return }
        if hasReturn { return try reject(line, "a carriage return stands outside of quotes: it may be several records", into: &sink) }
        count += 1
        try sink.record(line, ordinal: count, shape: .csv)
    }

    private static func hasReturnOutsideQuotes(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let base = line.baseAddress, memchr(base, 13, line.count) != nil else { return false }
        var isQuoted = false
        for byte in line {
            if byte == 34 { isQuoted.toggle() } else if byte == 13, !isQuoted { return true }
        }
        return false
    }

    private mutating func reject<S: RecordSink>(_ bytes: UnsafeRawBufferPointer, _ reason: String, into sink: inout S) throws {
        if !hasHeader {
            hasHeader = true
            try sink.origin(Origin(name: start.name))
        }
        if consumed <= start.offset, start.offset > 0 { return }
        count += 1
        rejects += 1
        try sink.reject(bytes, ordinal: count, reason: reason)
    }
}
