import Assessment
import Evidence
import Portal

/// A small ledger in memory: entries of pulls with records, real Merkle trees over both.
struct LedgerFixture: EditionRecords {
    let source: SourceID
    let recordsPerPull: Int
    let entryCount: Int
    let items: [ControlID: [ItemResult]]
    /// Put into every text that came from outside.
    let spice: String
    let checkpoint: String
    let root: Digest
    private let entries: [[UInt8]]
    private let entryLeaves: [Digest]

    init(source: SourceID, entryCount: Int, recordsPerPull: Int, items: [ControlID: [ItemResult]], spice: String, sign: (String) -> String) {
        self.source = source
        self.entryCount = entryCount
        self.recordsPerPull = recordsPerPull
        self.items = items
        self.spice = spice
        entries = (0..<entryCount).map { LedgerFixture.entry($0, source, recordsPerPull, spice) }
        entryLeaves = entries.map { SHA256Reference.hash([0] + $0) }
        root = LedgerFixture.root(entryLeaves)
        let body = "ledger.example/fixture\n\(entryCount)\n\(Base64.encode(root.bytes))\n"
        checkpoint = body + "\n" + sign(body) + "\n"
    }

    func frozenList(_ frozen: FrozenPopulation) -> FrozenList? { StatementsFixture.list(items[frozen.control] ?? []) }

    func forEachItem(of control: ControlID, _ body: (ItemResult) throws -> Void) throws { try items[control]?.forEach(body) }

    func artifact(_ id: ArtifactID) throws -> ArtifactView {
        let leaves = (0..<recordsPerPull).map { SHA256Reference.hash([0] + LedgerFixture.preimage(id.entry, $0, spice)) }
        let path = LedgerFixture.path(entryLeaves, id.entry).map { Base64.encode($0.bytes) + "\n" }.joined()
        let proof = ArtifactProof(
            salt: LedgerFixture.salt(id.entry, id.record), preimage: LedgerFixture.preimage(id.entry, id.record, spice), recordIndex: id.record,
            recordCount: recordsPerPull, recordPath: LedgerFixture.path(leaves, id.record), recordsRoot: LedgerFixture.root(leaves),
            entry: entries[id.entry], entryIndex: id.entry,
            tlogProof: "c2sp.org/tlog-proof@v1\nindex \(id.entry)\n\(path)\n\(checkpoint)")
        let role: RecordRole = id.record == 0 ? .sheet : id.record == recordsPerPull - 1 ? .reject : .data
        let at = Instant(Day(daysSinceEpoch: 20_454 + id.entry), secondOfDay: 7211)
        return ArtifactView(
            id: id, role: role, source: source, bytes: LedgerFixture.bytes(id.entry, id.record, spice), fidelity: .asReceived,
            originName: "evidence/gateway-\(spice).jsonl", ordinal: id.record,
            rows: role == .data
                ? [ArtifactRow(kind: KindName(trusted: "request_log"), fields: [("model", "m-1" + spice), ("prompt_id", nil)])] : [],
            occurredAt: Span(at), collectedAt: at.advanced(by: .seconds(900)), sealedAt: at.advanced(by: .seconds(1000)), leaf: leaves[id.record],
            proof: proof, reason: role == .reject ? "field 'at' is not a time: \(spice)" : nil)
    }

    static func bytes(_ entry: Int, _ record: Int, _ spice: String) -> [UInt8] {
        record == 0
            ? Array("{\"query\":\"evidence/*.jsonl\",\"records\":4,\"started_at\":\"2026-01-0\(entry % 9 + 1)T02:00:00Z\"}\n".utf8)
            : Array("{\"id\":\"req-\(entry)-\(record)\",\"model\":\"m-1\",\"prompt\":\"\(spice)\"}\n".utf8) + (spice.isEmpty ? [] : [0xff, 0x00, 0x1b])
    }
    private static func salt(_ entry: Int, _ record: Int) -> [UInt8] { SHA256Reference.hash([7, UInt8(entry), UInt8(record)]).bytes }
    private static func preimage(_ entry: Int, _ record: Int, _ spice: String) -> [UInt8] {
        salt(entry, record) + Array("\(record == 0 ? "S" : "D") 0 \(record)\n".utf8) + bytes(entry, record, spice)
    }
    private static func entry(_ entry: Int, _ source: SourceID, _ count: Int, _ spice: String) -> [UInt8] {
        let root = root((0..<count).map { SHA256Reference.hash([0] + preimage(entry, $0, spice)) })
        return Array("{\"count\":\(count),\"outcome\":\"complete\",\"root\":\"\(Base64.encode(root.bytes))\",\"source\":\"\(source)\",\"type\":\"pull\"}".utf8)
    }
    /// RFC 6962 section 2.1, by its definition.
    static func root(_ leaves: [Digest]) -> Digest {
        guard leaves.count > 1 else { return leaves.first ?? SHA256Reference.hash([]) }
        let k = split(leaves.count)
        return SHA256Reference.hash([1] + root(Array(leaves[..<k])).bytes + root(Array(leaves[k...])).bytes)
    }
    static func path(_ leaves: [Digest], _ index: Int) -> [Digest] {
        guard leaves.count > 1 else { return [] }
        let k = split(leaves.count)
        return index < k
            ? path(Array(leaves[..<k]), index) + [root(Array(leaves[k...]))] : path(Array(leaves[k...]), index - k) + [root(Array(leaves[..<k]))]
    }
    private static func split(_ count: Int) -> Int {
        var k = 1
        while k * 2 < count { k *= 2 }
        return k
    }
}

/// Pages in memory.
struct MemoryWriter: PageWriter {
    private(set) var files: [String: [UInt8]] = [:]
    struct WrittenTwice: Error { let path: String }
    mutating func write(path: String, bytes: [UInt8]) throws {
        if files[path] != nil { throw WrittenTwice(path: path) }
        files[path] = bytes
    }
    /// The reference hash is slow in debug builds; a test whose tables are large and whose digests nobody reads leaves it out.
    var hashes = true
    func digest(of bytes: [UInt8]) -> Digest { hashes ? SHA256Reference.hash(bytes) : Digest([UInt8](repeating: 0, count: 32)) }
}
