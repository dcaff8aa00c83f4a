/// E-mail addresses and credentials.
extension Text {
    /// An e-mail address, or the password of `scheme://user:password@host`.
    func address(at anchor: Int) -> Hit? {
        if let secret = urlPassword(before: anchor) { return secret }
        return address(sign: anchor..<anchor + 1)
    }

    /// An address whose `@` is written as HTML's name for it.
    func namedAddress(at anchor: Int) -> Hit? { has("&commat;", at: anchor) ? address(sign: anchor..<anchor + 8) : nil }

    /// An address whose `@` is written as a URL (`%40`, or `%2540` in one within another), as HTML (`&#64;`) or as a program (`\x40`, which JSON writes with
    /// two backslashes) writes it: `anchor` is its first digit.
    func encodedAddress(at anchor: Int) -> Hit? {
        switch self[anchor - 1] {
        case UInt8(ascii: "%"):
            var at = anchor
            while has("25", at: at) { at += 2 }
            if has("40", at: at) { return address(sign: anchor - 1..<at + 2) }
        case UInt8(ascii: "#") where self[anchor - 2] == UInt8(ascii: "&"):
            let at = end(from: anchor) { $0 == 48 }
            if has("64;", at: at) { return address(sign: anchor - 2..<at + 3) }
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            let at = end(from: anchor) { $0 == 48 }
            if has("40;", at: at), has("&#", at: anchor - 3) { return address(sign: anchor - 3..<at + 3) }
            if has("40", at: anchor), self[anchor - 2] == 92 { return address(sign: anchor - (self[anchor - 3] == 92 ? 3 : 2)..<anchor + 2) }
        default: break
        }
        return nil
    }

    /// `sign`: where its `@` stands.
    private func address(sign: Range<Int>) -> Hit? {
        let anchor = sign.lowerBound
        // `icon@2x.png` is a picture for fine screens.
        if Text.isDigit(self[sign.upperBound]), has("x.", at: sign.upperBound + 1) { return nil }
        guard let end = domainEnd(from: sign.upperBound) else { return nil }
        if self[anchor - 1] == 34 { return quotedStart(before: anchor).map { Hit(rule: .email, range: $0..<end) } }
        var start = anchor
        while start > 0, anchor - start < Text.longestLocalPart, Text.isLocalPart(self[start - 1]) { start -= 1 }
        // An escape's letter is no part of the name: `\nana@example.org`.
        if start > 0, self[start - 1] == 92, start < anchor { start += self[start] == UInt8(ascii: "u") ? 5 : 1 }
        while start < anchor, self[start] == 46 || self[start] == 39 { start += 1 }
        guard start <= anchor, start < anchor || self[anchor - 5] == UInt8(ascii: "u") else { return nil }
        return Hit(rule: .email, range: start..<end)
    }

    /// Where a local part in quotes begins (RFC 5321: at most 64 bytes), with its quote as JSON (`\"`) or CSV (`""`) writes it, as it ends.
    private func quotedStart(before anchor: Int) -> Int? {
        let mark = self[anchor - 2] == 92 || self[anchor - 2] == 34 ? self[anchor - 2] : 0
        var at = anchor - (mark == 0 ? 2 : 3)
        while at >= 0, anchor - at < 68, self[at] >= 32 {
            if self[at] == 34 {
                if mark == 0 { return at }
                return self[at - 1] == mark ? at - 1 : nil
            }
            at -= 1
        }
        return nil
    }

    /// 64 characters (RFC 5321), each as a URL may write it; more would let a long line of `a%40` cost its square.
    private static let longestLocalPart = 192

    private static func isLocalPart(_ c: UInt8) -> Bool {
        isWord(c) || c >= 128 || c == 46 || c == 37 || c == 43 || c == 45 || c == 39
    }

    /// Labels with dots between them, the last of at least two letters.
    private func domainEnd(from start: Int) -> Int? {
        var at = start
        var lastDot: Int?
        var end: Int?
        while true {
            let label = at
            at = self.end(from: at) { Text.isDigit($0) || Text.isLetter($0) || $0 == 45 || $0 >= 128 }
            if at == label { break }
            if lastDot != nil, at - label >= 2, Text.isLetter(self[label]) || self[label] >= 128 { end = at }
            guard self[at] == 46 else { break }
            lastDot = at
            at += 1
        }
        return end
    }

    private func urlPassword(before anchor: Int) -> Hit? {
        var at = anchor
        var colon: Int?
        while at > 0, anchor - at < 512 {
            let byte = self[at - 1]
            if byte <= 32 || byte == 34 || byte == 39 || byte == 60 || byte == 64 { return nil }
            if byte == 47 { break }
            at -= 1
            if byte == 58 { colon = at }
        }
        guard let colon, has("://", at: at - 3), colon + 1 < anchor else { return nil }
        return isReplaced(colon + 1) ? nil : Hit(rule: .secret, range: colon + 1..<anchor)
    }

    private func isReplaced(_ at: Int) -> Bool { has("[redacted", at: at) || has("<REDACTED", at: at) || has("***", at: at) }

    func token(at anchor: Int) -> Hit? {
        switch self[anchor] {
        case UInt8(ascii: "A"):
            if has("AIza", at: anchor) { return run(anchor, 4, 35...35, Text.isTokenByte) }
            guard has("AKIA", at: anchor) || has("ASIA", at: anchor) else { return nil }
            return run(anchor, 4, 16...16) { Text.isDigit($0) || ($0 >= 65 && $0 <= 90) }
        case UInt8(ascii: "k"):
            guard self[anchor - 1] == UInt8(ascii: "s"), let hit = run(anchor - 1, 3, 20...512, Text.isTokenByte) else { return nil }
            return hit.range.contains { Text.isDigit(self[$0]) } ? hit : nil
        case UInt8(ascii: "_"):
            if has("github_pat_", at: anchor - 6) { return run(anchor - 6, 11, 22...255, Text.isWord) }
            guard self[anchor - 3] == UInt8(ascii: "g"), self[anchor - 2] == UInt8(ascii: "h"), "pousr".utf8.contains(self[anchor - 1]) else { return nil }
            return run(anchor - 3, 4, 36...255, Text.isWord)
        case UInt8(ascii: "x"):
            guard has("xox", at: anchor), "abeoprs".utf8.contains(self[anchor + 3]), self[anchor + 4] == 45 else { return nil }
            return run(anchor, 5, 10...512, Text.isTokenByte)
        default: return jwt(at: anchor - 1)
        }
    }

    private static func isTokenByte(_ c: UInt8) -> Bool { isWord(c) || c == 45 }

    private func run(_ start: Int, _ prefix: Int, _ lengths: ClosedRange<Int>, _ test: (UInt8) -> Bool) -> Hit? {
        guard start >= 0, !isInsideWord(start) else { return nil }
        let end = end(from: start + prefix, atMost: lengths.upperBound + 1, test)
        return lengths.contains(end - start - prefix) ? Hit(rule: .secret, range: start..<end) : nil
    }

    private func jwt(at start: Int) -> Hit? {
        guard has("eyJ", at: start), !isInsideWord(start) else { return nil }
        let header = end(from: start, atMost: 4096, Text.isTokenByte)
        guard header - start >= 12, has(".eyJ", at: header) else { return nil }
        let payload = end(from: header + 1, atMost: 1 << 16, Text.isTokenByte)
        guard self[payload] == 46 else { return nil }
        return Hit(rule: .secret, range: start..<end(from: payload + 1, Text.isTokenByte))
    }

    /// From `-----BEGIN … PRIVATE KEY-----` to its end, or to the end of the text that holds it.
    func privateKey(at anchor: Int) -> Hit? {
        guard has("-----BEGIN ", at: anchor) else { return nil }
        let label = end(from: anchor + 11) { ($0 >= 65 && $0 <= 90) || $0 == 32 }
        guard has("PRIVATE KEY-----", at: label - 11) else { return nil }
        var at = label + 5
        while at < bytes.count, bytes[at] != 34 {
            if has("-----END ", at: at) {
                let last = end(from: at + 9) { ($0 >= 65 && $0 <= 90) || $0 == 32 }
                return Hit(rule: .secret, range: anchor..<(has("-----", at: last) ? last + 5 : last))
            }
            // An escape is not cut in two.
            at += bytes[at] == 92 ? 2 : 1
        }
        return Hit(rule: .secret, range: anchor..<min(at, bytes.count))
    }

    /// `PASSWORD 'x'` of SQL, `password=x` of a connection string, `"password": "x"` of JSON.
    func password(at anchor: Int) -> Hit? {
        guard isWord("pass", at: anchor - 3), isWord("word", at: anchor + 1) || isWord("wd", at: anchor + 1) else { return nil }
        var at = end(from: anchor + 1) { Text.isLetter($0) }
        guard at - anchor <= 5 else { return nil }
        let isKey = self[at] == 34
        if isKey { at += 1 } else if self[at] == 92, self[at + 1] == 34 { at += 2 }
        at = end(from: at) { $0 == 32 }
        let sign = self[at]
        if sign == UInt8(ascii: "=") || (sign == UInt8(ascii: ":") && self[at - 1] != UInt8(ascii: "d")) { at = end(from: at + 1) { $0 == 32 } }
        if isKey, self[at] != 34 { return nil }
        return passwordValue(from: at, isAssigned: sign == UInt8(ascii: "="))
    }

    private func isWord(_ word: StaticString, at start: Int) -> Bool {
        guard start >= 0, start + word.utf8CodeUnitCount <= bytes.count else { return false }
        for i in 0..<word.utf8CodeUnitCount where bytes[start + i] | 32 != word.utf8Start[i] { return false }
        return true
    }

    private func passwordValue(from opening: Int, isAssigned: Bool) -> Hit? {
        var start = opening
        var quote: UInt8 = 0
        if self[start] == 92, self[start + 1] == 34 {
            quote = 92; start += 2
        } else if self[start] == 34 || self[start] == 39 {
            quote = self[start]; start += 1
        }
        guard quote != 0 || isAssigned, !isReplaced(start) else { return nil }
        var at = start
        while at < bytes.count, bytes[at] != 34 {
            let byte = bytes[at]
            if byte == 92 {
                if quote == 92 || quote == 0 { break }
                at = min(at + 2, bytes.count)
                continue
            }
            if byte == quote || byte < 32 { break }
            if quote == 0, byte == 32 || byte == 38 || byte == 59 || byte == 44 || byte == 39 { break }
            at += 1
        }
        return at == start ? nil : Hit(rule: .secret, range: start..<at)
    }
}
