/// The lines of a text that ends every line, the last one too, with a line feed. Nil if it does not.
///
/// Bytes and not Characters: a combining mark must not change where a line or a word ends.
func lines(of text: some Collection<UInt8>) -> [[UInt8]]? {
    guard !text.isEmpty else { return [] }
    var lines = text.split(separator: 10, omittingEmptySubsequences: false).map { Array($0) }
    guard lines.removeLast().isEmpty else { return nil }
    return lines
}

/// A decimal number as every format here writes it: digits, no sign, no zero in front.
func decimal(_ text: some Collection<UInt8>) -> Int? {
    guard !text.isEmpty, text.allSatisfy({ (48...57).contains($0) }), text.count == 1 || text.first != 48 else { return nil }
    return Int(String(decoding: text, as: UTF8.self))
}

extension Array where Element == UInt8 {
    /// What follows `prefix`, nil if the bytes do not start with it.
    func dropping(prefix: String) -> ArraySlice<UInt8>? {
        starts(with: prefix.utf8) ? self[prefix.utf8.count...] : nil
    }
}

/// Base64 text in lines of `width`, each ended by a line feed, between its two armour lines.
func armored(_ base64: String, label: String, width: Int) -> String {
    var text = "-----BEGIN \(label)-----\n"
    let characters = Array(base64.utf8)
    for start in stride(from: 0, to: characters.count, by: width) {
        text += String(decoding: characters[start..<min(start + width, characters.count)], as: UTF8.self) + "\n"
    }
    return text + "-----END \(label)-----\n"
}

/// The base64 text between the armour lines, joined; nil if the armour is not that of `label`.
func unarmored(_ text: [UInt8], label: String) -> String? {
    guard let lines = lines(of: text), lines.count >= 3, lines[0].elementsEqual("-----BEGIN \(label)-----".utf8),
        lines[lines.count - 1].elementsEqual("-----END \(label)-----".utf8)
    else { return nil }
    return String(decoding: lines[1..<(lines.count - 1)].joined(), as: UTF8.self)
}
