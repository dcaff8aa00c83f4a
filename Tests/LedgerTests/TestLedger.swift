import Evidence
import Foundation
import SQLite
import Seal

@testable import Ledger

/// A ledger folder with a key and a signer's memory outside it; all of it goes when the value does.
final class TestLedger {
    let root: URL
    let key: SigningKey
    let randomness: Randomness
    private var clock = Instant("2026-01-05T02:00:00Z")?.nanoseconds ?? 0

    var folder: String { root.appendingPathComponent("ledger").path }
    var state: SignerState { SignerState(path: root.appendingPathComponent("head").path) }

    init(seed: String = "test") throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("ledger-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root.appendingPathComponent("ledger"), withIntermediateDirectories: true)
        randomness = Randomness.seeded(seed)
        var keys = randomness.forked("key")
        key = try SigningKey(seed: keys.bytes(32))
    }
    deinit { try? FileManager.default.removeItem(at: root) }

    func now() -> Instant {
        clock += 1_500_000_001
        return Instant(nanoseconds: clock)
    }

    func create(_ key: SigningKey? = nil) throws -> LedgerFile {
        var id = randomness.forked("id")
        return try LedgerFile.create(
            in: folder,
            genesis: LedgerEntry.Genesis(
                at: now(), ledgerID: Hex.encode(id.bytes(16)), isSimulated: true, publicKey: (key ?? self.key).publicKey.sshLine()))
    }

    func open() throws -> LedgerFile { try LedgerFile(in: folder) }
    func index() throws -> IndexFile { try IndexFile(folder: folder, kinds: kinds, digest: "test") }

    func catchUp() throws {
        var decoder = TestDecoder()
        try IndexBuilder.catchUp(try index(), with: try open(), decoder: &decoder)
    }

    @discardableResult
    func seal(_ ledger: LedgerFile) throws -> SignedHead { try Sealer(ledger, state: state) { _ in Signer(self.key) }.seal().head }

    /// The end of a run, signed.
    func endRun(_ ledger: LedgerFile) throws {
        _ = try ledger.append(.run(at: now(), pulls: 1, tool: "test"))
        try seal(ledger)
    }

    func writer(_ ledger: LedgerFile, _ source: String = "things") throws -> PullWriter {
        try PullWriter(ledger, source: SourceID(trusted: source), at: now(), randomness: randomness)
    }

    func pull(_ ledger: LedgerFile, source: String = "things", _ records: [TestRecord], outcome: PullOutcome = .complete, sheet: JSON = [:]) throws {
        let writer = try writer(ledger, source)
        for record in records { try writer.append(record) }
        _ = try writer.finish(outcome: outcome, sheet: sheet)
    }

    // MARK: Verification

    /// What `verify ledger` would find; a refusal to open counts as one finding.
    func findings(_ signer: PublicKey? = nil, knowing last: SignedHead?? = nil, indexed: Bool = true) throws -> [String] {
        do {
            return try verification(signer, knowing: last, indexed: indexed).findings.map(\.text)
        } catch LedgerError.unreadable(_, let reason) {
            return ["refused: \(reason)"]
        } catch LedgerError.memoryUnreadable(let path) {
            return ["refused: \(path)"]
        }
    }

    func verification(_ signer: PublicKey? = nil, knowing last: SignedHead?? = nil, indexed: Bool = true) throws -> LedgerVerification {
        let ledger = try open()
        let verifier = try signer.map { try CheckpointVerifier(origin: ledger.genesis.origin, key: $0) } ?? CheckpointVerifier(ledger)
        var verification = LedgerVerifier(ledger, index: indexed ? try index() : nil, decoder: TestDecoder())
        return try verification.verify(signer: verifier, lastSigned: try last ?? state.read(verifier))
    }

    // MARK: The files themselves

    /// A connection that no guard rail holds.
    func raw(_ file: String = "ledger.sqlite") throws -> Database {
        let database = try Database(path: folder + "/" + file, access: .readWrite)
        let triggers = try database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        var names: [String] = []
        while try triggers.step() { names.append(triggers.text(0)) }
        try database.run("PRAGMA synchronous = OFF")
        for name in names { try database.run("DROP TRIGGER \(name)") }
        return database
    }

    func save() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in ["ledger/ledger.sqlite", "ledger/index.sqlite", "head"] {
            files[name] = try Data(contentsOf: root.appendingPathComponent(name))
        }
        return files
    }

    func restore(_ files: [String: Data]) throws {
        for (name, data) in files { try data.write(to: root.appendingPathComponent(name)) }
    }
}

/// A record as a pull would bring it.
struct TestRecord {
    var role = RecordRole.data
    var origin = 0
    var ordinal = 0
    var bytes: [UInt8]
    var receivedDigest: [UInt8] = []

    static func origin(_ name: String, header: String = "") -> TestRecord {
        TestRecord(role: .origin, bytes: JSON.object(["name": .string(name), "header": .string(header), "start": 0]).canonicalBytes)
    }
    static func data(_ text: String, origin: Int = 1, ordinal: Int = 1) -> TestRecord {
        TestRecord(origin: origin, ordinal: ordinal, bytes: Array(text.utf8))
    }
    static func reject(_ text: String, reason: String, origin: Int = 1) -> TestRecord {
        TestRecord(role: .reject, origin: origin, ordinal: 7, bytes: Array(text.utf8).withUnsafeBytes { StoredReject.encode(reason: reason, bytes: $0) })
    }
    static func conflict(_ text: String, with other: ArtifactID, origin: Int = 1) -> TestRecord {
        TestRecord(
            role: .conflict, origin: origin, ordinal: 8,
            bytes: Array(text.utf8).withUnsafeBytes { StoredReject.encode(reason: other.description, bytes: $0) })
    }
}

extension PullWriter {
    @discardableResult
    func append(_ record: TestRecord) throws -> ArtifactID {
        try record.bytes.withUnsafeBytes {
            try append(record.role, origin: record.origin, ordinal: record.ordinal, bytes: $0, receivedDigest: record.receivedDigest)
        }
    }
}

/// Every table of the database, row by row, in an order of its own.
func dump(_ database: Database, without left: Set<String> = []) throws -> [String] {
    var lines: [String] = try database.schema()
    let tables = try database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    while try tables.step() {
        let table = tables.text(0)
        guard !left.contains(table) else { continue }
        let rows = try database.prepare("SELECT * FROM \"\(table)\" ORDER BY rowid")
        while try rows.step() {
            lines.append(table + ": " + (0..<rows.columnCount).map { rows.isNull($0) ? "NULL" : Hex.encode(rows.bytes($0)) }.joined(separator: " "))
        }
    }
    return lines
}
