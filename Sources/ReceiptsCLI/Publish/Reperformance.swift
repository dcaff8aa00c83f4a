import Anchors
import Archive
import Controls
import Evidence
import Ledger
import Seal
import Verification

/// An archive's revision made once more from what the archive holds, in a scratch folder of its own.
struct Reperformance {
    private let archive: String
    private let scratch: String
    private let world: World

    struct Result {
        let anchors: AnchorStanding
        var facts: [(name: String, value: JSON)] = []
        /// What is wrong with the archive or its ledger, then the files that came out differently.
        var findings: [String] = []
        /// Every finding is about a key that is not to be believed.
        var isDistrusted = false

        var report: VerificationReport {
            VerificationReport(
                subject: "reperformance", facts: facts, findings: findings, intact: "every file came out byte for byte as archived",
                flawed: isDistrusted ? VerificationReport.distrusted : "integrity broken", anchors: anchors)
        }
    }

    init(_ archive: String, scratch: String, _ world: World) {
        self.archive = archive
        self.scratch = scratch
        self.world = world
    }

    /// `roots`, `anchors`: as in `ArchiveCheck`.
    func run(trust: Trust, roots: TrustRoots?, anchors files: [String]) throws -> Result {
        let check = try ArchiveCheck(archive, trust: trust, roots: roots, anchors: files)
        let signed = check.archive
        let report = signed.report
        var result = Result(anchors: check.verification.anchors)
        result.findings = problems(check)
        result.facts = [("archive", .text(report.bagName)), ("signed by", .string(signed.manifest.words))]
        guard result.findings.isEmpty else { return result }
        let (revision, folder, store, ledger) = try unpacked(check)
        result.findings += (ledger + check.untrusted).map(\.text)
        // What only is not to be believed can still be reckoned again.
        guard ledger.isEmpty else { return result }

        let session = try self.session(folder, store, period: revision.period)
        let rendered = scratch + "/rendered"
        try Files.makeFolder(rendered)
        _ = try Publication(session, world, output: scratch).fill(
            rendered, revision: revision.name, previous: revision.previous, earlier: revision.earlier, isSigned: false)
        let wanted = report.digests.filter { $0.key.hasPrefix("data/portal/") && $0.key != "data/portal/" + SiteManifest.signatureName }
        let differences = try differences(rendered, wanted)
        result.isDistrusted = differences.isEmpty
        result.findings += differences
        result.facts += [
            ("period", .string("\(revision.period) \(revision.name)")), ("files made anew", .int(wanted.count)),
            ("made by", .string(revision.tool)), ("made anew by", .string(toolVersion)),
        ]
        return result
    }

    /// What opens a session on what the archive holds, which `check` found nothing wrong with, over its own period if none is named.
    func opened(_ check: ArchiveCheck) throws -> (_ period: String?) throws -> Session {
        let (revision, folder, store, ledger) = try unpacked(check)
        if let finding = ledger.first { throw CommandError(.integrityBroken, "'\(archive)' does not verify: \(finding.text)") }
        return { try session(folder, store, period: $0 ?? revision.period) }
    }

    /// Whether a signature is there at all is not asked here, only whether one is refused. The anchors add their findings themselves.
    private func problems(_ check: ArchiveCheck) -> [String] {
        check.archive.findings + [check.misnomer].compactMap { $0 } + check.ledgerFindings
    }

    /// Which anchors are older than a key's loss the archive tells, and the ledger made of it does not.
    private func unpacked(_ check: ArchiveCheck) throws -> (Revision, ProgrammeFolder, Store, [LedgerFinding]) {
        let report = check.archive.report
        let sha256 = try ArchiveUnpacker.unpack(archive, to: scratch) { $0.hasPrefix("data/") && !$0.hasPrefix("data/portal/") }
        guard sha256 == report.sha256 else { throw CommandError(.inputOutput, "'\(archive)' changed while it was read") }
        let revision = try Revision(try JSON.parse(report.kept["data/portal/revision.json"] ?? []))
        let folder = try programme()
        let store = try restore(folder)
        return (revision, folder, store, try verifyLedger(folder, store).findings.filter { !$0.concernsTrustOnly })
    }

    private func session(_ folder: ProgrammeFolder, _ store: Store, period: String) throws -> Session {
        try Session(folder, store, period: try folder.period(period, now: world.now()), archived: scratch + "/data/anchors")
    }

    /// `revision.json` of the archived portal.
    private struct Revision {
        let period: String
        let name: String
        let tool: String
        /// The seals of the last publications may lie behind the archive's checkpoint: only the revision itself says of which sizes they were.
        let earlier: [EarlierRevision]

        init(_ facts: JSON) throws {
            guard let period = facts["period"]?.text, let name = facts["revision"]?.text, let tool = facts["tool"]?.text else {
                throw CommandError(.badInput, "the archive does not say which revision it holds (data/portal/revision.json)")
            }
            self.period = period
            self.name = name
            self.tool = tool
            earlier = (facts["earlier"]?.list ?? []).compactMap { EarlierHead($0) }.map {
                EarlierRevision(period: $0.period, name: $0.revision, size: $0.size)
            }
        }

        var previous: String? { Int(name.dropFirst()).flatMap { $0 > 1 ? "r\($0 - 1)" : nil } }
    }

    /// The archive always holds templates as `site-templates`, wherever the programme kept them.
    private func programme() throws -> ProgrammeFolder {
        let root = scratch + "/data/programme"
        let folder = try ProgrammeFolder(root)
        let templates = root + "/" + folder.programme.paths.templates
        if !Files.exists(templates) {
            try Files.makeFolder(Files.parent(of: templates))
            try Files.rename(root + "/site-templates", templates)
        }
        return folder
    }

    private func restore(_ folder: ProgrammeFolder) throws -> Store {
        let place = scratch + "/data"
        let note = try Files.read(place + "/checkpoint")
        let entries = try Files.read(place + "/ledger/entries.jsonl").split(separator: 10).map { Array($0) }
        try Files.makeFolder(folder.ledgerFolder)
        _ = try LedgerFile.restore(in: folder.ledgerFolder, entries: entries, checkpoints: try vouching() + [(entries.count, note)]) {
            try Files.read("\(place)/ledger/e\($0).records")
        }
        let store = try Store(folder)
        try store.catchUp()
        return store
    }

    /// The heads by which keys vouched for changes, out of `keys/`.
    private func vouching() throws -> [(size: Int, note: [UInt8])] {
        let place = scratch + "/data/keys"
        guard Files.isFolder(place) else { return [] }
        return try Files.list(place).filter { $0.hasSuffix(".proof.txt") && $0 != KeyFiles.proofName(0) }.map { name in
            let note = try TlogProof(Files.read(place + "/" + name)).checkpoint
            return (try Checkpoint(text: note.text).size, note.bytes)
        }
    }

    private func verifyLedger(_ folder: ProgrammeFolder, _ store: Store) throws -> LedgerVerification {
        let signer = try CheckpointVerifier(store.ledger)
        var verifier = LedgerVerifier(store.ledger, index: nil, decoder: MappingDecoder(store.mappings))
        return try verifier.verify(signer: signer, lastSigned: nil, hasAllCheckpoints: false)
    }

    private func differences(_ rendered: String, _ wanted: [String: Digest32]) throws -> [String] {
        var findings: [String] = []
        var missing = wanted
        for file in try Files.tree(rendered) {
            guard let digest = missing.removeValue(forKey: "data/portal/" + file) else {
                findings.append("'\(file)' came out, and is not in the archive")
                continue
            }
            if try FileDigest.sha256(rendered + "/" + file) != digest.digest { findings.append("'\(file)' came out differently") }
        }
        findings += missing.keys.map { "'\($0.dropFirst("data/portal/".count))' is in the archive, and did not come out" }
        return findings.sorted()
    }
}
