import Evidence

/// Finds the elements of the arrays at a path of a JSON document, as the bytes they came in. Arrays on the way are walked.
///
/// It counts brackets and steps over strings; whether an element is right JSON is for whoever reads it to say.
struct JSONSlices {
    private let path: [[UInt8]]
    private let shown: String

    /// Whether null stands for the empty array, as some writers mean it.
    private let takesNull: Bool

    /// One object stands at the path, and no array.
    private let isSingle: Bool

    /// An array that is not there is empty.
    private let omitsEmpty: Bool

    init(_ path: String, takesNull: Bool = true, isSingle: Bool = false, omitsEmpty: Bool = false) {
        self.omitsEmpty = omitsEmpty && !isSingle
        self.takesNull = takesNull
        self.isSingle = isSingle
        self.path = MemberPath.names(path).map { Array($0.utf8) }
        shown = path
    }

    /// Calls with each element in turn; returns what stopped it, if something did.
    func each(of text: UnsafeRawBufferPointer, _ body: (Range<Int>) throws -> Void) rethrows -> String? {
        var cursor = JSONCursor(text: text)
        cursor.skipBlanks()
        if let problem = try walk(&cursor, path[...], depth: 0, body) { return "\(problem) at byte \(cursor.at)" }
        cursor.skipBlanks()
        return cursor.at == text.count ? nil : "something follows the value at byte \(cursor.at)"
    }

    private func walk(
        _ cursor: inout JSONCursor, _ path: ArraySlice<[UInt8]>, depth: Int, _ body: (Range<Int>) throws -> Void
    ) rethrows -> String? {
        guard depth <= JSON.depthLimit else { return "more than \(JSON.depthLimit) levels deep" }
        if isSingle, path.isEmpty {
            let start = cursor.at
            guard cursor.peek == UInt8(ascii: "{") else { return shown.isEmpty ? "no object stands there" : "no object stands at '\(shown)'" }
            guard cursor.skipValue() else { return "not whole JSON" }
            try body(start..<cursor.at)
            return nil
        }
        switch cursor.peek {
        case UInt8(ascii: "["): return try elements(&cursor, path, depth: depth, body)
        case UInt8(ascii: "{") where !path.isEmpty: return try member(&cursor, path, depth: depth, body)
        default:
            let start = cursor.at
            guard cursor.skipValue() else { return "not whole JSON" }
            return takesNull && cursor.text[start] == UInt8(ascii: "n") ? nil : shown.isEmpty ? "no array stands there" : "no array stands at '\(shown)'"
        }
    }

    private func elements(
        _ cursor: inout JSONCursor, _ path: ArraySlice<[UInt8]>, depth: Int, _ body: (Range<Int>) throws -> Void
    ) rethrows -> String? {
        cursor.at += 1
        cursor.skipBlanks()
        if cursor.take(UInt8(ascii: "]")) { return nil }
        while true {
            cursor.skipBlanks()
            if path.isEmpty {
                let start = cursor.at
                guard cursor.skipValue() else { return "not whole JSON" }
                try body(start..<cursor.at)
            } else if let problem = try walk(&cursor, path, depth: depth + 1, body) {
                return problem
            }
            cursor.skipBlanks()
            if cursor.take(UInt8(ascii: "]")) { return nil }
            guard cursor.take(UInt8(ascii: ",")) else { return "expected ',' or ']'" }
        }
    }

    private func member(
        _ cursor: inout JSONCursor, _ path: ArraySlice<[UInt8]>, depth: Int, _ body: (Range<Int>) throws -> Void
    ) rethrows -> String? {
        guard let wanted = path.first else { return nil }
        var isFound = false
        cursor.at += 1
        cursor.skipBlanks()
        if cursor.take(UInt8(ascii: "}")) { return omitsEmpty ? nil : "no '\(shown)'" }
        while true {
            cursor.skipBlanks()
            let key = cursor.at + 1
            guard cursor.peek == 34, cursor.skipValue() else { return "expected a key" }
            let isWanted = cursor.text[key..<cursor.at - 1].elementsEqual(wanted)
            cursor.skipBlanks()
            guard cursor.take(UInt8(ascii: ":")) else { return "expected ':'" }
            cursor.skipBlanks()
            if isWanted {
                if isFound { return "'\(shown)' occurs twice" }
                isFound = true
                if let problem = try walk(&cursor, path.dropFirst(), depth: depth + 1, body) { return problem }
            } else if !cursor.skipValue() {
                return "not whole JSON"
            }
            cursor.skipBlanks()
            if cursor.take(UInt8(ascii: "}")) { return isFound || omitsEmpty ? nil : "no '\(shown)'" }
            guard cursor.take(UInt8(ascii: ",")) else { return "expected ',' or '}'" }
        }
    }

    static func isBalanced(_ text: UnsafeRawBufferPointer) -> Bool {
        var cursor = JSONCursor(text: text)
        cursor.skipBlanks()
        guard cursor.peek == UInt8(ascii: "{") || cursor.peek == UInt8(ascii: "["), cursor.skipValue() else { return false }
        cursor.skipBlanks()
        return cursor.at == text.count
    }
}

/// A place in JSON text that steps over whole values.
struct JSONCursor {
    let text: UnsafeRawBufferPointer
    var at = 0

    init(text: UnsafeRawBufferPointer) { self.text = text }
    var peek: UInt8 { at < text.count ? text[at] : 0 }

    mutating func skipBlanks() {
        while at < text.count, text[at] == 32 || (text[at] >= 9 && text[at] <= 13) { at += 1 }
    }
    mutating func take(_ byte: UInt8) -> Bool {
        guard at < text.count, text[at] == byte else { return false }
        at += 1
        return true
    }

    /// False if the text ends before the value does, or none begins here.
    mutating func skipValue() -> Bool {
        var depth = 0
        repeat {
            guard at < text.count else { return false }
            switch text[at] {
            case 34: if !skipString() { return false }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth < 0 { return false }
                at += 1
            default:
                let start = at
                while at < text.count, text[at] != 34, !JSONCursor.isBreak(text[at]) { at += 1 }
                if at == start {
                    // Between the members of what is open, commas, colons and blanks carry no value.
                    if depth == 0 { return false }
                    at += 1
                }
            }
        } while depth > 0
        return true
    }

    private mutating func skipString() -> Bool {
        at += 1
        while at < text.count {
            switch text[at] {
            case 34:
                at += 1
                return true
            case 92: at += 2
            default: at += 1
            }
        }
        return false
    }

    private static func isBreak(_ c: UInt8) -> Bool {
        c <= 32 || c == UInt8(ascii: ",") || c == UInt8(ascii: ":") || c == UInt8(ascii: "{") || c == UInt8(ascii: "}") || c == UInt8(ascii: "[")
            || c == UInt8(ascii: "]")
    }
}
