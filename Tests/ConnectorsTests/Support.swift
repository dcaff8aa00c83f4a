import Connectors
import Evidence
import Foundation

let place = Place(file: "receipts.yaml", line: 7)

/// Keeps what it is given.
struct Kept: RecordSink {
    var origins: [Origin] = []
    var records: [String] = []
    var ordinals: [Int] = []
    var forms: Set<RecordForm> = []
    var rejects: [String] = []
    var rejectBytes = 0
    var rejected: Int { rejects.count }
    mutating func origin(_ origin: Origin) throws { origins.append(origin) }
    mutating func record(_ bytes: UnsafeRawBufferPointer, ordinal: Int, shape: RecordForm) throws {
        records.append(String(decoding: bytes, as: UTF8.self))
        ordinals.append(ordinal)
        forms.insert(shape)
    }
    mutating func reject(_ bytes: UnsafeRawBufferPointer, ordinal: Int, reason: String) throws {
        rejects.append(reason)
        ordinals.append(ordinal)
        rejectBytes += bytes.count
    }
    func json(_ index: Int) throws -> JSON { try JSON.parse(records[index].utf8) }
}

/// A folder that goes away with the test.
final class Folder {
    let path: String
    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("receipts-connect-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        let url = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }
    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    /// Runs a script in the folder; what it prints.
    @discardableResult
    func sh(_ script: String) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-euc", script]
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(script: script) }
        return String(decoding: output, as: UTF8.self)
    }
    struct Failed: Error { let script: String }
}

func instant(_ text: String) -> Instant { Instant(text) ?? .distantPast }

func source(_ settings: ConnectorSettings, _ coverage: CoverageRule = .none) -> SourceDefinition {
    SourceDefinition(
        id: SourceID(trusted: "s"), title: "S", owner: "o", connector: settings, personalData: .redact, coverage: coverage, yields: [], zone: .utc,
        place: place, digest: "")
}

struct Pulled {
    var report: PullReport
    var sink: Kept
    var cursors: [String: FileCursor] { Dictionary(uniqueKeysWithValues: report.cursors.map { ($0.name, $0) }) }
}

func pull(
    _ root: String, _ settings: ConnectorSettings, cursors: [String: FileCursor] = [:], since: Instant = .distantPast,
    now: Instant = instant("2026-03-05T12:00:00Z"), coverage: CoverageRule = .none, limits: Limits = Limits()
) throws -> Pulled {
    var sink = Kept()
    let request = PullRequest(
        source: source(settings, coverage), root: root, window: Window(start: since, end: now), cursors: cursors, digestKey: [7, 7], limits: limits, now: now)
    let report = try connector(for: settings).pull(request, into: &sink)
    return Pulled(report: report, sink: sink)
}

func files(_ path: String, _ decoder: DecoderSettings = .jsonLines(records: nil)) -> ConnectorSettings {
    .files(FilesSettings(path: path, decoder: decoder, place: place))
}
