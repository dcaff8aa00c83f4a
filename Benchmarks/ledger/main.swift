// One step of the ledger's work on its own, for Benchmarks/ledger.py to measure as a process: no mapping, no index, no command line.
import Archive
import Evidence
import Glibc
import Ledger
import Seal

/// A request log's lines of 400 bytes: ids that repeat nowhere, words that repeat often. By xorshift, so that two runs write the same; written over
/// one line in place, so that making them is not what is measured.
struct Lines {
    private var state: UInt64 = 88_172_645_463_325_252
    private var line: [UInt8]
    /// Where digits are written, and how many of which base.
    private var fields: [(start: Int, count: Int, isHex: Bool)] = []
    private static let digits = Array("0123456789abcdef".utf8)

    init() {
        // `#` stands for a hexadecimal digit, `%` for a decimal one.
        let text =
            #"{"time":"2026-01-05T10:1%:2%.%%%Z","request_id":"req-########################","subject":"subj-################","#
            + #""model":"aurora-large-2025-1%-20","prompt":{"id":"answer","version":"5","digest":"\#(String(repeating: "#", count: 64))"},"#
            + #""usage":{"input_tokens":2%%,"output_tokens":1%%},"latency_ms":9%%,"finish_reason":"stop","operation":"chat","note":""#
        line = Array(text.utf8)
        line += [UInt8](repeating: UInt8(ascii: "."), count: 398 - line.count) + Array(#""}"#.utf8)
        var at = 0
        while at < line.count {
            let mark = line[at]
            let count = line[at...].prefix { $0 == mark }.count
            if mark == UInt8(ascii: "#") || mark == UInt8(ascii: "%") { fields.append((at, count, mark == UInt8(ascii: "#"))) }
            at += count
        }
    }

    private mutating func bits() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func next<Answer>(_ body: (UnsafeRawBufferPointer) throws -> Answer) rethrows -> Answer {
        for field in fields {
            var left = bits()
            for i in 0..<field.count {
                if i & 15 == 15 { left = bits() }
                line[field.start + i] = field.isHex ? Lines.digits[Int(left & 15)] : UInt8(ascii: "0") + UInt8(left & 7)
                left >>= 4
            }
        }
        return try line.withUnsafeBytes(body)
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
        for i in 1...count { _ = try lines.next { try writer.append(.data, origin: 0, ordinal: i, bytes: $0) } }
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
        leaves.reserveCapacity(1 << 20)
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
