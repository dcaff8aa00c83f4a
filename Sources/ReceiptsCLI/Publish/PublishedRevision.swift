import Archive
import Evidence
import Seal
import Verification

/// What lies in the output folder of a revision that was published before: it is neither named as published nor packed unless it is as it was signed.
struct PublishedRevision {
    let portal: String
    let archive: String
    /// Keys of this log: one of them signed.
    let keys: [PublicKey]

    /// Every file of the portal against its signed manifest, the archive against its signature; of what is not there nothing is asked.
    func requireUnchanged() throws {
        if Files.exists(portal) {
            let report = try SiteManifest.verify(folder: portal, trusted: keys)
            if let finding = report.findings.first {
                let more = report.findings.count > 1 ? ", and \(report.findings.count - 1) more" : ""
                throw changed("\(portal)/\(finding.member ?? "")", finding.reason + more, see: "portal \(portal)")
            }
            if case .absent = report.signature { throw changed("\(portal)/\(SiteManifest.signatureName)", "missing", see: "portal \(portal)") }
        }
        if Files.exists(archive) {
            guard Files.exists(archive + ".sig") else { throw changed(archive + ".sig", "missing", see: "archive \(archive)") }
            let armored = try Files.read(archive + ".sig"), digest = try FileDigest.sha256(archive)
            do throws(SealError) {
                try SSHSignature(armored: armored).verify(digest: digest.bytes, namespace: SignatureNamespace.container, allowed: keys)
            } catch { throw changed(archive, "\(error)", see: "archive \(archive)") }
        }
    }

    private func changed(_ path: String, _ reason: String, see subject: String) -> CommandError {
        CommandError(
            .integrityBroken, "'\(path)' is not as it was published: \(reason)",
            hint: "put back what was published, from a copy, or move it away: it is then made anew from the ledger; see 'receipts verify \(subject)'")
    }
}
