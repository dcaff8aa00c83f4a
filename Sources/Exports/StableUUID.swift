import Crypto
import Evidence

/// RFC 9562 version 5 UUIDs from one fixed namespace: the same thing has the same id in every run and period. (OSCAL refuses version 7.)
enum StableUUID {
    /// Ours alone; made once, never to be changed.
    private static let namespace: [UInt8] = [0x5c, 0x1e, 0x0f, 0x6a, 0x83, 0x5d, 0x4b, 0x27, 0x9a, 0x41, 0xd0, 0x7e, 0x2b, 0x96, 0xc3, 0x18]

    static func make(_ key: String) -> String {
        var hash = Insecure.SHA1()
        hash.update(data: namespace)
        hash.update(data: Array(key.utf8))
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x50
        bytes[8] = bytes[8] & 0x3f | 0x80
        let hex = Hex.encode(bytes)
        var parts: [Substring] = []
        var rest = hex[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }
}
