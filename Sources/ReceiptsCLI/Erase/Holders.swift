import Archive
import Evidence
import Ledger

/// Which published revisions and archives still hold records that are to be erased. They are read, and never changed.
struct Holders {
    private let output: String
    private let origin: String

    init(_ output: String, origin: String) {
        self.output = output
        self.origin = origin
    }

    /// In order of their path.
    func of(_ erasures: [LedgerEntry.Erasure]) throws -> [(place: String, holds: String)] {
        var found: [(String, String)] = []
        guard Files.isFolder(output) else { return found }
        for period in try Files.list(output) where !period.hasPrefix(".") && Files.isFolder(output + "/" + period) {
            for name in try Files.list(output + "/" + period) {
                let path = "\(output)/\(period)/\(name)"
                let isPortal = Files.exists(path + "/revision.json")
                let holds = ArchiveFormat(path: name) != nil ? try archive(path, erasures) : isPortal ? try portal(path, erasures) : nil
                if let holds { found.append((shown(path), holds)) }
            }
        }
        return found
    }

    private func shown(_ path: String) -> String { path.hasPrefix("./") ? String(path.dropFirst(2)) : path }

    // MARK: Archives

    /// An archive has every record below its checkpoint, but for those that were erased before.
    private func archive(_ path: String, _ erasures: [LedgerEntry.Erasure]) throws -> String? {
        let scratch = try Files.makeTemporaryFolder(named: "receipts-erase")
        defer { try? Files.remove(scratch) }
        let names = Set(erasures.map { "data/ledger/e\($0.artifact.entry).records" } + ["data/portal/revision.json"])
        _ = try ArchiveUnpacker.unpack(path, to: scratch) { names.contains($0) }
        guard try isOurs(scratch + "/data/portal") else { return nil }
        var count = 0
        for (entry, group) in Dictionary(grouping: erasures, by: \.artifact.entry) {
            let file = "\(scratch)/data/ledger/e\(entry).records"
            guard Files.exists(file) else { continue }
            let held = try LedgerFile.archivedRecords(in: try Files.read(file))
            count += group.count { held.contains($0.artifact.record) }
        }
        return count == 0 ? nil : "\(count == 1 ? "the record" : "\(count) of the records")"
    }

    private func isOurs(_ folder: String) throws -> Bool {
        guard Files.exists(folder + "/revision.json") else { return false }
        return (try? JSON.parse(try Files.read(folder + "/revision.json")))?["origin"]?.text == origin
    }

    // MARK: Portals

    private func portal(_ folder: String, _ erasures: [LedgerEntry.Erasure]) throws -> String? {
        guard try isOurs(folder) else { return nil }
        let raw = erasures.count { Files.exists("\(folder)/raw/\($0.leaf).txt") }
        let ids = Set(erasures.map(\.artifact.description))
        let pages = try Files.tree(folder).count { path in
            guard [".html", ".csv", ".json", ".xml"].contains(where: path.hasSuffix) else { return false }
            return Holders.names(ids, in: try Files.read(folder + "/" + path))
        }
        if raw == 0, pages == 0 { return nil }
        let bytes = raw == 0 ? [] : ["the bytes of \(raw)"]
        return (bytes + (pages == 0 ? [] : ["named on \(pages) \(pages == 1 ? "page or table" : "pages or tables")"])).joined(separator: ", ")
    }

    /// Whether one of the ids stands in the text as a whole word.
    static func names(_ ids: Set<String>, in text: [UInt8]) -> Bool {
        var at = 0
        while at < text.count {
            guard text[at] == UInt8(ascii: "e"), at == 0 || !isWord(text[at - 1]) else {
                at += 1
                continue
            }
            var end = at + 1
            while end < text.count, isWord(text[end]) || text[end] == UInt8(ascii: "-") { end += 1 }
            if end - at < 24, ids.contains(String(decoding: text[at..<end], as: UTF8.self)) { return true }
            at = end
        }
        return false
    }

    private static func isWord(_ c: UInt8) -> Bool { (c >= 48 && c <= 57) || (c | 32 >= 97 && c | 32 <= 122) }
}
