import Foundation
import Testing

/// The real program, killed at random moments and starved of disk space. `RECEIPTS_KILLS` says how often (25).
@Suite(.serialized) struct CrashTests {
    private let kills = ProcessInfo.processInfo.environment["RECEIPTS_KILLS"].flatMap { Int($0) } ?? 25
    private var random = SplitMix(state: UInt64(ProcessInfo.processInfo.environment["RECEIPTS_SEED"].flatMap { Int($0) } ?? 1))

    /// Starts the command, kills it somewhere within `seconds`; true if it was still at work.
    private mutating func killed(_ programme: Programme, _ arguments: [String], within seconds: Double) throws -> Bool {
        let run = try programme.started(arguments)
        usleep(UInt32(Double.random(in: 0...seconds, using: &random) * 1_000_000))
        run.kill()
        return try run.ended().code == -SIGKILL
    }

    /// Wall time of one run.
    private func duration(_ body: () throws -> Programme.Ended) throws -> Double {
        let start = DispatchTime.now().uptimeNanoseconds
        #expect(try body().code == 0)
        return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    }

    private func sealed(_ programme: Programme, _ entries: Int = 1 << 31) throws -> String {
        try programme.query("ledger.sqlite", "SELECT seq, hex(bytes) FROM entry WHERE seq < \(entries)")
            + programme.query("ledger.sqlite", "SELECT entry, number, hex(data), hex(salts) FROM segment WHERE entry < \(entries)")
    }

    @Test mutating func nothingThatCollectReportedIsLostToAKill() throws {
        let programme = try Programme()
        let length = try duration { try programme.receipts(["collect"]) }
        var events = 40
        var hits = 0
        for round in 0..<(kills * 3 / 5) {
            let before = try sealed(programme)
            let count = try #require(Int(programme.query("ledger.sqlite", "SELECT count(*) FROM entry").dropLast()))
            try programme.addEvents(events + 1...events + 200, to: "more-\(round).jsonl")
            events += 200
            if try killed(programme, ["collect"], within: length * 1.2) { hits += 1 }
            // What was sealed before stays, byte for byte, and the next run needs no help.
            let again = try programme.receipts(["collect"])
            #expect(again.code == 0, "round \(round): \(again)")
            #expect(try sealed(programme, count) == before, "round \(round)")
            #expect(try programme.query("index.sqlite", "SELECT count(*) FROM access_log") == "\(events)\n", "round \(round)")
            #expect(try programme.query("ledger.sqlite", "SELECT count(*) FROM open_pull") == "0\n")
            let verified = try programme.verified()
            #expect(verified.code == 3 && verified.output.contains("unsigned entries: 0"), "round \(round): \(verified)")
        }
        #expect(hits > 0)
        let collected = try programme.dump("index.sqlite")
        #expect(try programme.receipts(["index", "--rebuild"]).code == 0)
        #expect(try programme.dump("index.sqlite") == collected)
    }

    @Test mutating func nothingHalfPublishedIsSeenAfterAKill() throws {
        let programme = try Programme()
        try programme.receipts(["collect"])
        let length = try duration { try programme.receipts(["publish"]) }
        for round in 0..<(kills * 2 / 5) {
            try programme.addEvents(1000 + round * 10...1009 + round * 10, to: "more-\(round).jsonl")
            #expect(try programme.receipts(["collect"]).code == 0)
            _ = try killed(programme, ["publish"], within: length * 1.1)
            try expectWhole(programme, round, newest: 2)
            let again = try programme.receipts(["publish"])
            #expect(again.code == 0 && again.output.contains("p1 r\(round + 2)"), "round \(round): \(again)")
            try expectWhole(programme, round, newest: 2)
            #expect(try programme.verified().code == 3)
        }
        try expectWhole(programme, kills)
        let names = try FileManager.default.contentsOfDirectory(atPath: programme.root.appending(path: "output/p1").path)
        #expect(names.count == 3 * (kills * 2 / 5 + 1), "\(names.sorted())")
    }

    /// A kill that came after the archive's rename leaves the records that were packed lying beside it, for the next run to take away.
    @Test func recordsThatAKillLeftBesideAnArchiveGo() throws {
        let programme = try Programme()
        try programme.receipts(["collect"])
        try programme.receipts(["publish"])
        let folder = programme.root.appending(path: "output/p1")
        let left = folder.appending(path: "receipts-p1-r1.tar.zst.records")
        try FileManager.default.createDirectory(at: left, withIntermediateDirectories: false)
        try Data("a record".utf8).write(to: left.appending(path: "e1.records"))
        #expect(try programme.receipts(["publish"]).code == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["r1", "receipts-p1-r1.tar.zst", "receipts-p1-r1.tar.zst.sig"])
        try expectWhole(programme, 0)
    }

    /// Every revision and archive under its own name is complete; of many, the `newest` are looked at while more are made.
    private func expectWhole(_ programme: Programme, _ round: Int, newest: Int = .max) throws {
        let folder = programme.root.appending(path: "output/p1").path
        func number(_ name: String) -> Int { Int(name.replacing(".tar.zst", with: "").split(separator: "r").last ?? "") ?? 0 }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        for name in names where number(name) > (names.map(number).max() ?? 0) - newest {
            let isRevision = name.range(of: "^r[0-9]+$", options: .regularExpression) != nil
            guard isRevision || name.hasSuffix(".tar.zst") else { continue }
            let verified = try Running(folder: nil, arguments: ["verify", isRevision ? "portal" : "archive", folder + "/" + name]).ended()
            #expect(verified.code == 3, "round \(round), \(name): \(verified)")
        }
    }

    /// A file size limit stands in for a full disk: it strikes at whatever write crosses it.
    @Test func aFullDiskIsSaidAndHarmsNothing() throws {
        let programme = try Programme()
        #expect(try programme.receipts(["collect"]).code == 0)
        try programme.addEvents(1000...4000, to: "many.jsonl")
        try programme.save(to: "full")
        var codes: [Int32: Int] = [:]
        for limit in [1, 2, 4, 8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 192, 224, 256, 320, 384, 448, 512] {
            for part in ["ledger", "keys"] {
                let place = programme.root.appending(path: part)
                try FileManager.default.removeItem(at: place)
                try FileManager.default.copyItem(at: programme.root.appending(path: "full-" + part), to: place)
            }
            let ended = try programme.receipts(["collect"], under: "ulimit -f \(limit);")
            codes[ended.code, default: 0] += 1
            #expect(ended.code == 74 || ended.code == 0, "\(limit) KiB: \(ended)")
            if ended.code == 74 { #expect(ended.errors.contains("receipts: error: ") && ended.errors.contains("disk full"), "\(limit) KiB: \(ended)") }
            let verified = try programme.verified()
            #expect(verified.code == 3, "\(limit) KiB: \(verified)")
            #expect(try programme.receipts(["collect"]).code == 0)
            #expect(try programme.query("index.sqlite", "SELECT count(*) FROM access_log") == "3041\n")
        }
        #expect(codes[74, default: 0] >= 10, "\(codes)")
    }
}

/// A generator with a seed, so that a failure can be seen again.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
