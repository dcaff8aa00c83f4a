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

/// `VERIFY.txt`: what a stranger does with stock tools.
enum VerifyText {
    /// `name`: the bag's, which is the archive's without its ending.
    static func text(_ session: Session, _ name: String, _ packing: PeriodArchive.Packing) -> String {
        let origin = session.store.ledger.genesis.origin
        let verify = "ssh-keygen -Y verify -O verify-time=\(SSHTime.text(session.signedAt)) -I \(origin)"
        let isRevoking = session.head.keys.tenures.contains { $0.revocation != nil }
        func revoked(_ place: String) -> String { isRevoking ? " -r \(place)revoked.krl" : "" }
        let list = isRevoking ? ", and revoked.krl beside it" : ""
        let archive = name + packing.format.ending
        let unpacker = packing.format == .zip ? "bsdtar or unzip" : "bsdtar or tar with zstd"
        let checks =
            ["manifest-sha256.txt", "tagmanifest-sha256.txt"].map { "sha256sum --strict --quiet -c \($0)" }
            + (packing.hasSHA512 ? ["manifest-sha512.txt", "tagmanifest-sha512.txt"] : []).map { "sha512sum --strict --quiet -c \($0)" }
        return """
            How to verify this archive without our software
            ===============================================

            You need: ssh-keygen (OpenSSH 9.1 or later), sha256sum, \(packing.hasSHA512 ? "sha512sum, " : "")\(unpacker);
            for steps 5 and 6 openssl (3.0 or later) and a POSIX shell.
            The archive was handed out as \(archive), with its signature \(archive).sig. If the files in front
            of you are called otherwise, put their names into steps 2 and 3.

            1. Take allowed_signers\(list) from somewhere you trust: the auditee handed it to you earlier, or its key's fingerprint over the phone.
               The copy in this archive (data/keys) proves only that the archive agrees with itself.

                   sed 's/.* ssh-ed25519/ssh-ed25519/' allowed_signers | ssh-keygen -l -f -

            2. The signature over the container file:

                   \(verify) -f allowed_signers\(revoked("")) -n receipts-archive@v1 -s \(archive).sig < \(archive)

               Expected: Good "receipts-archive@v1" signature for \(origin)

            3. Unpack, then check every file:

                   bsdtar -xf \(archive) && cd \(name)
                   \(checks.joined(separator: " && ")) && echo complete

            4. The signature inside the bag:

                   \(verify) -f ../allowed_signers\(revoked("../")) -n receipts-manifest@v1 -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt

            \(anchors(session))
            6. One artifact, from its bytes to the signed tree head: data/portal/integrity/index.html, step by step, with a short shell script.

            The time in these commands is the latest that the archive itself speaks of: it was signed then or later, by the key in force since.
            With it ssh-keygen looks up which key was in force (valid-after, valid-before). If your list has an earlier key only: in data/portal,
            'sh proof/verify.sh.txt keys' shows with openssl that each key signed the handover to the next.

            What this proves: nothing here changed since it was signed, and what an anchor of step 5 covers was there by its time. It does
            not prove that a source told the truth. It is management's record, not an auditor's report.

            """
    }

    private static func anchors(_ session: Session) -> String {
        func entries(_ kind: AnchorKind) -> [String] {
            session.anchors.anchors.filter { $0.stored.anchor.kind == kind }.map { "e\($0.stored.entry)" }
        }
        if session.anchors.anchors.isEmpty {
            return """
                5. Anchors: none. Nobody else vouches for when this was there: it is self-attested, no external anchor. If you keep
                   data/checkpoint from today on, whatever comes later must extend it ('receipts compare', 'receipts-verify ledger --anchor').

                """
        }
        let parts = [tokens(entries(.timestamp)), cosignatures(entries(.cosignature)), kept(entries(.held)), ofOneLog].compactMap { $0 }
        return """
            5. Anchors: somebody else's word over a checkpoint, in data/anchors, each with its entry in the log. An anchor covers the entries
               below the second line of its own checkpoint, the size, with their records: all of this archive's if that checkpoint is
               data/checkpoint. It covers no page: that the pages follow from the entries, 'receipts reperform' shows.

            """ + parts.joined()
    }

    private static func tokens(_ entries: [String]) -> String? {
        if entries.isEmpty { return nil }
        return """

               Time-stamp tokens. CA.pem: the authority's certificates from the authority itself, its root and, where a token does not bring
               it along, the one that it signs with (data/anchors/\(TrustRoots.authorityFile) proves only that the archive agrees with itself):

                   for E in \(entries.joined(separator: " ")); do
                     openssl ts -verify -token_in -in data/anchors/$E.tst -data data/anchors/$E.checkpoint.txt -CAfile CA.pem -untrusted CA.pem
                     openssl ts -reply -token_in -in data/anchors/$E.tst -token_out -text | grep 'Time stamp'
                     cmp data/anchors/$E.checkpoint.txt data/checkpoint && echo 'covers every entry in this archive'
                   done

               Expected for each: Verification: OK, then the time. After the authority's certificate has run out, add -attime and that time in seconds.

            """
    }

    private static func cosignatures(_ entries: [String]) -> String? {
        if entries.isEmpty { return nil }
        return """

               Cosignatures of witnesses (C2SP tlog-cosignature). WITNESS: the witness's key line, name+id+key, from the witness itself:

                   for E in \(entries.joined(separator: " ")); do sh data/portal/proof/verify.sh.txt cosignature $E "$WITNESS"; done

               Expected for each that this witness signed: cosigned, with the time in seconds since 1970.

            """
    }

    /// What the other steps leave open: that the checkpoint which an anchor is over is one of this log.
    private static let ofOneLog = """

           Each anchor's checkpoint is signed by the log's key and of one history with data/checkpoint (openssl and a short shell script):

               V=data/portal/proof/verify.sh.txt
               cmp data/checkpoint data/portal/proof/checkpoint.txt && sh $V anchors data/anchors && sh $V anchors

           Expected for each anchor: its entries are the beginning of this log, or all of it; then: checkpoint: signature verified. No anchor counts without.

        """

    private static func kept(_ entries: [String]) -> String? {
        if entries.isEmpty { return nil }
        return """

               Checkpoints that somebody is said to keep: \(entries.joined(separator: ", ")). Each counts for whoever keeps it, and for nobody else.

            """
    }
}
