/// A name that is checked where it enters: lower or upper case ASCII letters, digits, `-`, `_` and `.`, at most 80 bytes.
///
/// Such a name is safe as a file name, an XML token, a URL segment and an SQL string.
package protocol Identifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    var text: String { get }
    init(trusted text: String)
}

extension Identifier {
    package init?(_ text: String) {
        let allowed = text.utf8.allSatisfy { byte in
            (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || (byte >= 48 && byte <= 57) || byte == 45 || byte == 95 || byte == 46
        }
        guard allowed, let first = text.utf8.first, first != 45, first != 46, text.utf8.count <= 80 else { return nil }
        self.init(trusted: text)
    }
    package var description: String { text }
    package static func < (a: Self, b: Self) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }
}

package struct ControlID: Identifier {
    package let text: String
    package init(trusted text: String) { self.text = text }
}
package struct CriterionID: Identifier {
    package let text: String
    package init(trusted text: String) { self.text = text }
}
package struct SourceID: Identifier {
    package let text: String
    package init(trusted text: String) { self.text = text }
}
package struct KindName: Identifier {
    package let text: String
    package init(trusted text: String) { self.text = text }
}
package struct PeriodID: Identifier {
    package let text: String
    package init(trusted text: String) { self.text = text }
}

/// Where an artifact lies in the ledger: entry number of its pull, record number within it (0 is the evidence sheet).
package struct ArtifactID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let entry: Int
    package let record: Int

    package init(entry: Int, record: Int) {
        precondition(entry >= 0 && entry < 1 << 31 && record >= 0 && record < 1 << 32, "artifact out of range")
        self.entry = entry
        self.record = record
    }
    /// The one integer that index tables use: entry in the high bits, so that ledger order is integer order.
    package init(packed: Int64) { self.init(entry: Int(packed >> 32), record: Int(packed & 0xffff_ffff)) }
    package var packed: Int64 { Int64(entry) << 32 | Int64(record) }

    /// Stable for ever: `e12-r3`.
    package var description: String { "e\(entry)-r\(record)" }
    package init?(_ text: String) {
        let parts = text.split(separator: "-")
        guard parts.count == 2, parts[0].first == "e", parts[1].first == "r",
            let entry = Int(parts[0].dropFirst()), let record = Int(parts[1].dropFirst()),
            entry >= 0, entry < 1 << 31, record >= 0, record < 1 << 32
        else { return nil }
        self.init(entry: entry, record: record)
        // One name each: no signs, no zeros in front.
        guard description == text else { return nil }
    }
    package static func < (a: ArtifactID, b: ArtifactID) -> Bool { a.packed < b.packed }
}

/// A SHA-256 digest.
package struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Exactly 32 bytes.
    package let bytes: [UInt8]
    package init(_ bytes: [UInt8]) {
        precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
        self.bytes = bytes
    }
    package var description: String { Hex.encode(bytes) }
    package static func < (a: Digest, b: Digest) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}
