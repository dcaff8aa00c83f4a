import Controls
import Evidence

/// An entry of `sources:` that uses a ready-made mapping, and where it goes in `receipts.yaml`: what stands there stays, byte for byte.
struct SourceEntry {
    let id: String
    let mapping: ReadyMadeMapping
    let owner: String
    /// What the mapping's location becomes: one pattern, repository or database; of a program the words of its command, none for the mapping's own.
    let location: [String]
    /// Of a server on this machine or on a network of one's own, which is asked only where its source says so.
    var isOwnNetwork = false

    private func lines(indent: String) -> [String] {
        var lines = ["\(indent)- id: \(id)", "\(indent)  use: \(mapping.name)", "\(indent)  owner: \(SourceEntry.scalar(owner))"]
        guard let key = mapping.locationKey, let first = location.first else { return lines }
        lines.append(
            key == "command"
                ? "\(indent)  command: [\(location.map(SourceEntry.scalar).joined(separator: ", "))]" : "\(indent)  \(key): \(SourceEntry.scalar(first))")
        if isOwnNetwork { lines.append("\(indent)  allow: [private]") }
        return lines
    }

    /// As a person would write it there.
    var text: String { lines(indent: "  ").joined(separator: "\n") }

    /// `text` with the entry behind the last one of its `sources:`; nil where that list is not written one entry a line.
    func added(to text: [UInt8]) -> [UInt8]? {
        var lines = text.split(separator: 10, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard let head = lines.firstIndex(where: { $0.hasPrefix("sources:") }) else { return nil }
        let rest = lines[head].dropFirst("sources:".count).prefix { $0 != "#" }.filter { $0 != " " && $0 != "\t" && $0 != "\r" }
        if rest == "[]" { lines[head] = "sources:" } else if !rest.isEmpty { return nil }
        var last = head
        var indent = "  "
        for (i, line) in lines.enumerated().dropFirst(head + 1) {
            let content = line.drop { $0 == " " }
            if content.isEmpty || content.hasPrefix("#") { continue }
            if content.count == line.count, !content.hasPrefix("- ") { break }
            if last == head { indent = String(line.prefix { $0 == " " }) }
            last = i
        }
        lines.insert(contentsOf: self.lines(indent: indent), at: last + 1)
        if last + 1 + self.lines(indent: indent).count == lines.count { lines.append("") }
        return SourceEntry.bytes(lines)
    }

    private static func bytes(_ lines: [String]) -> [UInt8] { Array(lines.joined(separator: "\n").utf8) }

    /// Plain where YAML reads it as that very text wherever it stands, else in single quotes.
    static func scalar(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0 | 32) && $0 > 64 || "_./*-".utf8.contains($0) }
        let words = ["", "-", "~", "null", "true", "false", "yes", "no", "on", "off"]
        let first = text.utf8.first ?? 32
        let startsWell = (97...122).contains(first | 32) && first > 64 || first == UInt8(ascii: "/")
        if isPlain, startsWell, !words.contains(text.lowercased()) { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
