/// Cards, US social security numbers, phone numbers and IBANs: what digits can be.
extension Text {
    func number(at anchor: Int) -> Hit? {
        let before = self[anchor - 1]
        if Text.isDigit(before) { return nil }
        if let address = encodedAddress(at: anchor) { return address }
        if has("%2B", at: anchor - 3) || has("%2b", at: anchor - 3) {
            let groups = DigitGroups(self, from: anchor)
            guard !groups.goesOn, groups.digits >= 8, groups.digits <= 15, self[anchor] != 48 else { return nil }
            return Hit(rule: .phone, range: anchor - 3..<groups.end(groups.count - 1))
        }
        // The blank that a URL writes before a number is none of it.
        if before == UInt8(ascii: "%"), has("20", at: anchor), Text.isDigit(self[anchor + 2]) { return grouped(from: anchor + 2) }
        if isInsideWord(anchor) { return iban(at: anchor - 2) }
        // Part of a longer token: a UUID, a version, a decimal fraction.
        if before == 45 || before == 46, Text.isWord(self[anchor - 2]) { return nil }
        return grouped(from: anchor)
    }

    /// The digit is one of a URL's `%20`.
    func isBlank(_ digit: Int) -> Bool { has("%20", at: digit - 1) || has("%20", at: digit - 2) }

    private func grouped(from start: Int) -> Hit? {
        let groups = DigitGroups(self, from: start)
        if groups.digits < 8 { return nil }
        return card(groups) ?? ssn(groups) ?? phone(groups)
    }

    private func card(_ groups: DigitGroups) -> Hit? {
        var digits = 0
        var best: Int?
        for i in 0..<groups.count {
            digits += groups.length(i)
            if digits > 19 { break }
            // A separated card number is written in fours, or as Amex 4-6-5.
            if i > 0, groups.separator(i - 1) == UInt8(ascii: ".") || groups.separator(i - 1) == UInt8(ascii: ")") { break }
            if i + 1 < groups.count, groups.length(i) != 4, !(groups.length(i) == 6 && i == 1), digits < 13 { break }
            if digits >= 13, Card.isNumber(self, groups.start..<groups.end(i), digits: digits) { best = groups.end(i) }
        }
        guard let best, !Text.isWord(self[best]) else { return nil }
        return Hit(rule: .card, range: groups.start..<best)
    }

    private func ssn(_ groups: DigitGroups) -> Hit? {
        guard groups.count == 3, groups.length(0) == 3, groups.length(1) == 2, groups.length(2) == 4,
            groups.separator(0) == groups.separator(1), groups.separator(0) == 45 || groups.separator(0) == 32, !groups.goesOn
        else { return nil }
        let area = value(groups.start, 3)
        guard area != 0, area != 666, area < 900, value(groups.begin(1), 2) != 0, value(groups.begin(2), 4) != 0 else { return nil }
        return Hit(rule: .ssn, range: groups.start..<groups.end(2))
    }

    private func phone(_ groups: DigitGroups) -> Hit? {
        if groups.goesOn { return nil }
        let end = groups.end(groups.count - 1)
        if self[groups.start - 1] == UInt8(ascii: "+") {
            guard groups.digits <= 15, self[groups.start] != 48 else { return nil }
            return Hit(rule: .phone, range: groups.start - 1..<end)
        }
        let isTail = self[groups.start - 1] == 32 && Text.isDigit(self[groups.start - 2])
        if has("00", at: groups.start), !isTail, self[groups.start + 2] != 48, groups.count > 1, groups.digits >= 10, groups.digits <= 17 {
            return Hit(rule: .phone, range: groups.start..<end)
        }
        let first = groups.count == 4 && groups.length(0) == 1 && self[groups.start] == 49 ? 1 : 0
        guard groups.count == first + 3, groups.length(first) == 3, groups.length(first + 1) == 3, groups.length(first + 2) == 4,
            self[groups.begin(first)] >= 50, self[groups.begin(first + 1)] >= 50
        else { return nil }
        let start = self[groups.start - 1] == UInt8(ascii: "(") && groups.separator(0) == UInt8(ascii: ")") ? groups.start - 1 : groups.start
        return Hit(rule: .phone, range: start..<end)
    }

    private func value(_ start: Int, _ count: Int) -> Int {
        (start..<start + count).reduce(0) { $0 * 10 + Int(self[$1] & 15) }
    }

    /// ISO 13616: two capitals, two check digits, the country's length, remainder 1 by 97. Blanks may stand between groups of four.
    private func iban(at start: Int) -> Hit? {
        guard start >= 0, self[start] >= 65, self[start] <= 90, self[start + 1] >= 65, self[start + 1] <= 90, !isInsideWord(start),
            let length = IBAN.length(self[start], self[start + 1])
        else { return nil }
        var at = start
        var seen = 0
        var remainder = 0
        var head = 0
        while seen < length {
            let byte = self[at]
            if byte == 32, seen % 4 == 0, seen > 0 { at += 1; continue }
            let digit: Int
            switch byte {
            case 48...57: digit = Int(byte - 48)
            case 65...90: digit = Int(byte - 55)
            default: return nil
            }
            // The first four characters count as the last ones.
            if seen < 4 { head = head * (digit < 10 ? 10 : 100) + digit } else { remainder = (remainder * (digit < 10 ? 10 : 100) + digit) % 97 }
            seen += 1
            at += 1
        }
        guard !Text.isWord(self[at]), (remainder * 1_000_000 + head) % 97 == 1 else { return nil }
        return Hit(rule: .iban, range: start..<at)
    }
}

/// Digits in groups with one blank (or `%20`), dash, dot or bracket between them; at most six groups are looked at.
struct DigitGroups {
    let start: Int
    private(set) var count = 0
    private(set) var digits = 0
    /// A word or another group follows: the number is part of something longer.
    private(set) var goesOn = false
    private var begins: (Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0)
    private var ends: (Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0)
    private let text: Text

    init(_ text: Text, from start: Int) {
        self.text = text
        self.start = start
        var at = start
        while count < 6 {
            let end = text.end(from: at, Text.isDigit)
            set(count, at, end)
            count += 1
            digits += end - at
            at = end
            if text[at] == UInt8(ascii: ")"), count <= 2 { at += 1 }
            // A blank as a URL writes it.
            if text.has("%20", at: at) { at += 3 }
            if text[at] == 32 || text[at] == 45 || text[at] == 46 || text[at] == UInt8(ascii: "(") { at += 1 }
            if text[at] == UInt8(ascii: "("), text[at - 1] == 32 { at += 1 }
            guard at > end, Text.isDigit(text[at]) else {
                goesOn = Text.isWord(text[end])
                return
            }
        }
        goesOn = true
    }

    private mutating func set(_ i: Int, _ begin: Int, _ end: Int) {
        withUnsafeMutableBytes(of: &begins) { $0.storeBytes(of: begin, toByteOffset: i * 8, as: Int.self) }
        withUnsafeMutableBytes(of: &ends) { $0.storeBytes(of: end, toByteOffset: i * 8, as: Int.self) }
    }
    func begin(_ i: Int) -> Int { withUnsafeBytes(of: begins) { $0.load(fromByteOffset: i * 8, as: Int.self) } }
    func end(_ i: Int) -> Int { withUnsafeBytes(of: ends) { $0.load(fromByteOffset: i * 8, as: Int.self) } }
    func length(_ i: Int) -> Int { end(i) - begin(i) }
    func separator(_ i: Int) -> UInt8 { text[end(i)] }
}

enum Card {
    /// A known issuer's prefix and length, and the Luhn check digit (ISO/IEC 7812).
    static func isNumber(_ text: Text, _ range: Range<Int>, digits: Int) -> Bool {
        var prefix = 0
        var taken = 0
        var at = range.lowerBound
        while taken < 4 {
            if Text.isDigit(text[at]), !text.isBlank(at) { prefix = prefix * 10 + Int(text[at] & 15); taken += 1 }
            at += 1
        }
        guard isIssuer(prefix, digits) else { return false }
        var sum = 0
        var position = 0
        for i in range.reversed() where Text.isDigit(text[i]) && !text.isBlank(i) {
            var digit = Int(text[i] & 15)
            if position % 2 == 1 {
                digit *= 2
                if digit > 9 { digit -= 9 }
            }
            sum += digit
            position += 1
        }
        return sum % 10 == 0
    }

    private static func isIssuer(_ prefix: Int, _ digits: Int) -> Bool {
        switch prefix {
        case 4000...4999: digits == 13 || digits == 16 || digits == 19
        case 5100...5599, 2221...2720: digits == 16
        case 3400...3499, 3700...3799: digits == 15
        case 3000...3059, 3600...3699, 3800...3999: digits == 14 || digits == 16
        case 3528...3589, 6011, 6440...6599, 6200...6299: digits >= 16
        default: false
        }
    }
}

enum IBAN {
    /// Lengths of the IBAN registry.
    private static let lengths: [UInt16: Int] = {
        let list =
            "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 "
            + "GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 "
            + "MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
        var lengths: [UInt16: Int] = [:]
        for entry in list.split(separator: " ") {
            let bytes = Array(entry.utf8)
            lengths[UInt16(bytes[0]) << 8 | UInt16(bytes[1])] = Int(entry.dropFirst(2)) ?? 0
        }
        return lengths
    }()
    static func length(_ first: UInt8, _ second: UInt8) -> Int? { lengths[UInt16(first) << 8 | UInt16(second)] }
}
