import Evidence
import Seal

/// The text files of a bag (RFC 8493), printed one way and read strictly.
enum BagText {
    static let declaration = "bagit.txt"
    static let info = "bag-info.txt"
    static let manifest = "manifest-sha256.txt"
    static let tagManifest = "tagmanifest-sha256.txt"
    static let signature = "tagmanifest-sha256.txt.sig"
    static let fetch = "fetch.txt"
    /// Payload manifest and tag manifest with SHA-512, in bags whose information announces them.
    static let longManifests = ["manifest-sha512.txt", "tagmanifest-sha512.txt"]
    /// Stands in `bag-info.txt`, which comes before the payload: a reader that streams must know what to hash.
    static let twoManifests = BagInfo("Manifest-Algorithms", "sha256 sha512")
    /// Section 2.1.1.
    static let declarationText = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

    static func isPayload(_ name: String) -> Bool { name.utf8.starts(with: "data/".utf8) }
    /// Names that the writer makes itself.
    static func isReserved(_ name: String) -> Bool {
        let folded = MemberName.folded(name)
        return [declaration, info, fetch].contains(folded) || folded.hasPrefix("manifest-") || folded.hasPrefix("tagmanifest-")
    }

    /// `sha256sum -c` reads it too. `entries` are sorted by name.
    static func manifestText(_ entries: some Sequence<(name: String, digest: Digest32)>) -> [UInt8] {
        manifestText(entries.lazy.map { (name: $0.name, digest: $0.digest.bytes) })
    }

    static func manifestText(_ entries: some Sequence<(name: String, digest: [UInt8])>) -> [UInt8] {
        var text: [UInt8] = []
        for (name, digest) in entries { text += "\(Hex.encode(digest))  \(name)\n".utf8 }
        return text
    }

    struct Flaw: Error {
        let line: Int
        let reason: String
    }

    static func readManifest(_ text: [UInt8]) -> (entries: [(name: String, digest: Digest32)], flaws: [Flaw]) {
        let (entries, flaws) = readManifest(text, bytes: 32, "SHA-256")
        return (entries.compactMap { entry in Digest32(entry.digest).map { (entry.name, $0) } }, flaws)
    }

    /// The lines of a manifest: 64 lower-case hexadecimal digits, two blanks or a blank and an asterisk, a name. Bad lines are collected. 128 for SHA-512.
    static func readManifest(_ text: [UInt8], bytes: Int, _ algorithm: String) -> (entries: [(name: String, digest: [UInt8])], flaws: [Flaw]) {
        let digits = 2 * bytes
        var entries: [(name: String, digest: [UInt8])] = []
        var flaws: [Flaw] = []
        var lines = text.split(separator: 10, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true {
            lines.removeLast()
        } else {
            flaws.append(Flaw(line: lines.count, reason: "the last line is not ended"))
        }
        for (number, line) in lines.enumerated() {
            let name = line.dropFirst(digits + 2)
            let gap = line.dropFirst(digits).prefix(2)
            guard line.count > digits + 2, gap.elementsEqual("  ".utf8) || gap.elementsEqual(" *".utf8), let digest = digest(line.prefix(digits)) else {
                flaws.append(Flaw(line: number + 1, reason: "expected a \(algorithm) digest in lower case, two blanks and a name"))
                continue
            }
            if let flaw = MemberName.flaw(Array(name)) {
                flaws.append(Flaw(line: number + 1, reason: flaw))
                continue
            }
            entries.append((String(decoding: name, as: UTF8.self), digest))
        }
        return (entries, flaws)
    }

    private static func digest(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        // One spelling only, so that no byte of a manifest can change unseen.
        guard !text.contains(where: { (65...90).contains($0) }) else { return nil }
        return Hex.decode(String(decoding: text, as: UTF8.self))
    }

    /// `Label: value` lines; nil for anything else. Lines that a blank begins continue the line before (section 2.2.2).
    static func readInfo(_ text: [UInt8]) -> [BagInfo]? {
        guard let text = String(validating: text, as: UTF8.self), text.isEmpty || text.utf8.last == 10 else { return nil }
        var info: [BagInfo] = []
        for line in text.utf8.split(separator: 10) {
            if line.first == 32 || line.first == 9, let last = info.popLast() {
                info.append(BagInfo(last.label, last.value + " " + String(decoding: line.drop { $0 == 32 || $0 == 9 }, as: UTF8.self)))
                continue
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == 32 || $0 == 9 }
            info.append(BagInfo(String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        return info
    }
}

/// One line of `bag-info.txt`: `External-Identifier: 2026-h1`.
package struct BagInfo: Hashable, Sendable {
    package let label: String
    package let value: String
    package init(_ label: String, _ value: String) {
        self.label = label
        self.value = value
    }

    /// Why it cannot be written, nil if it can.
    var flaw: String? {
        if label.isEmpty || !label.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") }) {
            return "a label is ASCII without blanks and colons"
        }
        if !value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) { return "a value is one line" }
        if ["payload-oxum", "bagging-date", "manifest-algorithms"].contains(MemberName.folded(label)) { return "'\(label)' is written by the archive itself" }
        return nil
    }
}
