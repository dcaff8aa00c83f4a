import Evidence
import Ledger
import Seal

/// An anchor as a portal or an archive carries it: what the ledger keeps, and how its head and the one published belong together.
package struct PublishedAnchor: Sendable {
    package let stored: StoredAnchor
    /// The files, by name in the folder of anchors.
    package let files: [(name: String, bytes: [UInt8])]

    /// `head`: the published one. `leaves`: of all entries, so that either head can be shown to extend the other.
    package init(_ stored: StoredAnchor, head: (size: Int, note: [UInt8]), leaves: [Digest32]) {
        self.stored = stored
        let name = "e\(stored.entry)."
        var files = [(name + Part.entry.rawValue, stored.entryBytes), (name + Part.checkpoint.rawValue, stored.checkpoint)]
        switch stored.anchor.kind {
        case .timestamp: files.append((name + Part.token.rawValue, stored.proof))
        case .cosignature: files.append((name + Part.cosignature.rawValue, stored.proof))
        case .held: break
        }
        let (old, new) = (min(head.size, stored.anchor.size), max(head.size, stored.anchor.size))
        if old < new, new <= leaves.count {
            var text = "old \(old)\n"
            for hash in TreeLevels(Array(leaves[..<new])).consistencyPath(from: old) { text += hash.base64 + "\n" }
            files.append((name + Part.consistency.rawValue, Array((text + "\n").utf8) + (new == head.size ? head.note : stored.checkpoint)))
        }
        self.files = files.map { (name: $0.0, bytes: $0.1) }
    }

    private init(_ stored: StoredAnchor, files: [(name: String, bytes: [UInt8])]) {
        self.stored = stored
        self.files = files
    }

    /// What follows `e<entry>.` in a name.
    private enum Part: String, CaseIterable {
        case entry = "entry.json"
        case checkpoint = "checkpoint.txt"
        case token = "tst"
        case cosignature = "cosignature.txt"
        /// `old <size>`, hashes, an empty line, the larger of the two checkpoints: what a C2SP tlog-witness is sent.
        case consistency = "consistency.txt"
    }

    /// Reads what such files hold, in order of entry. Names that are not theirs are left alone.
    package static func read(_ files: [String: [UInt8]]) -> (anchors: [PublishedAnchor], findings: [String]) {
        var parts: [Int: [Part: [UInt8]]] = [:]
        for (name, bytes) in files {
            let words = name.split(separator: ".", maxSplits: 1)
            guard words.count == 2, words[0].first == "e", let entry = Int(words[0].dropFirst()), let part = Part(rawValue: String(words[1])) else { continue }
            parts[entry, default: [:]][part] = bytes
        }
        var anchors: [PublishedAnchor] = []
        var findings: [String] = []
        for (entry, parts) in parts.sorted(by: { $0.key < $1.key }) {
            if let stored = stored(entry, parts) {
                let named = Part.allCases.compactMap { part in parts[part].map { (name: "e\(entry).\(part.rawValue)", bytes: $0) } }
                anchors.append(PublishedAnchor(stored, files: named))
            } else {
                findings.append("anchor e\(entry): its files are not those of an anchor")
            }
        }
        return (anchors, findings)
    }

    private static func stored(_ entry: Int, _ parts: [Part: [UInt8]]) -> StoredAnchor? {
        guard let bytes = parts[.entry], case .anchor(let anchor)? = LedgerEntry(bytes), let checkpoint = parts[.checkpoint] else { return nil }
        let proof: [UInt8]?
        switch anchor.kind {
        case .timestamp: proof = parts[.cosignature] == nil ? parts[.token] : nil
        case .cosignature: proof = parts[.token] == nil ? parts[.cosignature] : nil
        case .held: proof = parts[.token] == nil && parts[.cosignature] == nil ? [] : nil
        }
        return proof.map { StoredAnchor(entry: entry, anchor: anchor, checkpoint: checkpoint, proof: $0) }
    }

    /// Why its head and the published one are not of one history; nil if they are.
    package func flaw(against head: SignedHead, _ signer: CheckpointVerifier) -> String? {
        guard let own = signer.open(stored.checkpoint, of: stored.anchor.kind) else { return "its checkpoint is none that the ledger's key signed" }
        guard own.size == stored.anchor.size else { return "its checkpoint is of size \(own.size), the entry says \(stored.anchor.size)" }
        if own.size == head.size { return own.root == head.root ? nil : "it is over another tree" }
        let (old, new) = own.size < head.size ? (own, head) : (head, own)
        guard let path = consistencyPath(from: old.size) else { return "nothing shows that its head and the published one are of one history" }
        do {
            try MerkleTree.verifyConsistency(from: old.size, to: new.size, oldRoot: old.root, newRoot: new.root, path: path)
            return nil
        } catch {
            return "it is over another history: \(error)"
        }
    }

    private func consistencyPath(from old: Int) -> [Digest32]? {
        guard let file = files.first(where: { $0.name.hasSuffix("." + Part.consistency.rawValue) })?.bytes else { return nil }
        let head = file.split(separator: 10, omittingEmptySubsequences: false).prefix { !$0.isEmpty }
        guard let first = head.first, first.elementsEqual("old \(old)".utf8) else { return nil }
        let path = head.dropFirst().map { Digest32(base64: String(decoding: $0, as: UTF8.self)) }
        return path.contains(nil) ? nil : path.compactMap { $0 }
    }
}
