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
        self.secrets = secrets.map(SecretGuard.trimmed).filter { $0.value.count >= shortest }.sorted { ($1.value.count, $0.name) < ($0.value.count, $1.name) }
    }

    var isEmpty: Bool { secrets.isEmpty }
    /// How many bytes the longest may take: each of its own as `\\u002f`, which is JSON in JSON.
    var reach: Int { (secrets.first?.value.count ?? 0) * 7 }

    /// Without the blanks and line ends around it, which a file or a store may have added.
    private static func trimmed(_ secret: Secret) -> Secret {
        let start = secret.value.firstIndex { $0 > 32 } ?? secret.value.count
        let end = secret.value.lastIndex { $0 > 32 } ?? start
        return Secret(name: secret.name, value: start < secret.value.count ? Array(secret.value[start...end]) : [])
    }

    /// The name of the first one found.
    func found(in bytes: UnsafeRawBufferPointer) -> String? {
        if secrets.isEmpty { return nil }
        if let name = plain(in: bytes) { return name }
        var spelled = Array(bytes)
        // A spelling may lie in another: JSON in JSON, a URL in HTML.
        for _ in 0..<3 {
            let before = spelled.count
            for spelling in Spelling.allCases where spelled.contains(spelling.mark) {
                spelled = spelled.withUnsafeBytes(spelling.undone)
                if let name = spelled.withUnsafeBytes({ plain(in: $0) }) { return name }
            }
            if spelled.count == before { return nil }
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
            if bytes[at] == mark, let (character, length) = character(bytes, at + 1) {
                out += character
                at += 1 + length
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return out
    }

    private func character(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> ([UInt8], Int)? {
        let rest = bytes[min(at, bytes.count)...]
        switch self {
        case .json:
            guard let kind = rest.first else { return nil }
            if kind == UInt8(ascii: "u") { return Spelling.scalar(rest.dropFirst().prefix(4), radix: 16).map { (Array(String($0).utf8), 5) } }
            let controls: [UInt8: UInt8] = [0x6e: 10, 0x74: 9, 0x72: 13, 0x62: 8, 0x66: 12]
            return ([controls[kind] ?? kind], 1)
        case .url: return UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16).map { ([$0], 2) }
        case .xml:
            guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")) else { return nil }
            let name = String(decoding: rest[..<end], as: UTF8.self)
            let length = end - at + 1
            func found(_ scalar: Unicode.Scalar?) -> ([UInt8], Int)? { scalar.map { (Array(String($0).utf8), length) } }
            if name.hasPrefix("#x") || name.hasPrefix("#X") { return found(Spelling.scalar(name.utf8.dropFirst(2), radix: 16)) }
            if name.hasPrefix("#") { return found(Spelling.scalar(name.utf8.dropFirst(), radix: 10)) }
            let named: [String: Unicode.Scalar] = [
                "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "sol": "/", "plus": "+", "equals": "=", "commat": "@", "colon": ":",
            ]
            return found(named[name])
        }
    }

    private static func scalar(_ digits: some Collection<UInt8>, radix: Int) -> Unicode.Scalar? {
        UInt32(String(decoding: digits, as: UTF8.self), radix: radix).flatMap { Unicode.Scalar($0) }
    }
}
