import Evidence
import Seal

/// Verifies a bag in a `.tar.zst` or `.zip` as a stream: nothing is written, memory grows with the number of members, not with their size.
package enum ArchiveVerifier {
    /// `trusted`: keys that may have signed; nil to accept the key that a signature names. `keep`, `alsoKeeping`: names in the bag
    /// whose bytes the caller wants. `watch`: who is to see a member's bytes go by. Throws only if the file cannot be read; everything wrong inside
    /// is a finding.
    package static func verify(
        _ path: String, trusted: [PublicKey]? = nil, keep: Set<String> = [], limits: ArchiveLimits = ArchiveLimits(),
        watch: @escaping (String) -> (any MemberWatch)? = { _ in nil }, alsoKeeping isWanted: @escaping (String) -> Bool = { _ in false }
    ) throws(ArchiveError) -> ArchiveReport {
        let beside = try Files.contents(path + ".sig", limit: 1 << 16)
        let container = try ArchiveFormat.reader(path, limits: limits, FileDigests(for: beside))
        var contents = BagContents(keep: { keep.contains($0) || isWanted($0) }, limits: limits, watch: watch)
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
        findings += container.findings
        if let flaw = end.flaw { findings.append(ArchiveFinding(flaw)) }

        let bag = BagCheck(contents)
        findings += contents.findings
        // Behind the place where reading stopped everything would be "missing".
        if !hasStopped { findings += bag.findings }
        let inner = SignatureStatus.check(
            contents.kept[BagText.signature], over: contents.kept[BagText.tagManifest] ?? [], namespace: SignatureNamespace.tagManifest,
            trusted: trusted)
        if let reason = inner.refusal { findings.append(ArchiveFinding(reason, in: BagText.signature)) }
        let outer = SignatureStatus.check(
            beside, namespace: SignatureNamespace.container, trusted: trusted, digest: end.digests.digest)
        if let reason = outer.refusal { findings.append(ArchiveFinding("the signature beside the archive is refused: \(reason)")) }

        return ArchiveReport(
            findings: findings.sorted { ($0.member ?? "", $0.reason) < ($1.member ?? "", $1.reason) }, bagName: contents.bagName,
            info: bag.info,
            members: contents.members.count, digests: contents.members.mapValues(\.digest), payloadBytes: contents.payloadBytes,
            kept: contents.kept.filter { keep.contains($0.key) || isWanted($0.key) },
            containerBytes: end.digests.bytes, sha256: end.digests.sha256, containerSignature: outer, manifestSignature: inner)
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
        /// Of members behind a `bag-info.txt` that announces SHA-512 manifests, and of no others: hashing is most of the work.
        let sha512: [UInt8]?
        let size: Int
    }
    private(set) var findings: [ArchiveFinding] = []
    private(set) var bagName: String?
    private(set) var members: [String: Member] = [:]
    private(set) var kept: [String: [UInt8]] = [:]
    /// Where reading is, for the finding that ends it.
    private(set) var current: String?

    private let keep: (String) -> Bool
    private let limits: ArchiveLimits
    private let watch: (String) -> (any MemberWatch)?
    private var names = NameSet()
    private var entries = 0
    private var keptBytes = 0
    private var hashesTwice = false

    init(keep: @escaping (String) -> Bool, limits: ArchiveLimits, watch: @escaping (String) -> (any MemberWatch)?) {
        self.keep = { BagContents.own.contains($0) || keep($0) }
        self.limits = limits
        self.watch = watch
    }
    private static let own = Set([BagText.declaration, BagText.info, BagText.manifest, BagText.tagManifest, BagText.signature] + BagText.longManifests)

    /// Of a member that was read before SHA-512 was announced; nil if it was not kept.
    func longDigest(_ name: String) -> [UInt8]? { kept[name].map { SHA512Stream.digest(of: $0) } }

    var payload: some Sequence<(key: String, value: Member)> { members.lazy.filter { BagText.isPayload($0.key) } }
    var payloadBytes: Int { payload.reduce(0) { $0 + $1.value.size } }

    mutating func read(_ container: any ContainerReader) throws(ContainerStop) {
        try container.open()
        while let entry = try container.next() {
            entries += 1
            guard entries <= limits.entries else { throw ContainerStop.flaw("more than \(limits.entries) members") }
            current = String(decoding: entry.name, as: UTF8.self)
            try add(entry, container)
            current = nil
        }
    }

    private mutating func add(_ entry: TarEntry, _ container: any ContainerReader) throws(ContainerStop) {
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
        try hash(name, entry, container)
    }

    private mutating func hash(_ name: String, _ entry: TarEntry, _ container: any ContainerReader) throws(ContainerStop) {
        let isWanted = keep(name)
        let isKept = isWanted && entry.size <= limits.keptBytes && keptBytes + entry.size <= 4 * limits.keptBytes
        if isWanted, !isKept {
            refuse(entry.size > limits.keptBytes ? "larger than \(limits.keptBytes) bytes" : "more than \(4 * limits.keptBytes) bytes to look at at once")
        }
        if isKept { keptBytes += entry.size }
        var bytes: [UInt8] = []
        var hasher = SHA256Stream()
        var longHasher = SHA512Stream()
        let isLong = hashesTwice
        let watcher = watch(name)
        try container.read { piece in
            hasher.update(piece)
            if isLong { longHasher.update(piece) }
            watcher?.take(piece)
            if isKept { bytes.append(contentsOf: piece) }
        }
        members[name] = Member(digest: hasher.digest(), sha512: isLong ? longHasher.digest() : nil, size: entry.size)
        if isKept { kept[name] = bytes }
        if name == BagText.info, BagText.readInfo(bytes)?.contains(BagText.twoManifests) == true { hashesTwice = true }
    }

    private mutating func refuse(_ reason: String) { findings.append(ArchiveFinding(reason, in: current)) }
}
