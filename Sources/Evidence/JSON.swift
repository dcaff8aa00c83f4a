/// A JSON value that prints in one way only: keys sorted by bytes, no blanks, integers and doubles in their shortest form.
package indirect enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// One line, no final newline.
    package var canonical: String { String(decoding: canonicalBytes, as: UTF8.self) }
    package var canonicalBytes: [UInt8] {
        var out: [UInt8] = []
        write(into: &out, indent: nil)
        return out
    }
    /// Two blanks a level, for people. Ends in a newline.
    package var pretty: String {
        var out: [UInt8] = []
        write(into: &out, indent: 0)
        return String(decoding: out, as: UTF8.self) + "\n"
    }

    private func write(into out: inout [UInt8], indent: Int?) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .integer(let value): out += String(value).utf8
        case .number(let value): out += (value.isFinite ? "\(value)" : "null").utf8
        case .string(let value): JSON.writeString(value, into: &out)
        case .array(let values):
            JSON.writeList(values, "[", "]", into: &out, indent: indent) { $0.write(into: &$1, indent: $2) }
        case .object(let members):
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            JSON.writeList(sorted, "{", "}", into: &out, indent: indent) { member, out, indent in
                JSON.writeString(member.key, into: &out)
                out += (indent == nil ? ":" : ": ").utf8
                member.value.write(into: &out, indent: indent)
            }
        }
    }

    private static func writeList<T>(
        _ list: [T], _ open: String, _ close: String, into out: inout [UInt8], indent: Int?, one: (T, inout [UInt8], Int?) -> Void
    ) {
        out += open.utf8
        for (i, item) in list.enumerated() {
            if i > 0 { out += ",".utf8 }
            if let indent { out += ("\n" + String(repeating: "  ", count: indent + 1)).utf8 }
            one(item, &out, indent.map { $0 + 1 })
        }
        if let indent, !list.isEmpty { out += ("\n" + String(repeating: "  ", count: indent)).utf8 }
        out += close.utf8
    }

    /// Quotes and escapes as RFC 8785 does: the two-character escapes, `\u00xx` for other controls, everything else as it is.
    package static func writeString(_ text: String, into out: inout [UInt8]) {
        out.append(34)
        for byte in text.utf8 {
            switch byte {
            case 34: out += "\\\"".utf8
            case 92: out += "\\\\".utf8
            case 8: out += "\\b".utf8
            case 9: out += "\\t".utf8
            case 10: out += "\\n".utf8
            case 12: out += "\\f".utf8
            case 13: out += "\\r".utf8
            case 0..<32: out += ("\\u00" + Hex.encode([byte])).utf8
            default: out.append(byte)
            }
        }
        out.append(34)
    }
}

extension JSON {
    package subscript(_ key: String) -> JSON? {
        if case .object(let members) = self { return members[key] }
        return nil
    }
    package var text: String? {
        if case .string(let value) = self { return value }
        return nil
    }
    package var int: Int? {
        if case .integer(let value) = self { return Int(value) }
        return nil
    }
    package var list: [JSON]? {
        if case .array(let values) = self { return values }
        return nil
    }
    package var flag: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }
    package static func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
    package static func int(_ value: Int) -> JSON { .integer(Int64(value)) }
    package static func instant(_ value: Instant?) -> JSON { text(value?.description) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}
