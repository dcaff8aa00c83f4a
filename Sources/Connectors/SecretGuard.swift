import Foundation

/// Looks whether what came back holds a secret that was handed out: as it is, or as JSON, XML or a URL spell it.
struct SecretGuard {
    struct Secret {
        let name: String
        let value: [UInt8]
    }
    /// The longest first: one may hold another.
    private let secrets: [Secret]

    /// Values under `shortest` bytes are no secrets: they would be found everywhere.
    init(_ secrets: [Secret], shortest: Int) {
        self.secrets = secrets.filter { $0.value.count >= shortest }.sorted { ($1.value.count, $0.name) < ($0.value.count, $1.name) }
    }

    var isEmpty: Bool { secrets.isEmpty }
    /// How many bytes the longest may take: each of its own as `\u002f`.
    var reach: Int { (secrets.first?.value.count ?? 0) * 6 }

    /// The name of the first one found.
    func found(in bytes: UnsafeRawBufferPointer) -> String? {
        if secrets.isEmpty { return nil }
        if let name = plain(in: bytes) { return name }
        for spelling in Spelling.allCases where bytes.contains(spelling.mark) {
            if let name = spelling.undone(bytes).withUnsafeBytes({ plain(in: $0) }) { return name }
        }
        return nil
    }
    func found(in bytes: [UInt8]) -> String? { bytes.withUnsafeBytes { found(in: $0) } }

    private func plain(in bytes: UnsafeRawBufferPointer) -> String? { secrets.first { SecretGuard.occurs($0.value, in: bytes) }?.name }

    /// Text for people with each secret replaced by `[name]`; where one is spelled otherwise nothing of the text is shown.
    func without(_ text: String) -> String {
        var text = text
        for secret in secrets { text = text.replacingOccurrences(of: String(decoding: secret.value, as: UTF8.self), with: "[\(secret.name)]") }
        return found(in: Array(text.utf8)).map { "(what was said repeats the secret '\($0)', and is not shown)" } ?? text
    }

    private static func occurs(_ word: [UInt8], in bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress, let first = word.first else { return false }
        var at = 0
        while at + word.count <= bytes.count, let found = memchr(start + at, Int32(first), bytes.count - word.count - at + 1) {
            if memcmp(found, word, word.count) == 0 { return true }
            at = UnsafeRawPointer(found) - start + 1
        }
        return false
    }
}

/// Ways of writing a character otherwise.
private enum Spelling: CaseIterable {
    case json, url, xml

    var mark: UInt8 {
        switch self {
        case .json: 92
        case .url: UInt8(ascii: "%")
        case .xml: UInt8(ascii: "&")
        }
    }

    /// The bytes with everything so written put back; what is no such spelling stays.
    func undone(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var at = 0
        while at < bytes.count {
            if bytes[at] == mark, let (scalar, length) = character(bytes, at + 1) {
                out += String(scalar).utf8
                at += 1 + length
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return out
    }

    private func character(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> (Unicode.Scalar, Int)? {
        let rest = bytes[min(at, bytes.count)...]
        switch self {
        case .json:
            guard let kind = rest.first else { return nil }
            if kind == UInt8(ascii: "u") { return Spelling.scalar(rest.dropFirst().prefix(4), radix: 16).map { ($0, 5) } }
            return (Unicode.Scalar(kind), 1)
        case .url: return Spelling.scalar(rest.prefix(2), radix: 16).map { ($0, 2) }
        case .xml:
            guard let end = rest.prefix(10).firstIndex(of: UInt8(ascii: ";")) else { return nil }
            let name = rest[..<end]
            let length = name.count + 1
            if name.starts(with: "#x".utf8) { return Spelling.scalar(name.dropFirst(2), radix: 16).map { ($0, length) } }
            if name.starts(with: "#".utf8) { return Spelling.scalar(name.dropFirst(), radix: 10).map { ($0, length) } }
            let named: [String: Unicode.Scalar] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
            return named[String(decoding: name, as: UTF8.self)].map { ($0, length) }
        }
    }

    private static func scalar(_ digits: some Collection<UInt8>, radix: Int) -> Unicode.Scalar? {
        UInt32(String(decoding: digits, as: UTF8.self), radix: radix).flatMap { Unicode.Scalar($0) }
    }
}
