import Crypto
import Evidence

/// One line of a frozen population.
package struct FrozenItem: Hashable, Sendable {
    /// From 1, in the order of the list.
    package let ordinal: Int
    /// The key as `FrozenList.key` writes it.
    package let key: String
    /// RFC 3339; two instants with a slash where only a span is known; `-` where nothing is.
    package let at: String
    /// Empty where the population was frozen without strata.
    package let stratum: String
}

/// A population as it was frozen: items in the order of their keys' bytes, one a line. docs/formats/sample.md.
package struct FrozenList: Sendable {
    package let items: [FrozenItem]

    /// Sorts and numbers. Items that share a key follow each other by their instants.
    package init(_ unsorted: [(key: String, at: String, stratum: String)]) {
        let sorted = unsorted.sorted { a, b in
            if a.key != b.key { return a.key.utf8.lexicographicallyPrecedes(b.key.utf8) }
            return (a.at, a.stratum) < (b.at, b.stratum)
        }
        items = sorted.enumerated().map { FrozenItem(ordinal: $0 + 1, key: $1.key, at: $1.at, stratum: $1.stratum) }
    }

    /// Nil unless the bytes are exactly what `bytes` would write.
    package init?(_ bytes: [UInt8]) {
        var items: [FrozenItem] = []
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast() {
            let cells = line.split(separator: 9, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
            guard cells.count == 4, cells[0] == String(items.count + 1) else { return nil }
            items.append(FrozenItem(ordinal: items.count + 1, key: cells[1], at: cells[2], stratum: cells[3]))
        }
        self.items = items
        guard self.bytes == bytes else { return nil }
    }

    package var bytes: [UInt8] {
        var out: [UInt8] = []
        for item in items { out += FrozenList.line(item).utf8 }
        return out
    }
    package var digest: Evidence.Digest { Evidence.Digest(Array(SHA256.hash(data: bytes))) }

    package static func line(_ item: FrozenItem) -> String { "\(item.ordinal)\t\(item.key)\t\(item.at)\t\(item.stratum)\n" }

    /// A key's columns with `|` between them. In a column a backslash, that bar and whatever would break a line or a cell are escaped, so that two keys
    /// never read the same.
    package static func key(_ columns: [String]) -> String { columns.map(escape).joined(separator: "|") }

    package static func escape(_ text: String) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 92: out += [92, 92]
            case 124: out += [92, 124]
            case 9: out += "\\t".utf8
            case 10: out += "\\n".utf8
            case 13: out += "\\r".utf8
            case 0: out += "\\0".utf8
            default: out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    package static func at(_ span: Span?) -> String {
        guard let span else { return "-" }
        return span.isExact ? span.earliest.description : "\(span.earliest)/\(span.latest)"
    }
}

extension ItemResult {
    /// As frozen lists, draws and decisions name the item.
    package var frozenKey: String { FrozenList.key(key) }
}
