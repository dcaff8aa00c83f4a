import Archive
import Evidence
import Ledger
import Seal

/// An archive as a stream, its signatures judged by the keys that the reader trusts and the chain of keys that the archive brings.
package struct SignedArchive {
    package let report: ArchiveReport
    package let chain: KeyChain?
    package let container: SignatureStatus
    package let manifest: SignatureStatus
    package let findings: [String]

    private static let revision = "data/portal/revision.json"
    private static let keys = "data/keys/"

    /// `keep`, `keepFolders`, `isWanted`: names in the bag, or how they begin, whose bytes the caller wants. `watch`: as in `ArchiveVerifier`.
    package init(
        _ path: String, trust: Trust, keep: Set<String> = [], keepFolders: [String] = [], watch: @escaping (String) -> (any MemberWatch)? = { _ in nil },
        alsoKeeping isWanted: @escaping (String) -> Bool = { _ in false }
    ) throws {
        let folders = keepFolders + [SignedArchive.keys]
        report = try ArchiveVerifier.verify(path, keep: keep.union([SignedArchive.revision]), watch: watch) { name in
            folders.contains(where: name.hasPrefix) || isWanted(name)
        }
        let files = report.kept.filter { $0.key.hasPrefix(SignedArchive.keys) }
        chain = KeyChain(Dictionary(files.map { (String($0.key.dropFirst(SignedArchive.keys.utf8.count)), $0.value) }) { first, _ in first })
        let at = ClaimedTime.read(report.kept[SignedArchive.revision])
        container = trust.judge(report.containerSignature, namespace: SignatureNamespace.container, at: at, chain: chain)
        manifest = trust.judge(report.manifestSignature, namespace: SignatureNamespace.tagManifest, at: at, chain: chain)
        var findings = report.findings.map(\.description) + (chain?.findings ?? [])
        if case .refused(let reason) = container, container != report.containerSignature {
            findings.append("the signature beside the archive is refused: \(reason)")
        }
        if case .refused(let reason) = manifest, manifest != report.manifestSignature {
            findings.append("the signature over the bag's tag manifest is refused: \(reason)")
        }
        self.findings = findings
    }
}

/// A published revision's folder, its signature judged in the same way.
package struct SignedPortal {
    package let report: SiteReport
    package let chain: KeyChain?
    package let signature: SignatureStatus
    package let findings: [String]

    package init(_ folder: String, trust: Trust) throws {
        report = try SiteManifest.verify(folder: folder)
        chain = try KeyChain(SmallFile.all(in: folder + "/keys"))
        let revision = folder + "/revision.json"
        let at = ClaimedTime.read(SmallFile.exists(revision) ? try SmallFile.read(revision) : nil)
        signature = trust.judge(report.signature, namespace: SignatureNamespace.site, at: at, chain: chain)
        var findings = report.findings.map(\.description) + (chain?.findings ?? [])
        if case .refused(let reason) = signature, signature != report.signature { findings.append("the manifest's signature is refused: \(reason)") }
        self.findings = findings
    }
}
