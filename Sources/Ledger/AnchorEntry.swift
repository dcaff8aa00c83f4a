import Evidence
import Seal

/// That somebody else vouched for an earlier head of this ledger. What they gave is kept as the entry's records, as a pull's are.
package struct AnchorEntry: Sendable, Hashable {
    /// Our clock when it was imported.
    package let at: Instant
    package let kind: AnchorKind
    /// Authority, witness or holder: 1 to 128 bytes, no control characters.
    package let by: String
    /// Entries of the anchored head.
    package let size: Int
    /// What the anchor itself says; nil for a held checkpoint.
    package let said: Said?
    /// Records and their root: the checkpoint, then the token or signature line.
    package let count: Int
    package let root: Digest

    package struct Said: Sendable, Hashable {
        /// With the accuracy that it claims.
        package let time: Span
        /// SHA-256 of the certificate (DER) or witness key (vkey line) that it was checked against.
        package let trust: Digest
        package init(time: Span, trust: Digest) {
            self.time = time
            self.trust = trust
        }
    }

    package init(at: Instant, kind: AnchorKind, by: String, size: Int, said: Said?, count: Int, root: Digest) {
        self.at = at
        self.kind = kind
        self.by = by
        self.size = size
        self.said = said
        self.count = count
        self.root = root
    }

    var json: JSON {
        var members: [String: JSON] = [
            "type": "anchor", "at": .string(at.description), "kind": .string(kind.rawValue), "by": .string(by), "size": .int(size), "count": .int(count),
            "root": .string(Base64.encode(root.bytes)),
        ]
        if let said {
            members["earliest"] = .string(said.time.earliest.description)
            members["latest"] = .string(said.time.latest.description)
            members["trust"] = .string(Base64.encode(said.trust.bytes))
        }
        return .object(members)
    }

    /// Nil where a part is missing or is not one.
    init?(_ json: JSON, at: Instant) {
        guard let kind = json["kind"]?.text.flatMap(AnchorKind.init(rawValue:)), let by = json["by"]?.text, AnchorEntry.isName(by),
            let size = json["size"]?.int, size > 0, let count = json["count"]?.int, count == kind.recordCount, let root = LedgerEntry.digest(json["root"])
        else { return nil }
        var said: Said?
        if kind.isIndependent {
            guard let earliest = json["earliest"]?.text.flatMap({ Instant($0) }), let latest = json["latest"]?.text.flatMap({ Instant($0) }),
                earliest <= latest, let trust = LedgerEntry.digest(json["trust"])
            else { return nil }
            said = Said(time: Span(earliest: earliest, latest: latest), trust: trust)
        }
        self.init(at: at, kind: kind, by: by, size: size, said: said, count: count, root: root)
    }

    package static func isName(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
    }
}

extension AnchorKind {
    /// A held checkpoint is its own proof.
    var recordCount: Int { isIndependent ? 2 : 1 }
}

/// An anchor as the ledger keeps it.
package struct StoredAnchor: Sendable {
    package let entry: Int
    package let anchor: AnchorEntry
    /// The anchored checkpoint's note; of a held one as it came back.
    package let checkpoint: [UInt8]
    /// Token or signature line; empty for a held checkpoint.
    package let proof: [UInt8]

    package init(entry: Int, anchor: AnchorEntry, checkpoint: [UInt8], proof: [UInt8]) {
        self.entry = entry
        self.anchor = anchor
        self.checkpoint = checkpoint
        self.proof = proof
    }

    /// As it stands in the log.
    package var entryBytes: [UInt8] { LedgerEntry.anchor(anchor).bytes }
}

extension LedgerFile {
    /// Enters an anchor in one transaction with its records, and gives its number. The caller has checked it, and signs afterwards.
    package func append(
        anchor kind: AnchorKind, at: Instant, by: String, size: Int, said: AnchorEntry.Said?, checkpoint: [UInt8], proof: [UInt8], randomness: Randomness
    ) throws -> Int {
        var randomness = randomness.forked("anchor \(try self.size())")
        var tree = CompactRange(begin: 0)
        var packed: [UInt8] = []
        let parts = kind.isIndependent ? [checkpoint, proof] : [checkpoint]
        for bytes in parts {
            var whole: [UInt8] = []
            StoredRecord.header(role: .anchor, origin: 0, ordinal: 0, receivedDigest: [], into: &whole)
            whole += bytes
            let salt = randomness.bytes(Segment.saltSize)
            tree.append(salt.withUnsafeBytes { salt in whole.withUnsafeBytes { TreeHash.leaf(salt: salt, record: $0) } })
            PackedRecords.append(salt: salt, whole: whole, to: &packed)
        }
        let entry = AnchorEntry(at: at, kind: kind, by: by, size: size, said: said, count: parts.count, root: tree.root().digest)
        return try database.transaction {
            let seq = try insert(.anchor(entry))
            try PackedRecords(entry: seq, count: parts.count, packed).write(to: database)
            return seq
        }
    }

    /// Every anchor, in order. Throws `damaged` where one's records are not two or one that can be read.
    package func anchors() throws -> [StoredAnchor] {
        var found: [StoredAnchor] = []
        try forEachAnchorEntry { seq, anchor in found.append(try storedAnchor(seq, anchor)) }
        return found
    }

    func forEachAnchorEntry(_ body: (Int, AnchorEntry) throws -> Void) throws {
        // Keys are sorted, so an anchor's entry ends in its type.
        let rows = try database.prepare("SELECT seq, bytes FROM entry WHERE substr(bytes, -16) = CAST('\"type\":\"anchor\"}' AS BLOB) ORDER BY seq")
        while try rows.step() {
            if case .anchor(let anchor)? = LedgerEntry(rows.blob(1)) { try body(rows.int(0), anchor) }
        }
    }

    func storedAnchor(_ seq: Int, _ anchor: AnchorEntry) throws -> StoredAnchor {
        var parts: [[UInt8]] = []
        try forEachRecord(of: seq) { record in
            guard record.role == .anchor, parts.count < 2 else { throw LedgerError.damaged(record.id, reason: "not a part of an anchor") }
            parts.append(Array(record.bytes))
        }
        guard parts.count == anchor.count else { throw LedgerError.damaged(ArtifactID(entry: seq, record: 0), reason: "a part of the anchor is missing") }
        return StoredAnchor(entry: seq, anchor: anchor, checkpoint: parts[0], proof: parts.count > 1 ? parts[1] : [])
    }
}
