import Assessment

extension StaffDirectory {
    /// The text with each account's work ids before it: `w-105 (acct-…)`. One that the directory does not know is followed by `(unresolved)`.
    package func named(_ text: String) -> String {
        guard !isEmpty, let first = StaffDirectory.firstAccount(in: text) else { return text }
        let bytes = Array(text.utf8)
        var out = Array(bytes[..<first])
        var at = first
        while at < bytes.count {
            guard StaffDirectory.isAccount(bytes, at) else {
                out.append(bytes[at])
                at += 1
                continue
            }
            let account = String(decoding: bytes[at..<at + StaffDirectory.length], as: UTF8.self)
            let people = people(of: account)
            out += (people.isEmpty ? "\(account) (unresolved)" : "\(people.joined(separator: " and ")) (\(account))").utf8
            at += StaffDirectory.length
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The prefix and 80 bits in base32.
    private static let length = 21

    /// Cells are many and accounts are few: looks without allocating.
    private static func firstAccount(in text: String) -> Int? {
        var text = text
        return text.withUTF8 { bytes in bytes.indices.first { isAccount(bytes, $0) } }
    }

    /// A whole pseudonym starts there, and not in the middle of a longer word.
    private static func isAccount(_ bytes: some RandomAccessCollection<UInt8>, _ at: Int) -> Bool {
        let start = bytes.index(bytes.startIndex, offsetBy: at)
        guard bytes[start] == UInt8(ascii: "a"), bytes.distance(from: start, to: bytes.endIndex) >= length else { return false }
        let word = bytes[start...].prefix(length)
        guard word.prefix(5).elementsEqual("acct-".utf8), word.dropFirst(5).allSatisfy({ isLetter($0) || (50...55).contains($0) }) else { return false }
        if at > 0, isWord(bytes[bytes.index(before: start)]) { return false }
        return word.endIndex == bytes.endIndex || !isWord(bytes[word.endIndex])
    }
    private static func isLetter(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
    private static func isWord(_ byte: UInt8) -> Bool { isLetter(byte) || (byte >= 48 && byte <= 57) || byte == UInt8(ascii: "-") }
}
