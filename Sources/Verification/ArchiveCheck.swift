import Anchors
import Archive
import Evidence
import Ledger
import Seal

/// Everything that can be said of an archive without unpacking it: container, manifests, signatures, the ledger in it, and who vouches for that.
package struct ArchiveCheck {
    package let archive: SignedArchive
    package let verification: VerificationReport
    /// Of the ledger in it, anchors left out.
    package let ledgerFindings: [String]
    /// What revoked keys signed and no anchor that is believed is older than.
    package let untrusted: [LedgerFinding]
    /// It goes by the name of another revision.
    package let misnomer: String?

    /// `roots`: nil to fall back on those that the archive names. `files`: the reader's own anchors.
    package init(_ path: String, trust: Trust, roots: TrustRoots?, anchors files: [String]) throws {
        var records: [Int: ArchivedRecords] = [:]
        archive = try SignedArchive(
            path, trust: trust, keep: ArchivedLedger.kept, keepFolders: [ArchivedLedger.folder],
            watch: { name in
                guard let entry = ArchivedRecords.entry(of: name) else { return nil }
                let watch = ArchivedRecords()
                records[entry] = watch
                return watch
            }
        ) { name in
            name.hasPrefix(VerificationReport.portal) && PublishedLog.isPart(String(name.dropFirst(VerificationReport.portal.count)))
        }
        let report = archive.report
        var findings = archive.findings
        if report.containerSignature == .absent { findings.append("there is no signature '\(path).sig' over the container") }
        if report.manifestSignature == .absent { findings.append("the bag's tag manifest is not signed") }
        misnomer = ArchiveCheck.misnomer(path, report.bagName)
        if let misnomer { findings.append(misnomer) }
        let log = PublishedLog(archive: report.kept)
        findings += log.findings
        let facts: [(String, JSON)] =
            [
                ("bag", .text(report.bagName)), ("members", .int(report.members)), ("payload bytes", .int(report.payloadBytes)),
                ("sha256", .string(report.sha256.description)), ("container signed by", .string(archive.container.words)),
                ("manifest signed by", .string(archive.manifest.words)),
            ] + VerificationReport.keys(archive.chain) + log.facts
        guard let ledger = ArchivedLedger(report, archive.chain, records: records) else {
            ledgerFindings = []
            untrusted = []
            verification = VerificationReport(
                subject: "archive", facts: facts + [("ledger", "none that can be read")], findings: findings,
                anchors: .none(besides: files))
            return
        }
        let own = TrustRoots.read(report.kept, in: ArchivedLedger.folder)
        ledgerFindings = ledger.findings + own.findings
        findings += ledgerFindings
        let standing = try ledger.standing(given: roots, own: own.roots, files: files)
        untrusted = ledger.untrusted(trust, standing)
        verification = VerificationReport(
            subject: "archive", facts: facts, findings: findings + untrusted.map(\.text),
            flawed: findings.isEmpty ? VerificationReport.distrusted : "integrity broken", anchors: standing)
    }

    /// An archive under the name of another revision, which nothing in it can tell. A name of the reader's own choice says nothing of a revision.
    private static func misnomer(_ path: String, _ bagName: String?) -> String? {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        guard let bagName, let ending = [".tar.zst", ".zip"].first(where: { file.hasSuffix($0) }) else { return nil }
        let name = String(file.dropLast(ending.count))
        guard name != bagName, name.wholeMatch(of: /receipts-.+-r[0-9]+/) != nil else { return nil }
        return "the file is called '\(name)', and what it holds is '\(bagName)'"
    }
}
