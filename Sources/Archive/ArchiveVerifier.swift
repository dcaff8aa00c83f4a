import Evidence
import Seal

/// Verifies a `.tar.zst` bag as a stream: nothing is written, memory grows with the number of members, not with their size.
package enum ArchiveVerifier {
    /// `trusted`: keys that may have signed; nil to accept the key that a signature names. `keep`: names in the bag whose bytes the
    /// caller wants, `keepFolders`: prefixes of such names. `watch`: who is to see a member's bytes go by. Throws only if the file cannot be read;
    /// everything wrong inside is a finding.
    package static func verify(
        _ path: String, trusted: [PublicKey]? = nil, keep: Set<String> = [], keepFolders: [String] = [], limits: ArchiveLimits = ArchiveLimits(),
        watch: @escaping (String) -> (any MemberWatch)? = { _ in nil }
    ) throws(ArchiveError) -> ArchiveReport {
        let container = try Container(path, limits: limits)
        var contents = BagContents(keep: keep, keepFolders: keepFolders, limits: limits, watch: watch)
        var findings: [ArchiveFinding] = []
        var hasStopped = false
        do throws(ContainerStop) { try contents.read(container) } catch {
            switch error {
            case .flaw(let reason):
                findings.append(ArchiveFinding(reason, in: contents.current))
                hasStopped = true
            case .failure(let error): throw error
            }
        }
        let end = try container.finish()
        if let flaw = end.flaw { findings.append(ArchiveFinding(flaw)) }

        let bag = BagCheck(contents)
        findings += contents.findings
        // Behind the place where reading stopped everything would be "missing".
        if !hasStopped { findings += bag.findings }
        let inner = SignatureStatus.check(
            contents.kept[BagText.signature], sha512: SHA512Stream.digest(of: contents.kept[BagText.tagManifest] ?? []),
            namespace: SignatureNamespace.tagManifest, trusted: trusted)
        if let reason = inner.refusal { findings.append(ArchiveFinding(reason, in: BagText.signature)) }
        let outer = SignatureStatus.check(
            try Files.contents(path + ".sig", limit: 1 << 16), sha512: end.sha512, namespace: SignatureNamespace.container, trusted: trusted
        )
        if let reason = outer.refusal { findings.append(ArchiveFinding("the signature beside the archive is refused: \(reason)")) }

        return ArchiveReport(
            findings: findings.sorted { ($0.member ?? "", $0.reason) < ($1.member ?? "", $1.reason) }, bagName: contents.bagName,
            info: bag.info,
            members: contents.members.count, digests: contents.members.mapValues(\.digest), payloadBytes: contents.payloadBytes,
            kept: contents.kept.filter { name, _ in keep.contains(name) || keepFolders.contains(where: name.hasPrefix) },
            containerBytes: end.bytes, sha256: end.sha256, sha512: end.sha512, containerSignature: outer, manifestSignature: inner)
    }
}

/// Sees the bytes of one member, piece by piece, while they are hashed.
package protocol MemberWatch: AnyObject {
    func take(_ piece: UnsafeRawBufferPointer)
}

/// What one pass over the members leaves behind: names, sizes, digests, and the bytes of the few that are needed.
struct BagContents {
    struct Member {
        let digest: Digest32
        let size: Int
    }
    private(set) var findings: [ArchiveFinding] = []
    private(set) var bagName: String?
    private(set) var members: [String: Member] = [:]
    private(set) var kept: [String: [UInt8]] = [:]
    /// Where reading is, for the finding that ends it.
    private(set) var current: String?

    private let keep: Set<String>
    private let keepFolders: [String]
    private let limits: ArchiveLimits
    private let watch: (String) -> (any MemberWatch)?
    private var names = NameSet()
    private var entries = 0
    /// Of the folders that are kept whole.
    private var folderBytes = 0

    init(keep: Set<String>, keepFolders: [String], limits: ArchiveLimits, watch: @escaping (String) -> (any MemberWatch)?) {
        self.keep = keep.union([BagText.declaration, BagText.info, BagText.manifest, BagText.tagManifest, BagText.signature])
        self.keepFolders = keepFolders
        self.limits = limits
        self.watch = watch
    }

    var payload: some Sequence<(key: String, value: Member)> { members.lazy.filter { BagText.isPayload($0.key) } }
    var payloadBytes: Int { payload.reduce(0) { $0 + $1.value.size } }

    mutating func read(_ container: Container) throws(ContainerStop) {
        try container.open()
        let tar = TarReader(container)
        while let entry = try tar.next() {
            entries += 1
            guard entries <= limits.entries else { throw ContainerStop.flaw("more than \(limits.entries) members") }
            current = String(decoding: entry.name, as: UTF8.self)
            try add(entry, tar)
            current = nil
        }
    }

    private mutating func add(_ entry: TarEntry, _ tar: TarReader) throws(ContainerStop) {
        let isFolder = entry.kind == .folder
        let path = isFolder && entry.name.last == UInt8(ascii: "/") ? Array(entry.name.dropLast()) : entry.name
        if let flaw = MemberName.flaw(path) { return refuse(flaw) }
        if case .other(let what) = entry.kind { return refuse(what) }
        if entry.mode & 0o7000 != 0 { refuse("a set-user, set-group or sticky bit") }
        let text = String(decoding: path, as: UTF8.self)
        let top = text.split(separator: "/", maxSplits: 1)
        if bagName == nil { bagName = String(top[0]) }
        guard String(top[0]) == bagName else { return refuse("outside the bag '\(bagName ?? "")'") }
        if isFolder { return }
        guard top.count == 2 else { return refuse("a file where the bag's folder is expected") }
        let name = String(top[1])
        if let flaw = names.add(name) { return refuse(flaw) }
        try hash(name, entry, tar)
    }

    private mutating func hash(_ name: String, _ entry: TarEntry, _ tar: TarReader) throws(ContainerStop) {
        let isInFolder = keepFolders.contains(where: name.hasPrefix)
        let isWanted = keep.contains(name) || isInFolder
        if isInFolder { folderBytes += min(entry.size, limits.keptBytes) }
        let isKept = isWanted && entry.size <= limits.keptBytes && folderBytes <= limits.keptBytes
        if isWanted, !isKept { refuse("larger than \(limits.keptBytes) bytes") }
        var bytes: [UInt8] = []
        var hasher = SHA256Stream()
        let watcher = watch(name)
        try tar.read { piece in
            hasher.update(piece)
            watcher?.take(piece)
            if isKept { bytes.append(contentsOf: piece) }
        }
        members[name] = Member(digest: hasher.digest(), size: entry.size)
        if isKept { kept[name] = bytes }
    }

    private mutating func refuse(_ reason: String) { findings.append(ArchiveFinding(reason, in: current)) }
}
