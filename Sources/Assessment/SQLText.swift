/// A piece of SQL text. Joined again, tokens give the text they came from.
struct SQLToken: Hashable {
    enum Shape { case word, number, string, quoted, blank, comment, symbol }
    let shape: Shape
    let text: String
    /// Line within the text, from 0.
    let line: Int

    /// Lower-cased, for comparing words.
    var word: String? { shape == .word ? text.lowercased() : nil }

    /// What a table may be called by, lower-cased: SQLite takes `days`, "days", `[days]` and, where a table is asked for, 'days' for one name.
    var name: String? {
        switch shape {
        case .word: text.lowercased()
        case .quoted, .string: String(text.dropFirst().dropLast()).lowercased()
        case .number, .blank, .comment, .symbol: nil
        }
    }
}

enum SQLText {
    /// Splits by SQLite's own rules, as far as they matter here: words, numbers, 'strings', "names", comments, and single symbols.
    static func tokens(_ sql: String) -> [SQLToken] {
        var tokens: [SQLToken] = []
        let bytes = Array(sql.utf8)
        var at = 0
        var line = 0
        while at < bytes.count {
            let (shape, end) = next(bytes, at)
            let text = String(decoding: bytes[at..<end], as: UTF8.self)
            tokens.append(SQLToken(shape: shape, text: text, line: line))
            line += bytes[at..<end].count { $0 == 10 }
            at = end
        }
        return tokens
    }

    private static func next(_ b: [UInt8], _ at: Int) -> (SQLToken.Shape, Int) {
        func run(_ from: Int, while holds: (UInt8) -> Bool) -> Int {
            var end = from
            while end < b.count, holds(b[end]) { end += 1 }
            return end
        }
        switch b[at] {
        case 32, 9, 10, 13: return (.blank, run(at, while: { $0 == 32 || $0 == 9 || $0 == 10 || $0 == 13 }))
        case 39: return (.string, closing(b, at, 39))
        case 34, 96: return (.quoted, closing(b, at, b[at]))
        case 91: return (.quoted, closing(b, at, 93))
        case 45 where at + 1 < b.count && b[at + 1] == 45: return (.comment, run(at, while: { $0 != 10 }))
        case 47 where at + 1 < b.count && b[at + 1] == 42:
            var end = at + 2
            while end < b.count, !(b[end - 1] == 42 && b[end] == 47 && end > at + 2) { end += 1 }
            return (.comment, min(end + 1, b.count))
        case 48...57: return (.number, run(at, while: { isWord($0) || $0 == 46 }))
        case let c where isWord(c): return (.word, run(at, while: isWord))
        default: return (.symbol, at + 1)
        }
    }

    private static func closing(_ b: [UInt8], _ at: Int, _ quote: UInt8) -> Int {
        var end = at + 1
        while end < b.count {
            if b[end] == quote {
                guard end + 1 < b.count, b[end + 1] == quote else { return end + 1 }
                end += 1
            }
            end += 1
        }
        return b.count
    }

    private static func isWord(_ c: UInt8) -> Bool {
        (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c == 95 || c >= 128
    }

    static func text(_ tokens: some Sequence<SQLToken>) -> String { tokens.map(\.text).joined() }
}
