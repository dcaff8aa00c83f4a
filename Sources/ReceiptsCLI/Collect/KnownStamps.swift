import Evidence

/// `ledger/stamps`: by which files are recognised unread, a source and a stamp on each line. No part of the ledger: without it, or with a line that is
/// wrong, files are read and found by their digests.
struct KnownStamps {
    private let path: String
    private let before: [UInt8]
    private var bySource: [String: Set<String>] = [:]

    init(_ folder: ProgrammeFolder) {
        path = folder.ledgerFolder + "/stamps"
        before = (try? Files.read(path)) ?? []
        for line in String(decoding: before, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2 { bySource[String(words[0]), default: []].insert(String(words[1])) }
        }
    }

    func of(_ source: SourceID) -> Set<String> { bySource[source.text] ?? [] }
    /// Those of the last pull alone: a file that is gone needs none.
    mutating func note(_ stamps: [String], of source: SourceID) { bySource[source.text] = stamps.isEmpty ? nil : Set(stamps) }

    /// Writes what changed, or says why not: the run is whole without it. What a crash leaves half written is no stamp.
    func write() -> Diagnostic? {
        let lines = bySource.flatMap { source, stamps in stamps.map { "\(source) \($0)\n" } }.sorted()
        let bytes = Array(lines.joined().utf8)
        guard bytes != before else { return nil }
        do throws(FileError) { try Files.write(path, bytes) } catch {
            return .warning(error.text, hint: "the next run reads every file to see whether it changed")
        }
        return nil
    }
}
