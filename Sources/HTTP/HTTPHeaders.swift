/// What the head of an answer says, read as far as a source needs it.
package enum HTTPHeaders {
    /// The target of the link with this relation in `Link` headers (RFC 8288, 3); nil where there is none. Relations are separated by blanks,
    /// parameters may be quoted, and a comma inside `<>` or quotes ends nothing.
    package static func link(_ relation: String, in values: [String]) -> String? {
        for value in values {
            var rest = Array(value.utf8)[...]
            while let open = rest.firstIndex(of: UInt8(ascii: "<")), let close = rest[open...].firstIndex(of: UInt8(ascii: ">")) {
                let target = String(decoding: rest[(open + 1)..<close], as: UTF8.self)
                var parameters: [(name: String, value: String)] = []
                rest = rest[(close + 1)...]
                while parameter(&rest, &parameters) {}
                // Only the first `rel` of a link counts.
                let relations = parameters.first { $0.name == "rel" }?.value ?? ""
                if relations.split(separator: " ").contains(where: { $0.lowercased() == relation }) { return target }
            }
        }
        return nil
    }

    /// Takes one `; name=value`; false where the link ends.
    private static func parameter(_ rest: inout ArraySlice<UInt8>, _ parameters: inout [(name: String, value: String)]) -> Bool {
        func skipBlanks() { rest = rest.drop { $0 == 32 || $0 == 9 } }
        skipBlanks()
        guard rest.first == UInt8(ascii: ";") else { return false }
        rest = rest.dropFirst()
        skipBlanks()
        let name = rest.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") && $0 != 32 }
        rest = rest.dropFirst(name.count)
        skipBlanks()
        var value: [UInt8] = []
        if rest.first == UInt8(ascii: "=") {
            rest = rest.dropFirst()
            skipBlanks()
            if rest.first == UInt8(ascii: "\"") {
                rest = rest.dropFirst()
                while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") { value.append(byte == 92 ? rest.popFirst() ?? 92 : byte) }
            } else {
                value = Array(rest.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") && $0 != 32 })
                rest = rest.dropFirst(value.count)
            }
        }
        parameters.append((String(decoding: name, as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self)))
        return true
    }

    /// Seconds since 1970 of an HTTP-date (RFC 9110, 5.6.7) in the form that is written today: `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func date(_ text: String) -> Int64? {
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "," })
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", let day = Int64(parts[1]), (1...31).contains(day), let year = Int64(parts[3]),
            (1970...9999).contains(year), let index = months.firstIndex(where: { $0 == parts[2] })
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2]) else { return nil }
        // Days from civil: March is the first month of a year, so that the leap day is its last.
        let month = Int64(index + 1)
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let ofEra = y - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
        return days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
    }

    /// How many seconds to wait, as `Retry-After` says (RFC 9110, 10.2.3): a number, or a date, which is held against the answer's own `Date`.
    package static func retryAfter(_ value: String, date now: String?) -> Int64? {
        if let seconds = Int64(value), seconds >= 0, value.utf8.allSatisfy({ (48...57).contains($0) }) { return seconds }
        guard let then = date(value), let now = now.flatMap(date) else { return nil }
        return max(0, then - now)
    }
}
