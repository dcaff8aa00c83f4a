import Assessment
import Evidence
import Ledger
import Portal
import Seal

/// One record, and its way to the head that the session stands on.
struct RecordProof {
    private let session: Session
    private let artifact: ArtifactView
    private let proof: ArtifactProof
    private let checkpoint: Checkpoint
    /// As the ledger's own bytes say, not as the index does; so are the two below.
    private let rows: [(kind: Kind, row: KindRow)]
    private let originName: String?
    private let sealedAt: Instant?
    private let tombstone: (entry: Int, erasure: LedgerEntry.Erasure)?

    /// Throws where the record is not in the ledger, lies behind the signed head, or does not lead to it.
    init(_ session: Session, _ id: ArtifactID) throws {
        self.session = session
        guard case .pull(let pull)? = try session.store.ledger.entryBytes(id.entry).flatMap({ LedgerEntry($0) }), id.entry < session.head.size,
            id.record < pull.count
        else {
            throw CommandError(
                .badInput, "there is no record \(id) under the signed head of \(session.head.size) entries",
                hint: "a record's id is its pull's entry and its number there: e12-r0 is the evidence sheet of entry 12")
        }
        let artifact = try LedgerRecords(session).artifact(id)
        guard let proof = artifact.proof else { throw LedgerError.damaged(id, reason: "the signed head does not cover it") }
        self.artifact = artifact
        self.proof = proof
        checkpoint = try RecordProof.verified(artifact, proof, by: session)
        var reread = try Reread(session.store, kinds: session.folder.catalogue.kinds)
        rows = try reread.kindRows(of: id)
        originName = try reread.originName(of: id)
        sealedAt = try reread.sealedAt(id.entry, below: session.head.size)
        tombstone = artifact.role == .erased ? try RecordProof.tombstone(of: id, session.store.ledger) : nil
    }

    /// Once more from the proof alone, as whoever receives it would.
    private static func verified(_ artifact: ArtifactView, _ proof: ArtifactProof, by session: Session) throws -> Checkpoint {
        // Of an erased record the leaf hash alone is left, and leads there all the same.
        guard artifact.role == .erased || TreeHash.leaf(proof.preimage).digest == artifact.leaf else {
            throw LedgerError.damaged(artifact.id, reason: "its bytes have another leaf hash")
        }
        try MerkleTree.verifyInclusion(
            leaf: Digest32(artifact.leaf), index: proof.recordIndex, size: proof.recordCount, path: proof.recordPath.map { Digest32($0) },
            root: Digest32(proof.recordsRoot))
        guard case .pull(let pull)? = LedgerEntry(proof.entry), pull.root == proof.recordsRoot else {
            throw LedgerError.damaged(artifact.id, reason: "its pull's entry names another root")
        }
        return try TlogProof(Array(proof.tlogProof.utf8)).verify(
            leaf: TreeHash.leaf(proof.entry), origin: session.store.ledger.genesis.origin, trusted: [try session.verifierKey()])
    }

    private static func tombstone(of id: ArtifactID, _ ledger: LedgerFile) throws -> (entry: Int, erasure: LedgerEntry.Erasure)? {
        var found: (entry: Int, erasure: LedgerEntry.Erasure)?
        try ledger.forEachEntry { seq, bytes in
            if case .erasure(let erasure)? = LedgerEntry(bytes), erasure.artifact == id { found = (seq, erasure) }
        }
        return found
    }

    // MARK: Said

    private var facts: [(name: String, value: String)] {
        var facts = [("source", artifact.source.text)]
        if let origin = originName { facts.append(("origin", origin + (artifact.ordinal.map { ", record \($0)" } ?? ""))) }
        facts.append(("happened", rows.first?.row.at.map { $0.isExact ? "\($0.earliest)" : "\($0.earliest) to \($0.latest)" } ?? "nothing says when"))
        facts += [("collected", "\(artifact.collectedAt)"), ("sealed", sealedAt.map { "\($0)" } ?? "not sealed")]
        if let reason = artifact.reason { facts.append(("reason", reason)) }
        if let tombstone {
            facts.append(
                ("erased", "\(tombstone.erasure.at) by entry \(tombstone.entry), allowed by \(tombstone.erasure.approver): \(tombstone.erasure.reason)"))
        }
        return facts + [
            ("leaf", "\(artifact.leaf)"), ("record", "\(proof.recordIndex) of \(proof.recordCount) under \(proof.recordsRoot)"),
            ("entry", "\(proof.entryIndex) of \(checkpoint.size) under \(checkpoint.root)"),
            ("head signed by", session.head.keys.tenure(signing: session.head.size).key.fingerprint),
        ]
    }

    func text(writtenTo folder: String?) -> String {
        let width = facts.map(\.name.count).max() ?? 0
        var lines = ["\(artifact.id): \(artifact.role.title), led to the signed head"]
        lines += facts.map { "  \($0.name)\(String(repeating: " ", count: width - $0.name.count))  \($0.value.shown)" }
        for (kind, row) in rows {
            lines.append("  as \(kind.name): " + row.fields.compactMap { field in field.value.map { "\(field.name) \($0.shown)" } }.joined(separator: "; "))
        }
        if let folder {
            lines += ["written to '\(folder)'; there, with openssl alone:", "  sh proof/verify.sh.txt \(artifact.id)"]
        } else {
            lines += artifact.role == .erased ? ["erased: only the leaf hash is left"] : ["its bytes, as they are kept:", shownBytes]
        }
        return lines.joined(separator: "\n")
    }

    /// As much as a terminal bears; what it would obey is spelt out.
    private var shownBytes: String {
        let lines = String(naming: artifact.bytes.prefix(RecordProof.shownLimit)).split(separator: "\n", omittingEmptySubsequences: false)
        let rest = artifact.bytes.count > RecordProof.shownLimit ? ["… \(artifact.bytes.count) bytes in all: --out writes them"] : []
        return (lines.map { String($0).shown } + rest).joined(separator: "\n")
    }
    private static let shownLimit = 16_000

    var json: JSON {
        [
            "artifact": .string(artifact.id.description), "role": .string(artifact.role.title), "source": .string(artifact.source.text),
            "occurred_from": rows.first?.row.at.map { .instant($0.earliest) } ?? .null,
            "occurred_to": rows.first?.row.at.map { .instant($0.latest) } ?? .null,
            "collected_at": .instant(artifact.collectedAt), "sealed_at": sealedAt.map { .instant($0) } ?? .null,
            "leaf": .string("\(artifact.leaf)"), "record": .int(proof.recordIndex), "records": .int(proof.recordCount),
            "records_root": .string("\(proof.recordsRoot)"), "entry": .int(proof.entryIndex), "size": .int(checkpoint.size),
            "root": .string("\(checkpoint.root)"), "key": .string(session.head.keys.tenure(signing: session.head.size).key.fingerprint),
            "rows": .array(
                rows.map { kind, row in
                    [
                        "kind": .string(kind.name.text),
                        "fields": .object(Dictionary(uniqueKeysWithValues: row.fields.map { ($0.name, $0.value.map { .string($0) } ?? .null) })),
                    ]
                }),
            "text": .string(String(naming: artifact.bytes)),
        ]
    }

    // MARK: Written

    /// What a portal holds of the record, by the same names, so that the same script checks it. The folder must not be there, or be empty; a failure
    /// leaves none that was not there.
    func write(to folder: String, script: [UInt8]) throws {
        guard artifact.role != .erased else {
            throw CommandError(.badInput, "\(artifact.id) is erased: there are no bytes that could be proved", hint: "without --out its tombstone is told")
        }
        if Files.exists(folder), try !Files.isFolder(folder) || !Files.list(folder).isEmpty {
            throw CommandError(.badInput, "'\(folder)' is there already", hint: "name a folder that is not there yet")
        }
        do { try fill(folder, script) } catch {
            try? Files.remove(folder)
            throw error
        }
    }

    private func fill(_ folder: String, _ script: [UInt8]) throws {
        let key = try session.verifierKey().text
        var writer = FolderWriter(folder, own: [key])
        try writeArtifact(artifact, to: &writer)
        try writer.write(path: "proof/verify.sh.txt", bytes: script)
        try writer.write(path: "proof/checkpoint.txt", bytes: session.head.note)
        try writer.write(path: "proof/verifier-key.txt", bytes: Array((key + "\n").utf8))
        for file in try session.keyFiles() { try writer.write(path: "keys/" + file.name, bytes: file.bytes) }
        try writer.refuseLeaks()
    }
}
