/// An http or https URL, taken apart as far as a request must be judged: to whom it goes, and what it asks there.
package struct HTTPAddress: Hashable, Sendable {
    /// `https`
    package let scheme: String
    /// Lower case; an IPv6 address keeps its brackets.
    package let host: String
    package let port: Int
    /// From the path's `/` up to the query, not decoded.
    package let path: String
    /// Without its `?`; nil where there is none.
    package let query: String?

    /// Nil for anything but a plain URL: another scheme, a user or password, blanks, bytes beyond ASCII. A fragment is dropped.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }), let mark = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<mark.lowerBound].lowercased()
        guard ["http", "https"].contains(scheme) else { return nil }
        let rest = text[mark.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let isBracketed = authority.hasPrefix("[")
        let host = isBracketed ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        let after = authority.dropFirst(host.count)
        guard authority.contains("]") == isBracketed else { return nil }
        guard !host.isEmpty, !authority.contains("@"), host.utf8.allSatisfy({ HTTPAddress.isHostByte($0, isBracketed) }) else { return nil }
        let usual = scheme == "https" ? 443 : 80
        guard let port = after.isEmpty ? usual : after.hasPrefix(":") ? Int(after.dropFirst()) : nil, (1...65_535).contains(port) else { return nil }
        let target = rest.dropFirst(authority.count)
        let path = target.prefix { $0 != "?" }
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port
        self.path = path.isEmpty ? "/" : String(path)
        query = path.count < target.count ? String(target.dropFirst(path.count + 1)) : nil
    }

    private static func isHostByte(_ byte: UInt8, _ isBracketed: Bool) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte | 32) || "-._".utf8.contains(byte) || isBracketed && "[]:".utf8.contains(byte)
    }

    /// Who is asked: `https://api.example.org`, with the port where it is not the usual one.
    package var origin: String {
        let isUsual = port == (scheme == "https" ? 443 : 80)
        return scheme + "://" + host + (isUsual ? "" : ":\(port)")
    }
    package var whole: String { origin + path + (query.map { "?" + $0 } ?? "") }

    /// What a reference that stands in an answer to this address means (RFC 3986, 5.2, without `.` and `..`); nil where that is no such URL.
    package func resolving(_ reference: String) -> HTTPAddress? {
        if reference.hasPrefix("//") { return HTTPAddress(scheme + ":" + reference) }
        if reference.prefix(while: { $0 != "/" && $0 != "?" }).contains(":") { return HTTPAddress(reference) }
        if reference.hasPrefix("/") { return HTTPAddress(origin + reference) }
        if reference.hasPrefix("?") { return HTTPAddress(origin + path + reference) }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return reference.isEmpty ? self : HTTPAddress(origin + folder + reference)
    }

    /// `name=value` pairs after what the query holds already. All but unreserved characters is encoded (RFC 3986, 2.3).
    package func adding(_ pairs: [(name: String, value: String)]) -> HTTPAddress {
        let added = pairs.map { HTTPAddress.encoded($0.name) + "=" + HTTPAddress.encoded($0.value) }
        let all = [query].compactMap { $0 } + added
        return HTTPAddress(self, query: all.isEmpty ? nil : all.joined(separator: "&"))
    }

    /// The pairs in the order of their names, then of their values, both encoded, as a signature is made over them.
    package var sorted: HTTPAddress {
        guard let query else { return self }
        let pairs = query.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { Array($0.utf8) } }
        let ordered = pairs.sorted { one, other in
            one[0] == other[0] ? one.joined().lexicographicallyPrecedes(other.joined()) : one[0].lexicographicallyPrecedes(other[0])
        }
        return HTTPAddress(self, query: ordered.map { String(decoding: Array($0.joined(separator: [61])), as: UTF8.self) }.joined(separator: "&"))
    }

    private init(_ other: HTTPAddress, query: String?) {
        scheme = other.scheme
        host = other.host
        port = other.port
        path = other.path
        self.query = query
    }

    package static func encoded(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            if (48...57).contains(byte) || (97...122).contains(byte | 32) || "-._~".utf8.contains(byte) {
                out.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                out += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }
}
