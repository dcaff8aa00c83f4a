import Evidence
import Seal

/// Holds what was read against what the bag says of itself (RFC 8493 section 3, and stricter: both SHA-256 manifests must be there).
struct BagCheck {
    private(set) var findings: [ArchiveFinding] = []
    private(set) var info: [BagInfo] = []

    init(_ contents: BagContents) {
        checkDeclaration(contents)
        checkInfo(contents)
        checkManifest(BagText.manifest, contents) { BagText.isPayload($0) }
        checkManifest(BagText.tagManifest, contents) { !BagText.isPayload($0) && !$0.hasPrefix("tagmanifest-") }
        let isLong = info.contains(BagText.twoManifests)
        if isLong {
            checkLong(BagText.longManifests[0], contents) { BagText.isPayload($0) }
            checkLong(BagText.longManifests[1], contents) { !BagText.isPayload($0) && !$0.hasPrefix("tagmanifest-") }
        }
        for name in contents.members.keys where !BagText.isPayload(name) {
            if name == BagText.fetch { find("a bag whose parts lie elsewhere", name) }
            let isOther =
                (name.hasPrefix("manifest-") || name.hasPrefix("tagmanifest-"))
                && ![BagText.manifest, BagText.tagManifest, BagText.signature].contains(name) && !(isLong && BagText.longManifests.contains(name))
            if isOther { find("a manifest that is not checked here", name) }
        }
    }

    private mutating func checkDeclaration(_ contents: BagContents) {
        guard let text = contents.kept[BagText.declaration] else { return find("missing", BagText.declaration) }
        if !text.elementsEqual(BagText.declarationText.utf8) { find("expected version 1.0 and UTF-8, in two lines", BagText.declaration) }
    }

    private mutating func checkInfo(_ contents: BagContents) {
        guard let text = contents.kept[BagText.info] else { return find("missing", BagText.info) }
        guard let info = BagText.readInfo(text) else { return find("expected lines of the form 'Label: value'", BagText.info) }
        self.info = info
        let found = "\(contents.payloadBytes).\(contents.payload.reduce(0) { count, _ in count + 1 })"
        let stated = info.filter { MemberName.folded($0.label) == "payload-oxum" }.map(\.value)
        if stated.count != 1 { find("expected one Payload-Oxum, found \(stated.count)", BagText.info) }
        if let stated = stated.first, stated != found { find("Payload-Oxum is '\(stated)', the payload has '\(found)'", BagText.info) }
    }

    private mutating func checkManifest(_ manifest: String, _ contents: BagContents, covers: (String) -> Bool) {
        guard let text = contents.kept[manifest] else { return find("missing", manifest) }
        let (entries, flaws) = BagText.readManifest(text)
        check(entries.map { ($0.name, $0.digest.bytes) }, flaws, manifest, "SHA-256", contents, covers: covers) { $0.digest.bytes }
    }

    private mutating func checkLong(_ manifest: String, _ contents: BagContents, covers: (String) -> Bool) {
        guard let text = contents.kept[manifest] else { return find("missing, but announced in '\(BagText.info)'", manifest) }
        let (entries, flaws) = BagText.readManifest(text, bytes: 64, "SHA-512")
        // The two files up to the announcement are small, and kept.
        check(entries, flaws, manifest, "SHA-512", contents, covers: covers) { $0.sha512 }
    }

    private mutating func check(
        _ entries: [(name: String, digest: [UInt8])], _ flaws: [BagText.Flaw], _ manifest: String, _ algorithm: String, _ contents: BagContents,
        covers: (String) -> Bool, digest: (BagContents.Member) -> [UInt8]?
    ) {
        for flaw in flaws { find("line \(flaw.line): \(flaw.reason)", manifest) }
        var listed: Set<String> = []
        for (name, stated) in entries {
            guard covers(name) else {
                find("listed in '\(manifest)', where it does not belong", name)
                continue
            }
            guard listed.insert(name).inserted else {
                find("listed twice in '\(manifest)'", name)
                continue
            }
            guard let member = contents.members[name] else {
                find("missing, but listed in '\(manifest)'", name)
                continue
            }
            if let found = digest(member) ?? contents.longDigest(name), found != stated {
                find("changed: \(algorithm) is \(Hex.encode(found)), '\(manifest)' says \(Hex.encode(stated))", name)
            }
        }
        for name in contents.members.keys where covers(name) && !listed.contains(name) { find("not listed in '\(manifest)'", name) }
    }

    private mutating func find(_ reason: String, _ member: String) { findings.append(ArchiveFinding(reason, in: member)) }
}
