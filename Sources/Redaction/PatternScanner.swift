import CScan

/// Looks for patterns of personal data and secrets: jumps from anchor to anchor and verifies what stands around each.
struct PatternScanner {
    let text: Text

    init(_ bytes: UnsafeRawBufferPointer) { text = Text(bytes: bytes) }

    /// Calls with each hit in order; hits neither overlap one another nor any of `apart` (sorted, disjoint).
    @inline(__always)
    func each(apart: [Range<Int>], _ body: (Hit) -> Void) {
        guard let base = text.bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
        let count = text.bytes.count
        var at = 0
        var done = 0
        var next = 0
        while at < count {
            let isWide = at + 17 <= count
            var mask = isWide ? scan_anchor_mask(base + at) : PatternScanner.tailMask(base, at, count)
            let block = at
            at += 16
            while mask != 0 {
                let anchor = block + mask.trailingZeroBitCount
                mask &= mask - 1
                if anchor < done { continue }
                while next < apart.count, apart[next].upperBound <= anchor { next += 1 }
                if next < apart.count, apart[next].lowerBound <= anchor {
                    done = apart[next].upperBound
                    continue
                }
                guard let hit = text.hit(at: anchor) else { continue }
                if next < apart.count, hit.range.upperBound > apart[next].lowerBound { continue }
                // What reaches into something before it is taken from where that ends: of two addresses in one list neither stays.
                let start = max(hit.range.lowerBound, done, next > 0 ? apart[next - 1].upperBound : 0)
                guard start < hit.range.upperBound else { continue }
                done = hit.range.upperBound
                body(Hit(rule: hit.rule, range: start..<hit.range.upperBound))
            }
        }
    }

    private static func tailMask(_ base: UnsafePointer<UInt8>, _ at: Int, _ count: Int) -> UInt32 {
        var mask: UInt32 = 0
        for i in 0..<min(16, count - at) where scan_is_anchor(base[at + i], at + i + 1 < count ? base[at + i + 1] : 0) != 0 {
            mask |= 1 << UInt32(i)
        }
        return mask
    }
}

/// A record's bytes, with the tests that patterns share.
struct Text {
    let bytes: UnsafeRawBufferPointer

    @inline(__always)
    subscript(_ i: Int) -> UInt8 { i >= 0 && i < bytes.count ? bytes[i] : 0 }

    func hit(at anchor: Int) -> Hit? {
        switch self[anchor] {
        case 48...57: number(at: anchor)
        case UInt8(ascii: "@"): address(at: anchor)
        case UInt8(ascii: "&"): namedAddress(at: anchor)
        case UInt8(ascii: "-"): privateKey(at: anchor)
        case UInt8(ascii: "A"), UInt8(ascii: "k"), UInt8(ascii: "_"), UInt8(ascii: "x"), UInt8(ascii: "y"): token(at: anchor)
        default: password(at: anchor)
        }
    }

    @inline(__always)
    static func isDigit(_ c: UInt8) -> Bool { c >= 48 && c <= 57 }
    @inline(__always)
    static func isLetter(_ c: UInt8) -> Bool { c | 32 >= 97 && c | 32 <= 122 }
    @inline(__always)
    static func isWord(_ c: UInt8) -> Bool { isDigit(c) || isLetter(c) || c == 95 }

    /// A word goes on to the left of `i`. The letter or the digits of an escape (`\n`, `\u00e9`) belong to no word.
    func isInsideWord(_ i: Int) -> Bool {
        guard Text.isWord(self[i - 1]) else { return false }
        return !(self[i - 2] == 92 || (self[i - 5] | 32 == UInt8(ascii: "u") && self[i - 6] == 92))
    }

    func has(_ word: StaticString, at start: Int) -> Bool {
        guard start >= 0, start + word.utf8CodeUnitCount <= bytes.count else { return false }
        for i in 0..<word.utf8CodeUnitCount where bytes[start + i] != word.utf8Start[i] { return false }
        return true
    }

    /// The end of the run of bytes for which `test` holds, or where it is longer than `limit`: who asks at every place of a run must not read all of it.
    @inline(__always)
    func end(from start: Int, atMost limit: Int = .max, _ test: (UInt8) -> Bool) -> Int {
        var at = start
        while at < bytes.count, at - start < limit, test(bytes[at]) { at += 1 }
        return at
    }
}
