/// Why text is not the JSON that it should be, with the byte at which it stops being so.
package struct JSONError: Error, Hashable, Sendable {
    package let offset: Int
    package let reason: String
}

extension JSON {
    /// How many lists, objects or elements may lie in each other: whatever goes down into them must come back on one stack.
    package static let depthLimit = 256

    /// Reads RFC 8259. Refuses a key that occurs twice, depth over `depthLimit`, invalid UTF-8, lone surrogates and anything after the value.
    package static func parse(_ text: some Sequence<UInt8>) throws(JSONError) -> JSON {
        var reader = JSONReader(bytes: Array(text))
        return try reader.document()
    }
}

private struct JSONReader {
    let bytes: [UInt8]
    var at = 0
    var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSON {
        let value = try value()
        skipBlanks()
        guard at == bytes.count else { throw failure("something follows the value") }
        return value
    }

    func failure(_ reason: String) -> JSONError { JSONError(offset: at, reason: reason) }

    mutating func skipBlanks() {
        while at < bytes.count, bytes[at] == 32 || bytes[at] == 10 || bytes[at] == 13 || bytes[at] == 9 { at += 1 }
    }

    mutating func value() throws(JSONError) -> JSON {
        skipBlanks()
        guard at < bytes.count else { throw failure("the text ends where a value should be") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    mutating func word(_ text: String, _ value: JSON) throws(JSONError) -> JSON {
        guard bytes[at...].starts(with: text.utf8) else { throw failure("not a JSON value") }
        at += text.utf8.count
        return value
    }

    mutating func enter() throws(JSONError) {
        depth += 1
        at += 1
        if depth > JSON.depthLimit { throw failure("more than \(JSON.depthLimit) levels deep") }
        skipBlanks()
    }

    mutating func object() throws(JSONError) -> JSON {
        try enter()
        var members: [String: JSON] = [:]
        if at < bytes.count, bytes[at] == UInt8(ascii: "}") { at += 1; depth -= 1; return .object([:]) }
        while true {
            skipBlanks()
            guard at < bytes.count, bytes[at] == 34 else { throw failure("expected a key") }
            let key = try string()
            skipBlanks()
            guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { throw failure("expected ':'") }
            at += 1
            let member = try value()
            guard members.updateValue(member, forKey: key) == nil else { throw failure("key '\(key)' occurs twice") }
            if try separatorOrEnd(UInt8(ascii: "}")) { return .object(members) }
        }
    }

    mutating func array() throws(JSONError) -> JSON {
        try enter()
        var values: [JSON] = []
        if at < bytes.count, bytes[at] == UInt8(ascii: "]") { at += 1; depth -= 1; return .array([]) }
        while true {
            values.append(try value())
            if try separatorOrEnd(UInt8(ascii: "]")) { return .array(values) }
        }
    }

    mutating func separatorOrEnd(_ end: UInt8) throws(JSONError) -> Bool {
        skipBlanks()
        guard at < bytes.count, bytes[at] == end || bytes[at] == UInt8(ascii: ",") else { throw failure("expected ',' or the end of a list") }
        let isEnd = bytes[at] == end
        at += 1
        if isEnd { depth -= 1 }
        return isEnd
    }

    mutating func number() throws(JSONError) -> JSON {
        let start = at
        while at < bytes.count, "+-.eE0123456789".utf8.contains(bytes[at]) { at += 1 }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        let body = text.first == "-" ? text.dropFirst() : Substring(text)
        guard let first = body.utf8.first, first >= 48, first <= 57, !(body.count > 1 && first == 48 && body.dropFirst().first?.isNumber == true)
        else { throw failure("not a JSON value") }
        if let whole = Int64(text) { return .integer(whole) }
        guard let value = Double(text), value.isFinite, hasDigitsBehindPoint(text) else { throw failure("not a number") }
        return .number(value)
    }

    private func hasDigitsBehindPoint(_ text: String) -> Bool {
        guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return true }
        return text.utf8[text.utf8.index(after: point)...].first.map { (48...57).contains($0) } ?? false
    }

    mutating func string() throws(JSONError) -> String {
        at += 1
        var out: [UInt8] = []
        while true {
            guard at < bytes.count else { throw failure("a string does not end") }
            let byte = bytes[at]
            at += 1
            switch byte {
            case 34:
                guard let text = String(validating: out, as: UTF8.self) else { throw failure("a string is not UTF-8") }
                return text
            case 92: try escape(into: &out)
            case 0..<32: throw failure("a control character stands in a string")
            default: out.append(byte)
            }
        }
    }

    mutating func escape(into out: inout [UInt8]) throws(JSONError) {
        guard at < bytes.count else { throw failure("a string does not end") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case 34, 92, 47: out.append(byte)
        case UInt8(ascii: "b"): out.append(8)
        case UInt8(ascii: "f"): out.append(12)
        case UInt8(ascii: "n"): out.append(10)
        case UInt8(ascii: "r"): out.append(13)
        case UInt8(ascii: "t"): out.append(9)
        case UInt8(ascii: "u"):
            var scalar = try hex4()
            if (0xd800..<0xdc00).contains(scalar) {
                guard at + 1 < bytes.count, bytes[at] == 92, bytes[at + 1] == UInt8(ascii: "u") else { throw failure("a lone surrogate") }
                at += 2
                let low = try hex4()
                guard (0xdc00..<0xe000).contains(low) else { throw failure("a lone surrogate") }
                scalar = 0x10000 + (scalar - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let unicode = Unicode.Scalar(scalar) else { throw failure("a lone surrogate") }
            out += Array(String(Character(unicode)).utf8)
        default: throw failure("an unknown escape")
        }
    }

    mutating func hex4() throws(JSONError) -> UInt32 {
        guard at + 4 <= bytes.count, let pair = Hex.decode(String(decoding: bytes[at..<at + 4], as: UTF8.self)) else { throw failure("a bad \\u escape") }
        at += 4
        return UInt32(pair[0]) << 8 | UInt32(pair[1])
    }
}
