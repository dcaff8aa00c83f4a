import Evidence
import Seal

/// What is wrong with a published folder, and who signed its manifest.
package struct SiteReport: Sendable {
    /// Sorted by file: changed, missing, extra, links, special files, and a signature that is refused.
    package let findings: [ArchiveFinding]
    package let files: Int
    /// The files that are there and listed, sorted.
    package let names: [String]
    package let signature: SignatureStatus
    package var isIntact: Bool { findings.isEmpty }
}

/// `manifest-sha256.txt` over every file of a published folder, and `manifest-sha256.txt.sig` over that.
///
/// `sha256sum -c` and `ssh-keygen -Y verify` check it without us.
package enum SiteManifest {
    package static let name = "manifest-sha256.txt"
    package static let signatureName = "manifest-sha256.txt.sig"
    private static let manifestLimit = 1 << 26

    /// The signature is written last: with it the folder is complete. Returns the number of files.
    @discardableResult
    package static func write(folder: String, sign: DetachedSigner? = nil) throws -> Int {
        let walk = try FolderWalk(folder)
        let flaws = walk.findings.map { Diagnostic.error("'\(folder)/\($0.member ?? "")' cannot be published: \($0.reason)") }
        if !flaws.isEmpty { throw Diagnostics(flaws) }
        var entries: [(name: String, digest: Digest32)] = []
        for file in walk.files where !isOwn(file) { entries.append((file, try digest("\(folder)/\(file)"))) }
        let text = BagText.manifestText(entries)
        try Files.write(text, to: "\(folder)/\(name)")
        if let sign {
            try Files.write(Array(try sign(SHA256Stream.digest(of: text), SignatureNamespace.site).utf8), to: "\(folder)/\(signatureName)")
        }
        return entries.count
    }

    /// `trusted`: keys that may have signed; nil to accept the key that the signature names.
    package static func verify(folder: String, trusted: [PublicKey]? = nil) throws(ArchiveError) -> SiteReport {
        let walk = try FolderWalk(folder)
        var findings = walk.findings
        let present = Set(walk.files)
        let text = present.contains(name) ? try Files.contents("\(folder)/\(name)", limit: manifestLimit) : nil
        if text == nil { findings.append(ArchiveFinding("missing", in: name)) }
        let (entries, flaws) = BagText.readManifest(text ?? [])
        findings += flaws.filter { _ in text != nil }.map { ArchiveFinding("line \($0.line): \($0.reason)", in: name) }

        var listed: Set<String> = []
        for (file, stated) in entries {
            guard listed.insert(file).inserted else {
                findings.append(ArchiveFinding("listed twice", in: file))
                continue
            }
            guard present.contains(file), !isOwn(file) else {
                findings.append(ArchiveFinding("missing, but listed", in: file))
                continue
            }
            let found = try digest("\(folder)/\(file)")
            if found != stated { findings.append(ArchiveFinding("changed: SHA-256 is \(found), the manifest says \(stated)", in: file)) }
        }
        for file in walk.files where !isOwn(file) && !listed.contains(file) {
            findings.append(ArchiveFinding("not listed in the manifest", in: file))
        }
        let armored = present.contains(signatureName) ? try Files.contents("\(folder)/\(signatureName)", limit: 1 << 16) : nil
        let signature = SignatureStatus.check(
            armored, over: text ?? [], namespace: SignatureNamespace.site, trusted: trusted)
        if let reason = signature.refusal { findings.append(ArchiveFinding(reason, in: signatureName)) }
        return SiteReport(
            findings: findings.sorted { ($0.member ?? "", $0.reason) < ($1.member ?? "", $1.reason) }, files: entries.count,
            names: walk.files.filter { listed.contains($0) }, signature: signature)
    }

    private static func isOwn(_ file: String) -> Bool { file == name || file == signatureName }

    private static func digest(_ path: String) throws(ArchiveError) -> Digest32 {
        let file = try Descriptor.reading(path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Files.bufferSize, alignment: 4096)
        defer { buffer.deallocate() }
        var hasher = SHA256Stream()
        while case let count = try file.read(into: buffer), count > 0 { hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
        return hasher.digest()
    }
}
