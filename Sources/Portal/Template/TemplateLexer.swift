import Evidence

/// A piece of a template file.
struct TemplateToken {
    enum Kind: Equatable {
        case text
        /// `{{ name }}`
        case value(String)
        /// `{% word word … %}`
        case tag([String])
    }
    let kind: Kind
    /// Of the file; for text, what it is.
    let range: Range<Int>
    /// From 1.
    let line: Int
}

/// Cuts a template file into text, values and tags. A line that holds nothing but one tag or comment leaves no trace in the page.
struct TemplateLexer {
    let bytes: [UInt8]
    let file: String
    private var at = 0
    private var line = 1
    private(set) var tokens: [TemplateToken] = []
    private(set) var problems: [Diagnostic] = []

    init(_ bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
        run()
    }

    private mutating func run() {
        var textStart = 0
        var textLine = 1
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "{"), at + 1 < bytes.count, let close = closing(bytes[at + 1]) else {
                if bytes[at] == 10 { line += 1 }
                at += 1
                continue
            }
            let open = at
            let openLine = line
            guard let end = find(close, from: at + 2) else {
                problems.append(
                    .error(
                        "'{\(Character(UnicodeScalar(bytes[at + 1])))' has no '\(Character(UnicodeScalar(close)))}' after it",
                        at: Place(file: file, line: line)))
                at = bytes.count
                break
            }
            let inner = String(decoding: bytes[(open + 2)..<end], as: UTF8.self)
            let after = end + 2
            let isValue = close == UInt8(ascii: "}")
            let (textEnd, resume) = isValue ? (open, after) : trimmed(open, after, notBefore: textStart)
            if textEnd > textStart { tokens.append(TemplateToken(kind: .text, range: textStart..<textEnd, line: textLine)) }
            line += bytes[open..<resume].reduce(0) { $0 + ($1 == 10 ? 1 : 0) }
            at = resume
            (textStart, textLine) = (at, line)
            let words = inner.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" }).map(String.init)
            switch close {
            case UInt8(ascii: "}"): value(words, open..<after, openLine)
            case UInt8(ascii: "%"): tokens.append(TemplateToken(kind: .tag(words), range: open..<after, line: openLine))
            default: break
            }
        }
        if bytes.count > textStart { tokens.append(TemplateToken(kind: .text, range: textStart..<bytes.count, line: textLine)) }
    }

    private mutating func value(_ words: [String], _ range: Range<Int>, _ line: Int) {
        if words.count == 1 {
            tokens.append(TemplateToken(kind: .value(words[0]), range: range, line: line))
        } else {
            problems.append(
                .error(
                    "expected one name between '{{' and '}}', found '\(words.joined(separator: " "))'",
                    at: Place(file: file, line: line)))
        }
    }

    private func closing(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "{"): UInt8(ascii: "}")
        case UInt8(ascii: "%"), UInt8(ascii: "#"): byte
        default: nil
        }
    }

    private func find(_ close: UInt8, from: Int) -> Int? {
        var i = from
        while i + 1 < bytes.count {
            if bytes[i] == close, bytes[i + 1] == UInt8(ascii: "}") { return i }
            i += 1
        }
        return nil
    }

    /// The whole line, when a tag stands alone on it.
    private func trimmed(_ open: Int, _ after: Int, notBefore: Int) -> (textEnd: Int, resume: Int) {
        var start = open
        while start > notBefore, bytes[start - 1] == 32 || bytes[start - 1] == 9 { start -= 1 }
        var end = after
        while end < bytes.count, bytes[end] == 32 || bytes[end] == 9 { end += 1 }
        guard start == 0 || bytes[start - 1] == 10, end == bytes.count || bytes[end] == 10 else { return (open, after) }
        return (start, min(end + 1, bytes.count))
    }
}
