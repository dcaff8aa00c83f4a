import Anchors
import Archive
import Evidence
import Ledger
import Seal
import Verification

/// The signed bag of one revision: the portal, the ledger up to the checkpoint, controls and templates in force, keys, and how to verify it all.
struct PeriodArchive {
    private let session: Session
    private let templates: [(path: String, bytes: [UInt8])]
    private let portal: String

    init(_ session: Session, _ templates: [(path: String, bytes: [UInt8])], portal: String) {
        self.session = session
        self.templates = templates
        self.portal = portal
    }

    /// What a bag is packed in, and how it is hashed.
    struct Packing {
        let format: ArchiveFormat
        let hasSHA512: Bool
        static let usual = Packing(format: .tarZstd, hasSHA512: false)

        /// An archive that may have been handed out is not written anew, so it cannot take on what it lacks.
        func requireHashing(of path: String) throws {
            guard hasSHA512, try !ArchiveHashing.announcesSHA512(path) else { return }
            throw CommandError(
                .badInput, "'\(path)' is there already, without SHA-512 manifests, and an archive is not changed afterwards",
                hint: "'receipts publish --sha512 --output FOLDER' writes the same revision with them into another folder; nothing was changed")
        }
    }

    func write(to path: String, name: String, _ packing: Packing) throws {
        let scratch = PeriodArchive.scratch(of: path)
        try PeriodArchive.removeScratch(of: path)
        defer { try? Files.remove(scratch) }
        let signer = try session.signer()
        try ArchiveWriter.write(
            members: try members(scratch, name, packing), bagName: name, modified: session.head.sealedAt,
            info: [
                BagInfo("External-Identifier", name), BagInfo("Source-Organization", ascii(session.folder.programme.entity)),
                BagInfo("Bag-Software-Agent", toolVersion), BagInfo("Evidence-Root", session.head.root.description),
            ], to: path, format: packing.format, hasSHA512: packing.hasSHA512
        ) { digest, namespace in try SSHSignature(digest: digest, namespace: namespace, signer: signer).armored }
    }

    /// Where the ledger's records wait to be packed.
    private static func scratch(of path: String) -> String { path + ".records" }

    /// A run that was killed when its archive stood in place already, and this not yet removed, leaves it to the next one.
    static func removeScratch(of path: String) throws {
        if Files.exists(scratch(of: path)) { try Files.remove(scratch(of: path)) }
    }

    private func members(_ scratch: String, _ name: String, _ packing: Packing) throws -> [ArchiveMember] {
        var members = try Files.tree(portal).map { ArchiveMember("data/portal/" + $0, .file(portal + "/" + $0)) }
        members += session.folder.catalogueFiles.map { ArchiveMember("data/programme/" + $0.path, .bytes($0.bytes)) }
        members += templates.map { ArchiveMember("data/programme/site-templates/" + $0.path, .bytes($0.bytes)) }
        members += try ledgerMembers(scratch)
        members += try session.keyFiles().map { ArchiveMember("data/keys/" + $0.name, .bytes($0.bytes)) }
        members += try anchorMembers(besides: Set(members.map(\.name)))
        members.append(ArchiveMember("data/checkpoint", .bytes(session.head.note)))
        members.append(ArchiveMember("data/verifier_key", .bytes(Array((try session.verifierKey().text + "\n").utf8))))
        members.append(ArchiveMember("data/VERIFY.txt", .bytes(Array(VerifyText.text(session, name, packing).utf8))))
        return members
    }

    /// Entries as lines; records of each pull in a file of their own, in the form that docs/formats/archive.md describes.
    private func ledgerMembers(_ scratch: String) throws -> [ArchiveMember] {
        var members: [ArchiveMember] = []
        var lines: [UInt8] = []
        try session.store.ledger.forEachEntry { seq, bytes in
            guard seq < session.head.size else { return }
            lines += bytes + [10]
            guard LedgerEntry(bytes)?.recordCount != nil else { return }
            let path = scratch + "/e\(seq).records"
            try writeRecords(of: seq, to: path)
            members.append(ArchiveMember("data/ledger/e\(seq).records", .file(path)))
        }
        members.append(ArchiveMember("data/ledger/entries.jsonl", .bytes(lines)))
        let earlier = try session.store.ledger.checkpoints().filter { $0.size < session.head.size }
        members.append(ArchiveMember("data/ledger/checkpoints", .bytes(earlier.flatMap(\.note))))
        return members
    }

    /// Anchors, and the roots that the programme holds them against: where its files name them, and together beside the anchors.
    private func anchorMembers(besides taken: Set<String>) throws -> [ArchiveMember] {
        let anchors = session.anchors.anchors.flatMap(\.files).map { ArchiveMember("data/anchors/" + $0.name, .bytes($0.bytes)) }
        let files = try session.folder.trustFiles()
        let programme = files.map { ArchiveMember("data/programme/" + $0.path, .bytes($0.bytes)) }.filter { !taken.contains($0.name) }
        let settings = session.folder.programme.anchors
        let named = [(TrustRoots.authorityFile, settings.authorities), (TrustRoots.witnessFile, settings.witnesses)]
        let roots = named.compactMap { name, own -> ArchiveMember? in
            let bytes = files.filter { file in own.contains { $0.path == file.path } }.flatMap { $0.bytes + [10] as [UInt8] }
            return bytes.isEmpty ? nil : ArchiveMember("data/anchors/" + name, .bytes(bytes))
        }
        return anchors + programme + roots
    }

    private func writeRecords(of entry: Int, to path: String) throws {
        var buffer: [UInt8] = []
        try Files.write(path, [])
        try session.store.ledger.forEachRecord(of: entry) { record in
            buffer += Array("\(Hex.encode(record.salt)) \(record.whole.count)\n".utf8)
            buffer.append(contentsOf: record.whole)
            buffer.append(10)
            if buffer.count > 1 << 20 {
                try Files.write(path, buffer, append: true)
                buffer.removeAll(keepingCapacity: true)
            }
        }
        try Files.write(path, buffer, append: true)
    }

    /// Bag information is read by tools of every age: other characters are replaced.
    private func ascii(_ text: String) -> String { String(decoding: text.utf8.map { $0 >= 32 && $0 < 127 ? $0 : 63 }, as: UTF8.self) }
}
