// One step of the ledger's work on its own, for Benchmarks/ledger.py to measure as a process: no mapping, no index, no command line.
import Archive
import Evidence
import Glibc
import Ledger
import Seal

/// A request log's lines of 400 bytes: ids that repeat nowhere, words that repeat often. By xorshift, so that two runs write the same.
struct Lines {
    private var state: UInt64 = 88_172_645_463_325_252
    private static let digits = Array("0123456789abcdef".utf8)
    private static let models = ["aurora-large-2025-11-20", "aurora-small-2025-09-02", "borealis-3"].map { Array($0.utf8) }

    private mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
    private mutating func hex(_ count: Int, into line: inout [UInt8]) {
        var bits = next()
        for i in 0..<count {
            if i & 15 == 15 { bits = next() }
            line.append(Lines.digits[Int(bits & 15)])
            bits >>= 4
        }
    }

    mutating func fill(_ line: inout [UInt8], _ number: Int) {
        line.removeAll(keepingCapacity: true)
        line += #"{"time":"2026-01-05T10:\#(10 + number / 60 % 50):\#(10 + number % 50).120Z","request_id":"req-"#.utf8
        hex(24, into: &line)
        line += #"","subject":"subj-"#.utf8
        hex(16, into: &line)
        line += #"","model":""#.utf8
        line += Lines.models[Int(next() % 3)]
        line += #"","prompt":{"id":"answer","version":"5","digest":""#.utf8
        hex(64, into: &line)
        line += #""},"usage":{"input_tokens":\#(200 + next() % 900),"output_tokens":\#(50 + next() % 400)},"latency_ms":\#(300 + next() % 900)"#.utf8
        line += #","finish_reason":"stop","operation":"chat","environment":"production","note":""#.utf8
        while line.count < 398 { line.append(UInt8(ascii: ".")) }
        line += #""}"#.utf8
    }
}

/// Rows are another benchmark's business.
struct NoRows: RowDecoder {
    mutating func begin(source: SourceID) {}
    mutating func origin(_ json: JSON) {}
    mutating func rows(of record: StoredRecord, _ body: (Int, borrowing Row) throws -> Void) -> String? { nil }
}

struct Work {
    let folder: String
    private let key: SigningKey
    private var state: SignerState { SignerState(path: folder + "/head") }

    init(_ folder: String) throws {
        self.folder = folder
        key = try SigningKey(seed: [UInt8](repeating: 7, count: 32))
    }

    private func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// One pull of so many records, sealed: durable when it returns.
    func append(_ count: Int) throws {
        var id = Randomness.kernel
        let ledger = try LedgerFile.create(
            in: folder,
            genesis: LedgerEntry.Genesis(at: now(), ledgerID: Hex.encode(id.bytes(16)), isSimulated: false, publicKey: key.publicKey.sshLine()))
        let writer = try PullWriter(ledger, source: SourceID(trusted: "bench"), at: now(), randomness: .kernel)
        var lines = Lines()
        var line: [UInt8] = []
        for i in 1...count {
            lines.fill(&line, i)
            _ = try line.withUnsafeBytes { try writer.append(.data, origin: 0, ordinal: i, bytes: $0) }
        }
        _ = try writer.finish(outcome: .complete, sheet: ["kept": .int(count)])
        _ = try ledger.append(.run(at: now(), pulls: 1, tool: "benchmark"))
        _ = try Sealer(ledger, state: state) { _ in Signer(key) }.seal()
    }

    /// Tree, salts and signatures of the whole ledger.
    func verify() throws {
        let ledger = try LedgerFile(in: folder, writing: false)
        let signer = try CheckpointVerifier(ledger)
        var verifier = LedgerVerifier(ledger, index: nil, decoder: NoRows())
        let result = try verifier.verify(signer: signer, lastSigned: try state.read(signer))
        guard result.findings.isEmpty else { throw Failure("\(result.findings.count) findings") }
        print("\(result.records) records")
    }

    /// So many proofs of records of the one pull, each with its record's path and the standard proof of the pull's entry, into one file.
    func prove(_ count: Int) throws {
        let ledger = try LedgerFile(in: folder, writing: false)
        var leaves: [Digest32] = []
        try ledger.forEachRecord(of: 1) { leaves.append($0.leaf) }
        let records = TreeLevels(leaves)
        var entries: [Digest32] = []
        try ledger.forEachEntry { entries.append(TreeHash.leaf($1)) }
        let path = TreeLevels(entries).inclusionPath(1)
        guard let note = try ledger.checkpoints().last?.note else { throw Failure("no checkpoint") }
        let proof = TlogProof(index: 1, path: path, checkpoint: try SignedNote(note)).bytes
        var out: [UInt8] = []
        for i in 0..<count {
            let record = i * (records.size / count)
            for hash in records.inclusionPath(record) { out += (hash.base64 + "\n").utf8 }
            out += proof
        }
        guard let file = fopen(folder + "/proofs", "w") else { throw Failure("proofs cannot be written") }
        defer { fclose(file) }
        guard fwrite(out, 1, out.count, file) == out.count else { throw Failure("proofs cannot be written") }
    }

    /// A bag of every file in `folder/files`, every one of them hashed.
    func pack() throws {
        let names = try listed(folder + "/files")
        let members = names.map { ArchiveMember("data/\($0)", .file("\(folder)/files/\($0)")) }
        try ArchiveWriter.write(members: members, bagName: "bench", modified: Instant(nanoseconds: 0), info: [], to: folder + "/bench.tar.zst")
    }

    func unpack() throws {
        let report = try ArchiveVerifier.verify(folder + "/bench.tar.zst", trusted: nil)
        let wrong = report.findings.filter { !$0.reason.contains("sign") }
        guard wrong.isEmpty else { throw Failure("\(wrong)") }
        print("\(report.members) members")
    }

    private func listed(_ folder: String) throws -> [String] {
        guard let stream = opendir(folder) else { throw Failure("\(folder) cannot be read") }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}

struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

let arguments = CommandLine.arguments
guard arguments.count >= 3 else { throw Failure("usage: ledger-benchmark append|verify|prove|pack|unpack FOLDER [COUNT]") }
let work = try Work(arguments[2])
let count = arguments.count > 3 ? Int(arguments[3]) ?? 0 : 0
switch arguments[1] {
case "append": try work.append(count)
case "verify": try work.verify()
case "prove": try work.prove(count)
case "pack": try work.pack()
case "unpack": try work.unpack()
default: throw Failure("no such step")
}
