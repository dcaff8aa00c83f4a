import Evidence

/// Text is UTF-8. In a wide encoding no pattern of personal data would be found, and what cannot be read is kept for who must look at it.
enum TextEncoding {
    /// Throws if the first bytes of a text show another encoding: a mark of UTF-16 or UTF-32, or a NUL beside a character.
    static func check(_ first: UnsafeRawBufferPointer, of name: String) throws(ReadProblem) {
        let head = Array(first.prefix(4))
        guard head.count >= 2 else { return }
        let isMarked = head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff])
        // Of a character of ASCII one byte of two is NUL, or three of four.
        let isNul = head.map { $0 == 0 }
        let isWide = isNul[0] != isNul[1] && (head.count < 4 || isNul[2] != isNul[3]) || isNul.count { $0 } == 3
        if isMarked || isWide { throw ReadProblem("'\(name)' is not UTF-8: it looks like UTF-16 or UTF-32") }
    }
}

extension DecoderSettings {
    /// Read as text, and not as XML or a document, whose readers look for themselves.
    var isText: Bool {
        switch self {
        case .jsonLines, .json, .csv, .text: true
        case .xml, .junit, .document, .zipMember: false
        }
    }
}
