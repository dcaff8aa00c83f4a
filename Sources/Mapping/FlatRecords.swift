import Evidence

/// A CSV origin's header line, read once: which column feeds which path.
package struct CSVHeader: Sendable {
    let columnCount: Int
    /// By column: the slot that it feeds, or -1.
    let slots: [Int]
    /// A wanted name that occurs twice.
    let ambiguous: String?
    /// Names are wanted, and it has none of them: it is a record, or another table's.
    package let namesNothing: Bool

    init(_ line: [UInt8], mapper: Mapper) {
        var names: [String] = []
        line.withUnsafeBytes { bytes in
            var text = bytes
            if text.starts(with: [0xef, 0xbb, 0xbf]) { text = UnsafeRawBufferPointer(rebasing: text[3...]) }
            CSVFields.each(of: text, delimiter: mapper.delimiter) { names.append(CSVFields.string(text, $1)) }
        }
        columnCount = names.count
        let wanted = names.map { name in mapper.columnNames.firstIndex { $0 == name } ?? -1 }
        slots = wanted
        namesNothing = !line.isEmpty && !mapper.columnNames.isEmpty && wanted.allSatisfy { $0 < 0 }
        ambiguous = names.indices.first { i in wanted[i] >= 0 && names[..<i].contains(names[i]) }.map { names[$0] }
    }
}

/// The fields of one CSV record (RFC 4180; it may span lines inside quotes).
enum CSVFields {
    /// Calls with the number of each field and what stands there; false if a quote is not closed or text follows one.
    @discardableResult
    @inline(__always)
    static func each(of record: UnsafeRawBufferPointer, delimiter: UInt8, _ body: (Int, Found) -> Void) -> Bool {
        var at = 0
        var column = 0
        let end = trimmedEnd(record)
        while true {
            if at < end, record[at] == 34 {
                var hasDoubled = false
                let start = at + 1
                at = start
                while true {
                    guard at < end else { return false }
                    if record[at] != 34 { at += 1; continue }
                    if at + 1 < end, record[at + 1] == 34 {
                        hasDoubled = true
                        at += 2
                        continue
                    }
                    break
                }
                body(column, .text(start..<at, escape: hasDoubled ? .doubledQuotes : .none))
                at += 1
                guard at == end || record[at] == delimiter else { return false }
            } else {
                let start = at
                while at < end, record[at] != delimiter { at += 1 }
                body(column, .text(start..<at))
            }
            if at >= end { return true }
            at += 1
            column += 1
        }
    }

    private static func trimmedEnd(_ record: UnsafeRawBufferPointer) -> Int {
        var end = record.count
        if end > 0, record[end - 1] == 10 { end -= 1 }
        if end > 0, record[end - 1] == 13 { end -= 1 }
        return end
    }

    static func string(_ record: UnsafeRawBufferPointer, _ found: Found) -> String {
        var out: [UInt8] = []
        unescape(UnsafeRawBufferPointer(rebasing: record[found.start..<found.end]), into: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Makes each doubled quote one; in text without quotes nothing changes.
    static func unescape(_ text: UnsafeRawBufferPointer, into out: inout [UInt8]) {
        var i = 0
        while i < text.count {
            out.append(text[i])
            i += text[i] == 34 && i + 1 < text.count && text[i + 1] == 34 ? 2 : 1
        }
    }
}

/// A line taken apart by the literals between its fields: `{ip} - {user} [{time}] "{request}" {status}`.
///
/// A field reaches to the next literal; the last takes the rest. Between quotes a backslash keeps a quote from ending the field, as Apache
/// and nginx write it. A field that is only `-` is absent. `{}` and `{_}` are passed over.
struct TextPattern: Sendable {
    let names: [String]
    private let first: [UInt8]
    /// The literal after each field; only the last may be empty.
    private let literals: [[UInt8]]

    init(_ text: String) throws(SyntaxError) {
        var names: [String] = []
        var literals: [[UInt8]] = [[]]
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "{") else {
                literals[literals.count - 1].append(byte)
                continue
            }
            guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { throw SyntaxError("a '{' of the text pattern is not closed") }
            let name = String(decoding: rest[..<end], as: UTF8.self)
            if literals.count > 1, literals[literals.count - 1].isEmpty {
                throw SyntaxError("nothing separates '{\(name)}' from the field before it in the text pattern")
            }
            if name != "", name != "_", names.contains(name) { throw SyntaxError("'{\(name)}' occurs twice in the text pattern") }
            names.append(name)
            literals.append([])
            rest = rest[(end + 1)...]
        }
        guard !names.isEmpty else { throw SyntaxError("the text pattern names no field, such as '{time} {message}'") }
        self.names = names
        first = literals[0]
        self.literals = Array(literals.dropFirst())
    }

    /// Calls with the number of each field and what stands there; returns the literal that the line lacks, if it lacks one.
    func each(of line: UnsafeRawBufferPointer, _ body: (Int, Found) -> Void) -> String? {
        guard line.starts(with: first) else { return String(decoding: first, as: UTF8.self) }
        var at = first.count
        var end = line.count
        while end > at, line[end - 1] == 10 || line[end - 1] == 13 { end -= 1 }
        var isQuoted = first.last == 34
        for (i, literal) in literals.enumerated() {
            guard let stop = literal.isEmpty ? end : TextPattern.find(literal, in: line, from: at, to: end, isQuoted: isQuoted) else {
                return String(decoding: literal, as: UTF8.self)
            }
            body(i, stop - at == 1 && line[at] == UInt8(ascii: "-") ? .absent : .text(at..<stop))
            at = stop + literal.count
            isQuoted = literal.last == 34
        }
        return nil
    }

    private static func find(_ literal: [UInt8], in line: UnsafeRawBufferPointer, from start: Int, to end: Int, isQuoted: Bool) -> Int? {
        var at = start
        while at + literal.count <= end {
            if isQuoted, line[at] == 92 {
                at += 2
                continue
            }
            if line[at] == literal[0], literal.indices.allSatisfy({ line[at + $0] == literal[$0] }) { return at }
            at += 1
        }
        return nil
    }
}
