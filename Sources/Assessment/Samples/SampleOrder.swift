import Crypto
import Evidence

/// The order in which a seed draws items: by HMAC-SHA256 with the seed as key and the item's key as message, smallest first.
///
/// It depends on nothing but the list and the seed, so that whoever has both draws the same with a shell.
package enum SampleOrder {
    /// Hexadecimal.
    package static func mark(_ key: String, seed: String) -> String {
        Hex.encode(HMAC<SHA256>.authenticationCode(for: Array(key.utf8), using: SymmetricKey(data: Array(seed.utf8))))
    }

    /// The items of the stratum, or all, in the order in which they are drawn. Items that share a key keep the list's order.
    package static func order(_ items: [FrozenItem], seed: String, stratum: String? = nil) -> [FrozenItem] {
        items.filter { stratum == nil || $0.stratum == stratum }.map { (mark: mark($0.key, seed: seed), item: $0) }
            .sorted { ($0.mark, $0.item.ordinal) < ($1.mark, $1.item.ordinal) }.map(\.item)
    }

    /// What commits to a seed before it is told.
    package static func digest(ofSeed seed: String) -> Evidence.Digest { Evidence.Digest(Array(SHA256.hash(data: Array(seed.utf8)))) }

    /// One line of shell that prints the keys drawn, in their order: cut, openssl and sort, none of ours.
    package static func command(list: String, seed: String, stratum: String?, size: Int) -> String {
        let keys =
            stratum.map { "S=\(quoted($0)) awk -F'\\t' '$4 == ENVIRON[\"S\"] {print $2}' \(quoted(list))" } ?? "cut -f2 \(quoted(list))"
        let mark = "printf %s \"$k\" | openssl dgst -sha256 -hmac \(quoted(seed)) -r | cut -c1-64"
        return "\(keys) | while IFS= read -r k; do printf '%s %s\\n' \"$(\(mark))\" \"$k\"; done | LC_ALL=C sort | head -n \(size) | cut -c66-"
    }

    /// For a POSIX shell.
    static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (byte | 32 >= 97 && byte | 32 <= 122) || (byte >= 48 && byte <= 57) || [45, 46, 47, 95].contains(byte)
            }
        return isPlain ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
