import Crypto
import Evidence

/// Names of files as they are stored and shown. What looks like personal data or a secret is replaced as in a record, with eight digits of a keyed digest
/// after the rule, so that two names stay two.
package struct NameRedaction: Sendable {
    private let key: SymmetricKey

    package init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    package func callAsFunction(_ name: String) -> String {
        let bytes = Array(name.utf8)
        let hits = LeakScan.scan(bytes)
        guard !hits.isEmpty else { return name }
        var out: [UInt8] = []
        var done = 0
        for hit in hits {
            out += bytes[done..<hit.range.lowerBound]
            var hmac = HMAC<SHA256>(key: key)
            // Apart from the digests of records (`r`) and the pseudonyms of people.
            hmac.update(data: [0x6e])
            hmac.update(data: bytes[hit.range])
            out += "[redacted:\(hit.rule.rawValue)-\(Hex.encode(Array(hmac.finalize().prefix(4))))]".utf8
            done = hit.range.upperBound
        }
        return String(decoding: out + bytes[done...], as: UTF8.self)
    }
}
