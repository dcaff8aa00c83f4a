import Crypto
import Evidence

/// The name under which a person is kept: the same person is the same name in every source of one ledger, and nobody without the key
/// can tell who it is.
///
/// `acct-` or `subj-` and the first 80 bits, in base32, of HMAC-SHA256(key, role ‖ 0 ‖ value), the value lower-cased and trimmed.
/// A value that is such a name already stays as it is.
package func pseudonym(_ value: String, as role: Pseudonym.Role, key: [UInt8]) -> String {
    String(decoding: Pseudonym.make(Array(value.utf8), role, HMAC(key: SymmetricKey(data: key))), as: UTF8.self)
}

package enum Pseudonym {
    package enum Role: String, Sendable {
        case account
        case subject

        var prefix: StaticString { self == .account ? "acct-" : "subj-" }
    }

    /// `keyed`: begun with the key, which is half of the work.
    static func make(_ value: [UInt8], _ role: Role, _ keyed: HMAC<SHA256>) -> [UInt8] {
        let plain = normalised(value)
        if plain.isEmpty { return value }
        if isPseudonym(plain) { return plain }
        var hmac = keyed
        hmac.update(data: Array(role.rawValue.utf8) + [0] + plain)
        var name = Array(role.prefix.description.utf8)
        append(Array(hmac.finalize().prefix(10)), to: &name)
        return name
    }

    package static func isOne(_ text: String) -> Bool { isPseudonym(Array(text.utf8)) }

    static func isPseudonym(_ text: some Collection<UInt8>) -> Bool {
        guard text.count == 21, text.starts(with: "acct-".utf8) || text.starts(with: "subj-".utf8) else { return false }
        return text.dropFirst(5).allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 50 && $0 <= 55) }
    }

    private static func normalised(_ value: [UInt8]) -> [UInt8] {
        if value.allSatisfy({ $0 < 128 }) {
            let low = value.firstIndex { $0 > 32 } ?? value.count
            let high = value.lastIndex { $0 > 32 }.map { $0 + 1 } ?? low
            return value[low..<high].map { $0 >= 65 && $0 <= 90 ? $0 | 32 : $0 }
        }
        let text = String(decoding: value, as: UTF8.self).unicodeScalars
        let trimmed = text.drop { $0.properties.isWhitespace }
        let end = trimmed.lastIndex { !$0.properties.isWhitespace }.map { trimmed.index(after: $0) } ?? trimmed.startIndex
        return Array(String(trimmed[..<end]).lowercased().utf8)
    }

    /// Base32 of RFC 4648 in lower case, no padding: 10 bytes become 16 letters.
    private static func append(_ bytes: [UInt8], to out: inout [UInt8]) {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                out.append(alphabet[Int(buffer >> bits & 31)])
            }
        }
    }
}
