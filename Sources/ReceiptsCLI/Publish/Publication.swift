import Archive
import Assessment
import Controls
import Crypto
import Evidence
import Exports
import Ledger
import Portal
import Redaction
import Seal

/// Makes a revision: seal entry, portal, exports, manifest, archive, shelf. A pure function of the sealed state, the catalogue and the templates.
struct Publication {
    private let session: Session
    private let world: World
    private let output: String
    private let templates: [(path: String, bytes: [UInt8])]

    struct Report {
        let period: PeriodID
        let revision: String
        /// Relative to the output folder.
        let portal: String
        let archive: String?
        let isNew: Bool
        let assessment: AssessmentResult
    }

    init(_ session: Session, _ world: World, output: String) throws {
        self.session = session
        self.world = world
        self.output = output
        templates = try session.folder.templateFiles()
    }

    // MARK: What a revision is made of

    /// SHA-256 over everything that its bytes follow from; the same inputs are the same revision.
    private func inputs() throws -> Evidence.Digest {
        func digest(_ bytes: [UInt8]) -> JSON { .string(Hex.encode(SHA256.hash(data: bytes))) }
        let files = session.folder.catalogueFiles.map { JSON.array([.string($0.path), digest($0.bytes)]) }
        let pages = templates.map { JSON.array([.string($0.path), digest($0.bytes)]) }
        var members: [String: JSON] = [
            "catalogue": .array(files), "templates": .array(pages), "period": .string(session.period.id.text),
            "root": .string(session.head.root.description), "size": .int(session.head.size), "tool": .string(toolVersion),
        ]
        // An anchor that came in since makes another revision of the same head, and so does another root to hold it against.
        let anchors = session.anchors.anchors.map { digest($0.stored.entryBytes) }
        let roots = try session.folder.trustFiles().map { JSON.array([.string($0.path), digest($0.bytes)]) }
        if !anchors.isEmpty { members["anchors"] = .array(anchors) }
        if !roots.isEmpty { members["roots"] = .array(roots) }
        return Evidence.Digest(Array(SHA256.hash(data: JSON.object(members).canonicalBytes)))
    }

    private func seals() throws -> [LedgerEntry.Seal] {
        var seals: [LedgerEntry.Seal] = []
        try session.store.ledger.forEachEntry { _, bytes in
            if case .seal(let seal)? = LedgerEntry(bytes), seal.period == session.period.id { seals.append(seal) }
        }
        return seals
    }

    /// Publishes, or names the revision that these inputs already are.
    func publish(_ packing: PeriodArchive.Packing = .usual) throws -> Report {
        let inputs = try inputs()
        let seals = try seals()
        if let existing = seals.first(where: { $0.inputs == inputs }) { return try make("r\(existing.revision)", packing) }
        let revision = (seals.map(\.revision).max() ?? 0) + 1
        // Rendered first: what cannot be rendered, or would show what it must not, leaves no seal behind.
        try requireOwn("r\(revision)")
        try session.store.prepareToSign(session.folder)
        let assessment = try render("r\(revision)")
        let seal = LedgerEntry.Seal(at: world.now(), period: session.period.id, revision: revision, inputs: inputs)
        _ = try session.store.ledger.append(.seal(seal))
        try session.store.catchUp()
        _ = try session.store.sealer(session.folder).seal()
        return try make("r\(revision)", packing, rendered: assessment)
    }

    /// Renders `draft/` anew, without an entry, a revision or an archive.
    func draft() throws -> Report {
        let target = periodFolder + "/draft"
        let assessment = try render("draft")
        if Files.exists(target) { try Files.remove(target) }
        try Files.rename(building("draft"), target)
        try Shelf(output, session.folder, templates).write()
        return Report(period: session.period.id, revision: "draft", portal: "\(session.period.id)/draft", archive: nil, isNew: true, assessment: assessment)
    }

    private var periodFolder: String { output + "/" + session.period.id.text }

    /// A folder of that name that is there already must be of this state: another ledger's publications are not taken for this one's.
    private func requireOwn(_ name: String) throws {
        let path = "\(periodFolder)/\(name)"
        guard Files.exists(path) else { return }
        let facts = Files.exists(path + "/revision.json") ? try? JSON.parse(try Files.read(path + "/revision.json")) : nil
        guard facts?["root"]?.text == session.head.root.description else {
            throw CommandError(
                .badInput, "'\(path)' holds the publication of another state", hint: "move it away, or publish to another folder with --output")
        }
    }

    private func building(_ name: String) -> String { "\(periodFolder)/.\(name).building" }

    /// Fills the folder that is to be renamed into place; a failure leaves none.
    private func render(_ name: String) throws -> AssessmentResult {
        let building = building(name)
        if Files.exists(building) { try Files.remove(building) }
        try Files.makeFolder(building)
        do {
            return try fill(building, revision: name, previous: previous(of: name), earlier: try earlier(of: name))
        } catch {
            try? Files.remove(building)
            throw error
        }
    }

    private func previous(of name: String) -> String? { Int(name.dropFirst()).flatMap { $0 > 1 ? "r\($0 - 1)" : nil } }

    private func earlier(of name: String) throws -> [EarlierRevision] {
        try EarlierRevision.before(name, of: session.period, in: session.store.ledger, periods: session.folder.programme.periods)
    }

    /// Puts the revision into place, as far as it is not there yet. `rendered`: what it found, if it was rendered just now.
    private func make(_ name: String, _ packing: PeriodArchive.Packing, rendered: AssessmentResult? = nil) throws -> Report {
        try requireOwn(name)
        let target = periodFolder + "/" + name
        let archive = "receipts-\(session.period.id)-\(name)\(packing.format.ending)"
        try PeriodArchive.removeScratch(of: periodFolder + "/" + archive)
        let published = PublishedRevision(portal: target, archive: periodFolder + "/" + archive, keys: session.head.keys.tenures.map(\.key))
        try published.requireUnchanged()
        if Files.exists(target), Files.exists(periodFolder + "/" + archive) {
            try packing.requireHashing(of: periodFolder + "/" + archive)
            try Shelf(output, session.folder, templates).write()
            return Report(
                period: session.period.id, revision: name, portal: "\(session.period.id)/\(name)", archive: "\(session.period.id)/\(archive)",
                isNew: false, assessment: try session.engine.assess())
        }
        let isThere = Files.exists(target)
        let assessment = try isThere ? session.engine.assess() : rendered ?? render(name)
        if !isThere { try Files.rename(building(name), target) }
        world.progress("archive \(archive)")
        try PeriodArchive(session, templates, portal: target)
            .write(to: periodFolder + "/" + archive, name: "receipts-\(session.period.id)-\(name)", packing)
        world.endProgress()
        try Shelf(output, session.folder, templates).write()
        return Report(
            period: session.period.id, revision: name, portal: "\(session.period.id)/\(name)", archive: "\(session.period.id)/\(archive)", isNew: true,
            assessment: assessment)
    }

    /// Writes every file of the revision into the folder, which is empty. Only the signature needs a key.
    func fill(
        _ folder: String, revision: String, previous: String?, earlier: [EarlierRevision], isSigned: Bool = true
    ) throws -> AssessmentResult {
        world.progress("assess \(session.period.id)")
        let assessment = try session.engine.assess()
        let records = try LedgerRecords(session)
        let log = try RevisionLog(session, earlier: earlier)
        let edition = try edition(assessment, records, log, revision: revision, previous: previous)
        world.progress("render \(session.period.id) \(revision)")
        var writer = FolderWriter(folder, own: [edition.seal.verifierKey] + edition.anchors.texts)
        try renderPortal(edition, records: records, templates: try TemplateSet.load(files: templates), to: &writer)
        try writer.write(path: "assessment-results.xml", bytes: oscalAssessmentResults(edition))
        try writer.write(path: "results.json", bytes: resultsJSON(edition))
        try writer.write(path: "controls.csv", bytes: controlsCSV(edition))
        try writer.write(path: "exceptions.csv", bytes: exceptionsCSV(edition))
        try writer.write(path: "gap-report.xml", bytes: gapReportXML(edition))
        try writer.write(path: "gap-report.csv", bytes: gapReportCSV(edition))
        try log.write(to: &writer)
        try writer.write(path: "revision.json", bytes: Array(RevisionFacts(edition).json.pretty.utf8))
        try writer.refuseLeaks()
        try SiteManifest.write(folder: folder, sign: isSigned ? try signer() : nil)
        try Files.sync(tree: folder)
        world.endProgress()
        return assessment
    }

    func signer() throws -> DetachedSigner {
        let signer = try session.signer()
        return { digest, namespace in try SSHSignature(digest: digest, namespace: namespace, signer: signer).armored }
    }

    private func edition(
        _ assessment: AssessmentResult, _ records: LedgerRecords, _ log: RevisionLog, revision: String, previous: String?
    ) throws -> Edition {
        let genesis = session.store.ledger.genesis
        let files = try session.keyFiles()
        let signers = files.first { $0.name == KeyFiles.allowedSigners }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        let seal = SealView(
            origin: genesis.origin, size: session.head.size, root: session.head.root.digest, checkpoint: String(decoding: session.head.note, as: UTF8.self),
            verifierKey: try session.verifierKey().text, publicKey: session.head.keys.current.key.sshLine(), allowedSigners: signers,
            keys: session.keyViews(), files: files.map { SealView.File(name: $0.name, bytes: $0.bytes) }, sealedAt: session.head.sealedAt,
            signedAt: session.signedAt, verifyTime: SSHTime.text(session.signedAt), earlier: log.earlier)
        return Edition(
            programme: session.folder.programme, catalogue: session.folder.catalogue, assessment: assessment, gap: try session.gap(assessment),
            sources: try SourceViews(session, records).all(), seal: seal,
            anchors: try session.anchors.views(try session.folder.trustRoots(), head: session.head), directory: try session.staffDirectory(),
            management: try session.store.statements(below: session.head.size), revision: revision, previousRevision: previous,
            isSimulated: genesis.isSimulated, toolVersion: toolVersion)
    }
}

/// Writes pages below one folder, and scans each before it is written.
struct FolderWriter: PageWriter {
    let folder: String
    private(set) var leaks: [(path: String, rule: String, offset: Int)] = []
    private var made: Set<String> = []
    /// Texts of the tool's own that may look like something by chance: one key id in forty is eight digits behind a plus.
    private let own: [[UInt8]]

    init(_ folder: String, own: [String]) {
        self.folder = folder
        self.own = own.map { Array($0.utf8) }
    }

    mutating func write(path: String, bytes: [UInt8]) throws {
        // Hashes and nothing else: some bytes of a hundred thousand look like anything.
        let salt = FolderWriter.isTile(path) ? bytes.count : FolderWriter.saltLength(path)
        for hit in bytes.dropFirst(salt).withUnsafeBytes({ LeakScan.scan($0) }) {
            let range = hit.range.lowerBound + salt..<hit.range.upperBound + salt
            // An authority's certificate may hold its own address.
            if path.hasPrefix("anchors/"), path.hasSuffix(".tst") { continue }
            if isWholeSeconds(bytes[range]) || isOwn(range, in: bytes) || FolderWriter.isInHash(range, bytes) { continue }
            leaks.append((path, hit.rule.rawValue, range.lowerBound))
        }
        let parent = Files.parent(of: folder + "/" + path)
        if made.insert(parent).inserted { try Files.makeFolder(parent) }
        try Files.write(folder + "/" + path, bytes, mode: 0o444)
    }

    /// A leaf's preimage begins with random bytes. One in some thousand has an '@' and a dot where an address has them.
    private static func saltLength(_ path: String) -> Int { path.hasPrefix("proof/") && path.hasSuffix(".leaf.txt") ? 32 : 0 }

    private static func isTile(_ path: String) -> Bool { path.hasPrefix("tile/") && !path.hasPrefix("tile/entries/") }

    /// A control's limit in nanoseconds (30 days are 2592000000000000) may satisfy a card's checksum; no card number ends in nine zeros.
    private func isWholeSeconds(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count > 9 && bytes.allSatisfy { $0 >= 48 && $0 <= 57 } && bytes.suffix(9).allSatisfy { $0 == 48 }
    }

    /// Base64 of 32 bytes: 43 characters and one '='. In a hundred thousand hashes one or two hold a plus and eight digits.
    private static func isInHash(_ hit: Range<Int>, _ bytes: [UInt8]) -> Bool {
        func isBase64(_ c: UInt8) -> Bool {
            (c >= 48 && c <= 57) || (c | 32 >= 97 && c | 32 <= 122) || c == UInt8(ascii: "+") || c == UInt8(ascii: "/")
        }
        guard bytes[hit].allSatisfy(isBase64) else { return false }
        var low = hit.lowerBound
        var high = hit.upperBound
        while low > 0, isBase64(bytes[low - 1]) { low -= 1 }
        while high < bytes.count, isBase64(bytes[high]) { high += 1 }
        return high - low == 43 && high < bytes.count && bytes[high] == UInt8(ascii: "=")
    }

    private func isOwn(_ hit: Range<Int>, in bytes: [UInt8]) -> Bool {
        own.contains { text in
            let first = max(0, hit.upperBound - text.count)
            let last = min(hit.lowerBound, bytes.count - text.count)
            return first <= last && (first...last).contains { bytes[$0..<$0 + text.count].elementsEqual(text) }
        }
    }

    /// A published page is for strangers: what looks like a person's data or a secret stops the publication, named by place and never by value.
    func refuseLeaks() throws {
        guard !leaks.isEmpty else { return }
        let shown = leaks.prefix(20).map { leak in
            Diagnostic.error(
                "'\(leak.path)' would show what looks like \(leak.rule) at byte \(leak.offset)", hint: "redact it at its source: personal_data: redact")
        }
        throw Diagnostics(shown + (leaks.count > 20 ? [.error("and \(leaks.count - 20) more")] : []))
    }

    func digest(of bytes: [UInt8]) -> Evidence.Digest { Evidence.Digest(Array(SHA256.hash(data: bytes))) }
}
